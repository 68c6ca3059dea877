"""What a table says of its people beside the kinds of data: seen while its rows pass, so that no file is read twice for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from sekisho.loss.affected.columns import Column
from sekisho.loss.affected.flags import Flags, bitmap, born_later, last_birthday_of_age, says_yes
from sekisho.loss.affected.roles import Role, roles_of

_LISTING = (Role.ADDRESS, Role.EMAIL, Role.PHONE)


@dataclass(slots=True)
class Watching:
    """Watches the rows of one table.

    Attributes:
        roles: role → column.
        last: who was born later is a minor.
        flags: what was seen so far.
    """

    roles: Mapping[Role, str]
    last: date
    flags: Flags

    @classmethod
    def of(cls, columns: Sequence[Column], today: date, *, of_head: bool = False) -> "Watching":
        """Return one that has seen nothing yet."""
        roles = roles_of(columns, of_head=of_head)
        return cls(roles, last_birthday_of_age(today), Flags(asked=frozenset(map(str, roles))))

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return tuple(dict.fromkeys(self.roles.values()))

    def see(self, rows: pl.DataFrame, numbers: pl.Series) -> None:
        """Look at some rows, whose people have these numbers."""
        cells = {role: rows[label] for role, label in self.roles.items()}
        seen = self.flags
        if Role.BIRTH_DATE in cells:
            dated, minors = born_later(cells[Role.BIRTH_DATE], self.last)
            seen.dated.update(bitmap(numbers, dated))
            seen.minors.update(bitmap(numbers, minors))
        if Role.DATE_OF_DEATH in cells:
            seen.deceased.update(bitmap(numbers, _filled(cells[Role.DATE_OF_DEATH])))
        if Role.DECEASED in cells:
            seen.deceased.update(bitmap(numbers, says_yes(cells[Role.DECEASED])))
        if Role.PROTECTED in cells:
            seen.protected.update(bitmap(numbers, says_yes(cells[Role.PROTECTED])))
        if Role.ADDRESS in cells:
            seen.listed.update(bitmap(numbers, numbers.is_not_null()))
        for role, people in zip(_LISTING, (seen.addressed, seen.mailed, seen.phoned), strict=True):
            if role in cells:
                people.update(bitmap(numbers, _filled(cells[role])))


def _filled(cells: pl.Series) -> pl.Series:
    return (cells.str.strip_chars() != "").fill_null(value=False)

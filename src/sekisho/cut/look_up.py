"""Looking rows up in another source by a key, and counting who found no partner.

One office writes ``0002``, another ``２``, ``0002␠`` or, out of a spreadsheet, ``2``; compared as they stand they would be
strangers, and whoever is due a benefit would be told that they are not. So keys are compared as people are known, in the
form of :func:`sekisho.canon.number.code`; with their leading zeros where two keys of the source that is looked up in differ
by nothing else. Keys that are digits of one length on both sides, which is nearly always, are compared as they stand.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from sekisho.canon.number import code
from sekisho.canon.text import solid
from sekisho.cut.known import Known, gather, learn
from sekisho.cut.parts import Join
from sekisho.errors import Refused
from sekisho.kernel.columns import columns

_KEY = "\x00key"  # a name that nobody gives a column

_IN_ONE_FORM = r"^[!-~]*[0-9A-Za-z][!-~]*$"  # printable ASCII without a blank, and no dash alone
_DIGITS = r"^[0-9]+$"
_LEADING_ZEROS = r"^0+([0-9]+)$"


@dataclass(slots=True, kw_only=True)
class Partners:
    """Who found whom in one look-up.

    Attributes:
        source: the source that is looked up in.
        rows: rows that looked for a partner.
        unmatched: of these, how many found none.
        claimed: for each row that could be found, whether any row found it.
        keyless: rows that nobody could find, for want of a key.
    """

    source: str
    rows: int = 0
    unmatched: int = 0
    claimed: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    keyless: int = 0

    @property
    def partners(self) -> int:
        """How many rows there are in the source that is looked up in, among those that fit."""
        return len(self.claimed) + self.keyless

    @property
    def unclaimed(self) -> int:
        """How many of them nobody found: what is alarming where it is many."""
        return self.partners - int(self.claimed.sum())


class LookUp:
    """One ``[[rows.join]]`` carried out, block by block."""

    def __init__(self, join: Join, rows: pl.DataFrame) -> None:
        """Take the rows in which to look.

        Args:
            join: how.
            rows: the columns that are wanted of the other source, as they are called there, the key among them.

        Raises:
            Refused: two rows have one key, so that the wrong person's row could be found.
        """
        self._width = _width(rows[join.to])
        keys = rows[join.to] if self._width else in_one_form(rows[join.to])
        found = rows.with_columns(keys.alias(_KEY)).drop_nulls(_KEY)
        self.partners = Partners(
            source=join.source, claimed=np.zeros(found.height, bool), keyless=rows.height - found.height
        )
        self._on = join.on
        self._keys = learn(found[_KEY])
        if repeated := found.height - self._keys.distinct:
            raise Refused("cut.join_not_unique", source=join.source, column=join.to, rows=repeated)
        self._rows = found.drop(_KEY).rename({column: f"{join.source}.{column}" for column in rows.columns})

    def onto(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows, in their order, with the columns of their partners; empty where there is none."""
        keys, known = rows[self._on], self._keys
        if not self._width or _width(keys) != self._width:
            keys, known = in_one_form(keys), self._without_zeros
            keys = keys if known is self._keys else without_zeros(keys)
        places = known.places(keys)
        found = places[places >= 0]
        self.partners.rows += rows.height
        self.partners.unmatched += rows.height - len(found)
        self.partners.claimed[found] = True
        return rows.hstack([gather(column, places) for column in self._rows])

    @cached_property
    def _without_zeros(self) -> Known:
        """The keys without leading zeros; as they are, where two differ by nothing else."""
        short = learn(without_zeros(self._keys.texts))
        return short if short.distinct == len(short.texts) else self._keys


def in_one_form(keys: pl.Series) -> pl.Series:
    """Return keys in one width and without blanks, but with their leading zeros; what is nobody's is none."""
    odd = keys.filter(~keys.str.contains(_IN_ONE_FORM)).unique()
    if odd.is_empty():
        return keys
    return keys.replace(odd, pl.Series([solid(key) if code(key) else None for key in odd], dtype=pl.String))


def without_zeros(keys: pl.Series) -> pl.Series:
    """Return keys in one form as codes: those that are numbers without the zeros before them."""
    return keys.str.replace(_LEADING_ZEROS, "$1")


def _width(keys: pl.Series) -> int | None:
    """Return the length that all keys have, if all of them are digits; an empty one is of every length."""
    if compiled := columns():
        width = 0 if keys.is_empty() else compiled.digits(keys.rechunk())
        return width if width > 0 else None
    lengths = keys.str.len_bytes().unique().drop_nulls()
    return int(lengths[0]) if len(lengths) == 1 and bool(keys.str.contains(_DIGITS).all()) else None

"""What only the rows of an anonymised table show: groups of k, rare values, ages; and what is done to them first.

:func:`settle` blanks rare values and puts the rows into random order; :class:`Output` counts what leaves then, block by
block, and knows nothing of how it was made. k-anonymity itself is :mod:`sekisho.cut.risk`'s to reach; here it is counted.
"""

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import polars as pl

from sekisho.canon.date import parse_date
from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.cut.law.checks import OLDEST
from sekisho.cut.law.findings import Finding
from sekisho.cut.law.rules import Rule, rules_of
from sekisho.cut.plan import Plan
from sekisho.errors import Refused

Randomness = Callable[[int], bytes]

_PERSON = "\x00person"  # a name that nobody gives a field
_OF_BIRTH = frozenset({"keep", "date.year", "date.month", "date.shift"})


def settle(
    plan: Plan, table: pl.DataFrame, people: pl.Series, randomness: Randomness
) -> tuple[pl.DataFrame, pl.Series, int]:
    """Blank what is rare and shuffle the rows.

    Args:
        plan: the plan; its purpose asks for k.
        table: all that leaves.
        people: whose row each is.
        randomness: gives the order; nothing of it is kept.

    Returns:
        the table, the people in its order, and how many cells were blanked.

    Raises:
        Refused: a group of k rows is about fewer people.
    """
    k = _k(plan)
    _must_be_people(plan, table, people)
    before = sum(table[name].null_count() for name in table.columns)
    person = pl.col(_PERSON)
    having = person.drop_nulls().n_unique() + person.null_count()
    blanked = (
        table.with_columns(people.alias(_PERSON))
        .with_columns(pl.when(having.over(name) >= k).then(pl.col(name)).alias(name) for name in _free(plan))
        .drop(_PERSON)
    )
    cells = sum(blanked[name].null_count() for name in table.columns) - before
    order = np.argsort(np.frombuffer(randomness(8 * table.height), np.uint64), kind="stable")
    return blanked[order], people[order], cells


class Output:
    """Counts, block by block, what leaves an anonymised cut."""

    def __init__(self, plan: Plan) -> None:
        """Count what a plan lets out; nothing, if its legal basis asks for nothing of the kind."""
        rules = {rule.after: rule for rule in rules_of(plan.purpose.purpose.basis) if rule.after}
        self._asks = rules if "differences" in rules else {}
        self._plan = plan
        self._groups: list[pl.DataFrame] = []
        self._values: dict[str, list[pl.DataFrame]] = {name: [] for name in (_free(plan) if self._asks else [])}
        self._born: dict[str, int] = {
            each.field.out: 0
            for each in plan.fields
            if self._asks and each.kind.id == "birth_date" and each.field.op in _OF_BIRTH
        }

    def see(self, table: pl.DataFrame) -> None:
        """Count a block of what leaves."""
        if not self._asks:
            return
        self._groups.append(table.group_by(self._quasi).len())
        for name, found in self._values.items():
            found.append(table[name].drop_nulls().alias("value").value_counts(name="len"))
        for name in self._born:
            self._born[name] += _born_before(table[name], self._first_year)

    def must_hold(self) -> None:
        """Refuse the cut if what was counted is not what the purpose asks.

        Raises:
            Refused: with the field and numbers of people, never a value.
        """
        if not self._asks:
            return
        for name, people in self._born.items():
            if people:
                raise Refused("cut.extreme_birth", field=name, people=people, oldest=OLDEST)
        if (least := self._least()) is not None and least < _k(self._plan):
            raise Refused("cut.k_not_reached", k=least, wanted=_k(self._plan), fields=", ".join(self._quasi))
        for name, found in self._values.items():
            counted = pl.concat(found).group_by("value").agg(pl.col("len").sum()) if found else pl.DataFrame()
            if found and (counted["len"] < _k(self._plan)).any():
                raise Refused("cut.rare_values", field=name, k=_k(self._plan))

    def findings(self, blanked: int) -> Iterator[Finding]:
        """Yield what was counted; ``blanked`` is what :func:`settle` told."""
        if not self._asks:
            return
        k, least = _k(self._plan), self._least()
        yield _finding(self._asks["extremes"], "passed", "ages_end", oldest=OLDEST)
        yield _finding(self._asks["rare_values"], "passed", "rare_blanked", k=k, cells=f"{blanked:,}")
        fields = ", ".join(self._quasi)
        yield _finding(self._asks["differences"], "decide", "groups_of_k", k=least or "-", wanted=k, fields=fields)

    @property
    def _quasi(self) -> list[str]:
        assert self._plan.purpose.risk is not None
        return list(self._plan.purpose.risk.quasi)

    @property
    def _first_year(self) -> int:
        return self._plan.purpose.purpose.not_after.year - OLDEST

    def _least(self) -> int | None:
        """Return the size of the smallest group, or None if there is none."""
        if not self._groups:
            return None
        sizes = pl.concat(self._groups).group_by(self._quasi).agg(pl.col("len").sum())["len"]
        return None if sizes.is_empty() else int(sizes.min())  # type: ignore[arg-type]  # a count, as far as polars tells


def _must_be_people(plan: Plan, table: pl.DataFrame, people: pl.Series) -> None:
    """Refuse groups that hold one person's rows several times; a row of nobody who could be told is somebody of their own."""
    quasi = plan.purpose.risk.quasi if plan.purpose.risk else []
    person = pl.col(_PERSON)
    counted = table.select(quasi).with_columns(people.alias(_PERSON)).group_by(quasi)
    least = counted.agg(person.drop_nulls().n_unique() + person.null_count())[_PERSON].min()
    if isinstance(least, int) and least < _k(plan):
        raise Refused("cut.k_not_reached", k=least, wanted=_k(plan), fields=", ".join(quasi))


def _finding(rule: Rule, severity: str, key: str, **values: object) -> Finding:
    return Finding(rule=rule, severity=severity, key=key, values=values)  # type: ignore[arg-type]  # one of its four


def _k(plan: Plan) -> int:
    risk = plan.purpose.risk
    assert risk is not None
    assert risk.k is not None
    return risk.k


def _free(plan: Plan) -> list[str]:
    """Return the fields whose values are nobody's groups: what k does not make alike."""
    quasi = plan.purpose.risk.quasi if plan.purpose.risk else ()
    return [each.field.out for each in plan.fields if each.field.out not in quasi and each.field.op != "constant"]


def _born_before(cells: pl.Series, year: int) -> int:
    """Return how many cells tell one birth in an earlier year; a band of years has its k people and is none."""
    told = by_distinct_value(cells, _year)
    return int((told.cast(pl.Int32, strict=False) < year).sum())


def _year(text: str) -> str | None:
    day = parse_date(text)
    if day is None and len(text) >= len("1931") and text[:4].isdecimal():
        rest = text[4:]
        if not rest or (rest[0] == "-" and len(rest) == len("-04") and rest[1:].isdecimal()):
            day = date(int(text[:4]) or 1, 1, 1)
    return f"{day.year:04d}" if day else None

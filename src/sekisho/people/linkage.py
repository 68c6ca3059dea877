"""Who the rows of a table are, where its codes do not say: a cascade of exact comparisons of canonical forms.

The passes follow each other from the surest; a pass looks only at people of the register whom it tells from everybody
else there, and rows that found somebody leave. Every match keeps its pass, because they are not equally good: the last
ones are for people who moved or whose birth date has a slip, and are of a weaker kind. Birth date and address alone are
no pass: twins; with the given name they are one. Reading and birth date alone are none: in a city they are strangers as often as not.

A row whose code stands in no register row is matched by no pass to somebody who has another code. What is left over is
:mod:`sekisho.people.review`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from sekisho.people.canonical import FORMS, canonical


@dataclass(frozen=True, slots=True)
class Pass:
    """One comparison.

    Attributes:
        parts: what must be equal.
        strength: ``A``, or ``B`` where a person should see a sample of the matches before they are relied on.
    """

    parts: tuple[str, ...]
    strength: Literal["A", "B"] = "A"

    @property
    def id(self) -> str:
        """Its name, as a match keeps it."""
        return "+".join(self.parts)


CASCADE = (
    Pass(("code",)),
    Pass(("name", "birth_date", "address")),
    Pass(("kana", "birth_date", "address")),
    Pass(("name", "birth_date", "sex"), "B"),
    Pass(("kana", "birth_date", "postal_code")),
    Pass(("name", "address", "sex"), "B"),
    Pass(("kana", "address"), "B"),
    Pass(("given_name", "birth_date", "address"), "B"),
)
"""The passes, surest first; the last is for people who married."""

_GIVEN_NAME = r"^\S+\s+(\S+)$"  # what stands behind the one blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Who the rows are.

    Attributes:
        matches: ``row`` and ``person`` (places in the table and the register, u32) and ``rule``, the pass; by row.
        rest: the rows nobody was found for, rising.
        table: the canonical parts of the table as :func:`numbered` gives them.
        register: those of the register.
    """

    matches: pl.DataFrame
    rest: pl.Series
    table: pl.DataFrame
    register: pl.DataFrame


def link(table: pl.DataFrame, register: pl.DataFrame, cascade: Sequence[Pass] = CASCADE) -> Linked:
    """Find the person of the register that each row of a table is.

    Args:
        table: text columns named as the parts: ``code``, ``name``, ``kana``, ``birth_date``, ``address``, ``sex``,
            ``postal_code``; any may be absent, and a pass that needs it is left out.
        register: the same, one row a person.
        cascade: the passes.
    """
    rows, people = numbered(table), numbered(register)
    matches, rest = list[pl.DataFrame](), rows.with_row_index("row")
    known = people.with_row_index("person")
    for each in cascade:
        if not {*each.parts} <= {*rows.columns} & {*people.columns}:
            continue
        alone = known.drop_nulls(each.parts).unique(each.parts, keep="none")
        found = rest.join(alone, on=each.parts, how="inner", suffix="_known").filter(_no_other_code(each, rest, known))
        matches.append(found.select("row", "person", rule=pl.lit(each.id)))
        rest = rest.join(found, on="row", how="anti")
    empty = pl.DataFrame(schema={"row": pl.UInt32, "person": pl.UInt32, "rule": pl.String})
    whole = pl.concat([empty, *matches], how="vertical_relaxed").sort("row")
    return Linked(matches=whole, rest=rest["row"].sort(), table=rows, register=people)


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a number in place of the canonical form of each part, equal where the forms are; null where it says nothing.

    More are made of these: ``given_name``, where one blank stands in the name, and every two of year, month and
    day of the birth date.
    It is the engine's 64-bit hash, which is good for one run; that two forms have one, and everything else is equal as
    well, has a chance of 10⁻¹³ in a city.
    """
    forms = {part: canonical(part, frame[part]) for part in FORMS if part in frame.columns}
    if "name" in forms:
        forms["given_name"] = canonical("name", frame["name"].str.strip_chars().str.extract(_GIVEN_NAME))
    if "birth_date" in forms:
        year, month, day = (forms["birth_date"].str.slice(*place) for place in ((0, 5), (5, 2), (7, 3)))
        forms |= {"birth_year_month": year + month, "birth_month_day": month + day, "birth_year_day": year + day}
    return pl.DataFrame([_number(each).alias(part) for part, each in forms.items()])


def _number(forms: pl.Series) -> pl.Series:
    return forms.hash().set(forms.is_null(), None)


def _no_other_code(each: Pass, rows: pl.DataFrame, people: pl.DataFrame) -> pl.Expr:
    if "code" in each.parts or "code" not in rows.columns or "code" not in people.columns:
        return pl.lit(value=True)
    return (pl.col("code") == pl.col("code_known")).fill_null(value=True)

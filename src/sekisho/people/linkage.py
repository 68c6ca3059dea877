"""Who the rows of a table are, where its codes do not say: a cascade of exact comparisons of canonical forms.

The passes follow each other from the surest; a pass looks only at people of the register whom it tells from everybody
else there, and rows that found somebody leave. Every match keeps its pass, because they are not equally good: the last
ones are for people who moved or whose birth date has a slip, and are of a weaker kind. Birth date and address alone are
no pass: twins. Reading and birth date alone are none: in a city they are strangers as often as not.

A row whose code stands in no register row is matched by no pass to somebody who has another code. What is left over is
:mod:`sekisho.people.review`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from sekisho.canon.address import address
from sekisho.canon.name import kana, name
from sekisho.canon.number import code, postal_code
from sekisho.canon.text import solid
from sekisho.people.identities import date_form

_SEXES = {
    "1": "m",
    "男": "m",
    "男性": "m",
    "m": "m",
    "male": "m",
    "2": "f",
    "女": "f",
    "女性": "f",
    "f": "f",
    "female": "f",
}


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
)
"""The passes, surest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Who the rows are.

    Attributes:
        matches: ``row`` and ``person`` (places in the table and the register, u32) and ``rule``, the pass; by row.
        rest: the rows nobody was found for, rising.
        table: the canonical parts of the table as numbers, equal where the forms are; null where a cell says nothing.
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
    rows, people = numbered(table, register)
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


def numbered(table: pl.DataFrame, register: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both with numbers in place of the canonical forms of their parts, equal where the forms are."""
    numbers = {
        part: _numbers([frame[part] for frame in (table, register) if part in frame.columns], form)
        for part, form in _FORMS.items()
    }
    return tuple(  # type: ignore[return-value] # two frames, two frames
        pl.DataFrame(
            [
                frame[part].replace_strict(texts, forms, default=None, return_dtype=pl.UInt32).alias(part)
                for part, (texts, forms) in numbers.items()
                if part in frame.columns
            ]
        )
        for frame in (table, register)
    )


def _numbers(columns: Sequence[pl.Series], form: Callable[[str], str | None]) -> tuple[pl.Series, pl.Series]:
    """Return the distinct texts of columns and the number of each one's form, worked out once a text."""
    texts = (
        pl.concat([column.drop_nulls().unique() for column in columns]).unique()
        if columns
        else pl.Series([], dtype=pl.String)
    )
    known: dict[str, int] = {}
    forms = (form(text) for text in texts.to_list())
    return texts, pl.Series([known.setdefault(each, len(known)) if each else None for each in forms], dtype=pl.UInt32)


def _no_other_code(each: Pass, rows: pl.DataFrame, people: pl.DataFrame) -> pl.Expr:
    if "code" in each.parts or "code" not in rows.columns or "code" not in people.columns:
        return pl.lit(value=True)
    return (pl.col("code") == pl.col("code_known")).fill_null(value=True)


def _sex(text: str) -> str | None:
    found = solid(text).lower()
    return _SEXES.get(found, found)


_FORMS: Mapping[str, Callable[[str], str | None]] = {
    "code": code,
    "name": name,
    "kana": kana,
    "birth_date": date_form,
    "address": address,
    "sex": _sex,
    "postal_code": postal_code,
}

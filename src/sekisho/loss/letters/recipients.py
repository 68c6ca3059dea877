"""Who is written to: the rows of the office's address table that a letter may go to, and why the others get none. Pure.

People whose address is protected and those who have died are taken out before anything else is looked at, and are counted
together, by nobody's row: who reads a list of what was not printed must not learn from it who hides. A minor's letter goes to
whoever has care of the child.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from sekisho.errors import Misuse
from sekisho.loss.letters.order import by_postal_code
from sekisho.loss.letters.typeface import composed

NEEDED = ("person", "name", "postal_code", "address")
_TEXTS = ("person", "name", "postal_code", "address", "guardian", "segment")
_FLAGS = ("minor", "deceased", "protected")
_BLANK = r"^[\s\u3000]+|[\s\u3000]+$"
_CONTROL = r"[\x00-\x09\x0b-\x1f\x7f]"


class Why(StrEnum):
    """Why somebody gets no letter.

    Attributes:
        WITHHELD: protected or dead; whoever is either is in no list.
        NO_NAME: the table has no name.
        NO_ADDRESS: the table has no address.
        UNSETTABLE: no font has a character.
        TOO_LONG: the address does not fit the window.
        UNMAPPABLE: the encoding of a file has not a character.
    """

    WITHHELD = "withheld"
    NO_NAME = "no_name"
    NO_ADDRESS = "no_address"
    UNSETTABLE = "unsettable"
    TOO_LONG = "too_long"
    UNMAPPABLE = "unmappable"


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who gets no letter, for the officer who sees to it by hand.

    Attributes:
        row: in the address table; the first below its headings is 2, as a spreadsheet counts.
        why: no letter.
        characters: the code points of what stands in the way, of characters alone.
    """

    row: int
    why: Why
    characters: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom letters go to, in the order in which they leave.

    Attributes:
        letters: ``row, person, name, postal_code, address, guardian, segment, minor``; texts, the row and a flag, no blanks.
        held: who gets none, by row.
        withheld: how many are protected or dead.
    """

    letters: pl.DataFrame = field(repr=False)
    held: tuple[Held, ...]
    withheld: int


def recipients(table: pl.DataFrame, segment: str | None = None) -> Recipients:
    """Sort out who is written to.

    Args:
        table: ``person, name, postal_code, address`` and, where known, ``row, guardian, segment, minor, deceased, protected``.
        segment: takes those of one segment alone.

    Raises:
        Misuse: a needed column is missing.
    """
    rows = _whole(table)
    if segment is not None:
        rows = rows.filter(pl.col("segment") == segment)
    away = pl.col("protected") | pl.col("deceased")
    withheld = rows.filter(away).height
    rows = rows.filter(~away)
    no_name, no_address = pl.col("name") == "", pl.col("address") == ""
    held = [Held(row, Why.NO_NAME) for row in rows.filter(no_name)["row"]]
    held += [Held(row, Why.NO_ADDRESS) for row in rows.filter(~no_name & no_address)["row"]]
    kept = rows.filter(~no_name & ~no_address).drop("deceased", "protected")
    return Recipients(by_postal_code(kept), tuple(sorted(held, key=lambda each: each.row)), withheld)


def _whole(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with every column that is looked at, of the type that is looked for, and the rows numbered."""
    for column in NEEDED:
        if column not in table.columns:
            raise Misuse("loss.contacts_column", column=column)
    if "row" not in table.columns:
        table = table.with_row_index("row", offset=2)
    texts = [_text(table, column) for column in _TEXTS]
    flags = [_flag(table, column) for column in _FLAGS]
    found = table.select(pl.col("row").cast(pl.Int64), *texts, *flags)
    marked = pl.any_horizontal(pl.col(*_TEXTS).str.contains("[\u0300-\u036f\u3099\u309a]"))
    if not found.select(marked.any()).item():
        return found
    return found.with_columns(pl.col(*_TEXTS).map_elements(composed, return_dtype=pl.String, skip_nulls=True))


def _text(table: pl.DataFrame, column: str) -> pl.Expr:
    if column not in table.columns:
        return pl.lit("").alias(column)
    text = pl.col(column).cast(pl.String).fill_null("").str.replace_all("\r\n?", "\n")
    return text.str.replace_all(_CONTROL, "").str.replace_all(_BLANK, "").alias(column)


def _flag(table: pl.DataFrame, column: str) -> pl.Expr:
    return pl.col(column).fill_null(value=False) if column in table.columns else pl.lit(value=False).alias(column)

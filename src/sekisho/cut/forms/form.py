"""A field's form, made ready for one run: what it is made of, block by block.

Most forms are expressions over a cell; some need the people the rows are about, or keys of this cut.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from sekisho.cut.forms.cells import formed
from sekisho.cut.parts import Field
from sekisho.cut.tokens.serial import CaseTokens

Form = Callable[[pl.DataFrame, pl.Series], pl.Expr | pl.Series]
"""Takes a block of rows and the number of the person each is about; returns the field's cells."""


def _no_finder(_: pl.Series) -> pl.Series:
    raise ValueError("nobody was named who finds personal data in text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Makings:
    """What forms need beside the rows.

    Attributes:
        tokens: the case numbers of this cut.
        redact: takes out of a column of text what is found in it.
    """

    tokens: CaseTokens
    redact: Callable[[pl.Series], pl.Series] = _no_finder


def form_of(field: Field, makings: Makings) -> Form:
    """Return a field's form for one run."""
    match field.op:
        case "token.serial":
            return lambda _, numbers: makings.tokens.give(numbers)
        case "text.redact":
            return lambda rows, _: makings.redact(rows[field.source])
        case _:
            expression = formed(field)
            return lambda _, __: expression

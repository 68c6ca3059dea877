"""A field's form, made ready for one run: what it is made of, block by block.

Most forms are expressions over a cell; some need the people the rows are about, or keys of this cut.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from sekisho.cut.forms.cells import formed
from sekisho.cut.parts import Field
from sekisho.cut.test_data.replace import replaced
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.kinds.taxonomy import Kind

Form = Callable[[pl.DataFrame, pl.Series], pl.Expr | pl.Series]
"""Takes a block of rows and the number of the person each is about; returns the field's cells."""


def _no_finder(_: pl.Series) -> pl.Series:
    raise ValueError("nobody was named who finds personal data in text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Makings:
    """What forms need beside the rows.

    Attributes:
        tokens: the case numbers of this cut.
        test_key: by which cells become invented ones in this cut; kept nowhere.
        redact: takes out of a column of text what is found in it.
    """

    tokens: CaseTokens
    test_key: bytes
    redact: Callable[[pl.Series], pl.Series] = _no_finder


def form_of(field: Field, kind: Kind, makings: Makings) -> Form:
    """Return a field's form for one run, given the kind of what it is made of."""
    match field.op:
        case "test.data":
            return lambda rows, _: replaced(rows[field.source], kind.id, makings.test_key)
        case "token.serial":
            return lambda _, numbers: makings.tokens.give(numbers)
        case "text.redact":
            return lambda rows, _: makings.redact(rows[field.source])
        case _:
            expression = formed(field)
            return lambda _, __: expression

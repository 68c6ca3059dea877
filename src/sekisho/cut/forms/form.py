"""A field's form, made ready for one run: what it is made of, block by block.

Most forms are expressions over a cell; some need the people the rows are about, or keys of this cut.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from sekisho.canon.number import code
from sekisho.cut.field import TOKENS, Field
from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.cut.forms.cells import formed
from sekisho.cut.forms.chance import noise, offsets
from sekisho.cut.forms.dates import shifted
from sekisho.cut.forms.labels import labelled
from sekisho.cut.forms.numbers import noised
from sekisho.cut.risk.hierarchy import Hierarchy
from sekisho.cut.test_data.replace import replaced
from sekisho.cut.tokens import aes, ff1, hmac
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.kinds.taxonomy import Kind

Form = Callable[[pl.DataFrame, pl.Series], pl.Expr | pl.Series]
"""Takes a block of rows and the number of the person each is about; returns the field's cells."""

Keys = Callable[[str], bytes]
"""Gives 32 bytes for a label, always the same."""


def _no_keys(_: str) -> bytes:
    raise ValueError("a form needs a key, and nobody gave any")


def _no_finder(_: pl.Series) -> pl.Series:
    raise ValueError("nobody was named who finds personal data in text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Makings:
    """What forms need beside the rows.

    Attributes:
        tokens: the case numbers of this cut.
        token_key: keys of this cut that stay with the office, so that tokens lead back; by field.
        join_key: keys that the office has for good, so that cuts can be joined; by name.
        once: keys of this cut that are kept nowhere, so that nobody undoes what chance did; by label.
        hierarchies: the files of labels that the purpose names, by their path there.
        redact: takes out of a column of text what is found in it.
    """

    tokens: CaseTokens
    token_key: Keys = _no_keys
    join_key: Keys = _no_keys
    once: Keys = _no_keys
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)
    redact: Callable[[pl.Series], pl.Series] = _no_finder


def form_of(asked: Field, kind: Kind, makings: Makings) -> Form:
    """Return a field's form for one run, given the kind of what it is made of."""
    if asked.op in TOKENS:
        return _token(asked, makings)
    match asked.op:
        case "date.shift":
            assert asked.days is not None
            # One key for every such field: what happened to one person keeps its order and its distances.
            key, days = makings.once("date.shift"), asked.days
            return lambda rows, numbers: shifted(rows[asked.source], offsets(key, numbers, days))
        case "number.noise":
            assert asked.spread is not None
            key, spread = makings.once(f"number.noise/{asked.out}"), asked.spread
            return lambda rows, numbers: noised(rows[asked.source], noise(key, numbers, spread))
        case "generalise":
            assert asked.hierarchy is not None
            assert asked.level is not None
            label = labelled(makings.hierarchies[asked.hierarchy], asked.level)
            return lambda rows, _: by_distinct_value(rows[asked.source], label)
        case "text.redact":
            return lambda rows, _: makings.redact(rows[asked.source])
        case "test.data":
            key = makings.once("test.data")  # one for all fields: who is one person stays one
            return lambda rows, _: replaced(rows[asked.source], kind.id, key)
        case _:
            expression = formed(asked)
            return lambda _, __: expression


def _token(asked: Field, makings: Makings) -> Form:
    """Return the form of what stands for something else."""
    match asked.op:
        case "token.serial":
            return lambda _, numbers: makings.tokens.give(numbers)
        case "token.aes":
            key = makings.token_key(asked.out)
            return lambda _, numbers: aes.encode(numbers, key)
        case "token.ff1":
            key, alphabet = makings.token_key(asked.out), asked.alphabet or ff1.DIGITS
            return lambda rows, _: ff1.encrypt(rows[asked.source], key, alphabet=alphabet)
        case _:
            # Of whatever way in which a key is written, so that one person has one token.
            key = makings.join_key(asked.join) if asked.op == "join.key" else makings.once(f"hmac/{asked.out}")
            return lambda rows, _: hmac.tokens(by_distinct_value(rows[asked.source], code), key)

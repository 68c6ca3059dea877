"""A field's form, made ready for one run: what it is made of, block by block.

Most forms are expressions over a cell; some need the people the rows are about, or keys of this cut.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from sekisho.cut.case_tokens import CaseTokens
from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.cut.forms.cells import formed
from sekisho.cut.forms.chance import noise, offsets
from sekisho.cut.forms.dates import shifted
from sekisho.cut.forms.labels import labelled
from sekisho.cut.forms.numbers import noised
from sekisho.cut.parts import Field
from sekisho.cut.risk.hierarchy import Hierarchy

Form = Callable[[pl.DataFrame, pl.Series], pl.Expr | pl.Series]
"""Takes a block of rows and the number of the person each is about; returns the field's cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Makings:
    """What forms need beside the rows.

    Attributes:
        tokens: the case numbers of this cut.
        key: gives 32 bytes of this cut for a label, always the same.
        hierarchies: the files of labels that the purpose names, by their path there.
    """

    tokens: CaseTokens
    key: Callable[[str], bytes] | None = None
    hierarchies: Mapping[str, Hierarchy] = field(default_factory=dict)

    def key_for(self, label: str) -> bytes:
        """Return the key for a label.

        Raises:
            ValueError: nobody gave keys.
        """
        if self.key is None:
            raise ValueError("a form needs a key of this cut")
        return self.key(label)


def form_of(asked: Field, makings: Makings) -> Form:
    """Return a field's form for one run."""
    match asked.op:
        case "token.serial":
            return lambda _, numbers: makings.tokens.give(numbers)
        case "date.shift":
            assert asked.days is not None
            # One key for every such field: what happened to one person keeps its order and its distances.
            key, days = makings.key_for("date.shift"), asked.days
            return lambda rows, numbers: shifted(rows[asked.source], offsets(key, numbers, days))
        case "number.noise":
            assert asked.spread is not None
            key, spread = makings.key_for(f"number.noise/{asked.out}"), asked.spread
            return lambda rows, numbers: noised(rows[asked.source], noise(key, numbers, spread))
        case "generalise":
            assert asked.hierarchy is not None
            assert asked.level is not None
            label = labelled(makings.hierarchies[asked.hierarchy], asked.level)
            return lambda rows, _: by_distinct_value(rows[asked.source], label)
        case _:
            expression = formed(asked)
            return lambda _, __: expression

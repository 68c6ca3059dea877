"""Write-back: case tokens come back from the contractor with results, and lead to the people they were given to.

A token is taken for what it was given out as, or for nothing: one digit wrong is told by the check digit, and nobody else
gets the result; one that another cut gave out, one that comes twice, and one of a canary are refused each with its reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import polars as pl

from sekisho.cut.forms.by_value import by_distinct_value

Verdict = Literal["accepted", "empty", "altered", "foreign", "unknown", "repeated", "canary"]

REFUSED: tuple[Verdict, ...] = ("empty", "altered", "foreign", "unknown", "repeated", "canary")
"""The reasons for which a row is refused, in the order in which they are told."""


class Given(Protocol):
    """The tokens that one cut gave out."""

    def numbers(self, tokens: pl.Series) -> pl.Series:
        """Return the number of the person each token was given to; null where this cut gave out none such."""
        ...

    def well_formed(self, tokens: pl.Series) -> pl.Series:
        """Tell which tokens are at least written as this cut writes them, check digits and all."""
        ...

    @property
    def people(self) -> int:
        """How many people have one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejoined:
    """Whose each row is.

    Attributes:
        numbers: the person of each row (u32); null where it was refused.
        verdicts: a :data:`Verdict` for each row.
        missing: people of the cut for whom nothing came back.
    """

    numbers: pl.Series
    verdicts: pl.Series
    missing: int

    def count(self, verdict: Verdict) -> int:
        """Return how many rows were judged so."""
        return int((self.verdicts == verdict).sum())

    @property
    def refused(self) -> dict[Verdict, int]:
        """How many rows were refused, by reason."""
        return {verdict: count for verdict in REFUSED if (count := self.count(verdict))}


def rejoin(
    cells: pl.Series,
    given: Given,
    others: Sequence[Given] = (),
    *,
    canaries: frozenset[str] = frozenset(),
    times: pl.Series | None = None,
    written: Callable[[str], str],
) -> Rejoined:
    """Judge the tokens of a table that came back.

    Args:
        cells: the tokens as they stand in it.
        given: what the cut gave out.
        others: what other cuts gave out: theirs are foreign here, not unknown.
        canaries: tokens of invented people.
        times: every token of the cut's table, as often as it stands there: so often it may come back; else once.
        written: brings a token as typed to the one way in which it is written (width, blanks, hyphens).
    """
    tokens = by_distinct_value(cells, lambda cell: written(cell) or None)
    numbers = given.numbers(tokens)
    verdicts = pl.DataFrame({"token": tokens, "number": numbers}).select(
        pl.when(pl.col("token").is_null())
        .then(pl.lit("empty"))
        .when(pl.col("token").is_in(sorted(canaries)))
        .then(pl.lit("canary"))
        .when(pl.col("number").is_not_null() & _too_often(numbers, times if times is None else given.numbers(times)))
        .then(pl.lit("repeated"))
        .when(pl.col("number").is_not_null())
        .then(pl.lit("accepted"))
        .when(_of_any(tokens, others))
        .then(pl.lit("foreign"))
        .when(given.well_formed(tokens).fill_null(value=False))
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("altered"))
        .alias("verdict")
    )["verdict"]
    accepted = pl.select(pl.when(verdicts == "accepted").then(numbers).cast(pl.UInt32)).to_series()
    returned = numbers.filter(numbers.is_not_null() & (verdicts != "canary")).n_unique()
    return Rejoined(numbers=accepted, verdicts=verdicts, missing=given.people - returned)


def _too_often(numbers: pl.Series, given: pl.Series | None) -> pl.Series:
    """Tell which rows are of a person who came back more often than they were given out."""
    back = pl.DataFrame({"number": numbers}).with_columns(back=pl.len().over("number"))
    if given is None:
        return back["back"] > 1
    often = given.drop_nulls().alias("number").value_counts(name="given")
    return (
        back.join(often, on="number", how="left", maintain_order="left")
        .select(pl.col("back") > pl.col("given").fill_null(1))
        .to_series()
    )


def _of_any(tokens: pl.Series, others: Sequence[Given]) -> pl.Series:
    """Tell which tokens any of several cuts gave out."""
    found = np.zeros(len(tokens), bool)
    for given in others:
        found |= given.numbers(tokens).is_not_null().to_numpy()
    return pl.Series(found, dtype=pl.Boolean)

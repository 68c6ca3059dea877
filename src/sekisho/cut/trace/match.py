"""Who leaked it: a leaked table against every cut that it may come from, and how surely.

Four kinds of evidence. Tokens belong to one cut. Invented people are in one cut. Spellings are those of one cut
(:mod:`sekisho.cut.trace.marks`). People who were found again in the leaked table are all in the index of people of the cut
that it comes from; that speaks against candidates, but never for one alone, since cuts of one office overlap.

Every count comes with a bound on the chance that a table that has nothing to do with the cut would do as well. The bound
holds over the office's keys: whatever a foreign table looks like, it was made without them. It is multiplied by the number
of counts that were taken, over all candidates (Bonferroni), and whoever does not stay below the threshold is not named.
Nobody being named is no proof of anybody's innocence.

What the bound cannot say: that the copy left the recipient with the recipient's knowledge; and that nobody else had that
recipient's copy. It says which copy.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from sekisho.cut.trace.canaries import Contact, aliases, decoys
from sekisho.cut.trace.chance import log10_of_coins, log10_of_draws, most_likely_share
from sekisho.cut.trace.leak import Leak, forms_of, people_seen, read_leak, sightings
from sekisho.cut.trace.token_sets import CaseNumbers, KeyedTokens
from sekisho.people.index import Index

Method = Literal["tokens", "canaries", "contacts", "marks"]

THRESHOLD = 1e-6
"""Nobody is named whom chance alone would name more often than once in a million traces."""

_DECOYS = 20_000
_LOG10_DOUBT = -12.0
_LOG10_ALIAS = -64 * math.log10(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """The invented people of a cut.

    Attributes:
        secret: the cut's secret.
        people: they themselves as they left; a column a kind by which they are known again.
        contact: what of them the office answers.
    """

    secret: bytes = field(repr=False)
    people: pl.DataFrame = field(repr=False)
    contact: Contact = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A cut that a leaked table may come from.

    Attributes:
        cut: its id.
        recipient: who got it.
        tokens: each returns the tokens of one of its fields; called once, since a map may be large.
        secret: the secret of its marks. None: it was not marked.
        channels: ids of the channels by which it was marked.
        canaries: its invented people, if it has some.
        index: returns who is in it.
    """

    cut: str
    recipient: str
    tokens: tuple[Callable[[], CaseNumbers | KeyedTokens], ...] = ()
    secret: bytes | None = field(default=None, repr=False)
    channels: frozenset[str] = frozenset()
    canaries: Canaries | None = None
    index: Callable[[], Index] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One count.

    Attributes:
        method: what was counted.
        hit: so many fit the cut.
        of: of so many that could.
        log10_chance: log10 of a bound on the chance that a table that has nothing to do with the cut does as well.
    """

    method: Method
    hit: int
    of: int
    log10_chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A cut that a leaked table comes from.

    Attributes:
        cut: its id.
        recipient: who got it.
        evidence: what speaks for it, strongest first.
        log10_chance: log10 of the bound after all counts that were taken are reckoned with.
        people: how many of the people who were found again in the table are in the cut; None if nobody looked.
        of_people: how many were found again.
    """

    cut: str
    recipient: str
    evidence: tuple[Evidence, ...]
    log10_chance: float
    people: int | None
    of_people: int

    @property
    def chance(self) -> float:
        """The bound as a number; 0 where it is below the smallest."""
        return float(10.0**self.log10_chance)


def trace(
    leaked: Iterable[pl.DataFrame],
    candidates: Sequence[Candidate],
    *,
    people: np.ndarray | None = None,
    threshold: float = THRESHOLD,
) -> tuple[Suspicion, ...]:
    """Return which cuts a leaked table comes from, the surest first; none if nobody can be named.

    Args:
        leaked: the table, in blocks; headers and order mean nothing.
        candidates: the cuts.
        people: numbers of those who were found again in the table.
        threshold: nobody is named whose bound is not below it.
    """
    leak = read_leak(leaked)
    seen = _invented_seen(leak, candidates)
    found = [tuple(_evidence(leak, seen, each)) for each in candidates]
    counts = sum(len(each) for each in found)
    spread = math.log10(counts) if counts else 0.0
    named = [
        _suspicion(candidate, evidence, spread, people)
        for candidate, evidence in zip(candidates, found, strict=True)
        if evidence and min(each.log10_chance for each in evidence) + spread < math.log10(threshold)
    ]
    return tuple(sorted(named, key=lambda each: (each.log10_chance, each.cut)))


def _suspicion(
    candidate: Candidate, evidence: Sequence[Evidence], spread: float, people: np.ndarray | None
) -> Suspicion:
    telling = tuple(sorted((each for each in evidence if each.log10_chance < 0), key=lambda each: each.log10_chance))
    return Suspicion(
        cut=candidate.cut,
        recipient=candidate.recipient,
        evidence=telling,
        log10_chance=telling[0].log10_chance + spread,
        people=None if people is None or candidate.index is None else _inside(candidate.index(), people),
        of_people=0 if people is None else len(np.unique(people)),
    )


def _evidence(leak: Leak, seen: pl.DataFrame, candidate: Candidate) -> Iterator[Evidence]:
    """Yield every count that is taken of a candidate, those that say nothing too: each is a chance to err."""
    for load in candidate.tokens if leak.tokens else ():
        yield from _of_tokens(leak, load())
    if candidate.secret is not None:
        yield from _of_marks(leak, candidate.secret, candidate.channels)
    if candidate.canaries is not None:
        yield from _of_canaries(leak, seen, candidate.canaries)


def _of_tokens(leak: Leak, tokens: CaseNumbers | KeyedTokens) -> Iterator[Evidence]:
    for column in leak.tokens:
        hits = tokens.hits(column)
        if hits.of:
            chance = log10_of_draws(hits.hit, hits.of, hits.share)
            yield Evidence(method="tokens", hit=hits.hit, of=hits.of, log10_chance=chance)


def _of_marks(leak: Leak, secret: bytes, channels: Iterable[str]) -> Iterator[Evidence]:
    """Yield agreements by each channel and by all together; a channel that a leak normalised does not spoil the others."""
    counts = []
    for channel in sorted(channels & leak.readings.keys()):
        read = leak.readings[channel]
        counts.append((read.agreements(secret, channel), len(read.messages)))
    if len(counts) > 1:
        counts.append((sum(hit for hit, _ in counts), sum(of for _, of in counts)))
    for hit, of in counts:
        yield Evidence(method="marks", hit=hit, of=of, log10_chance=log10_of_coins(hit, of))


def _invented_seen(leak: Leak, candidates: Sequence[Candidate]) -> pl.DataFrame:
    """Look for the invented people of all candidates at once: the table may be large, and they are few."""
    forms = [forms_of(each.canaries.people)["form"] for each in candidates if each.canaries is not None]
    return sightings(leak, pl.concat(forms) if forms else pl.Series(dtype=pl.String))


def _of_canaries(leak: Leak, seen: pl.DataFrame, known: Canaries) -> Iterator[Evidence]:
    """Yield invented people who are in the leak, and contacts that only they have.

    How often an invented person is in the leak by chance is measured there, with others of the same making who are in no cut.
    """
    if starred := aliases(known.secret, known.people.height, known.contact):
        hit = _cells_among(leak, starred)
        each = _LOG10_ALIAS + math.log10(max(1, leak.cells * len(starred)))
        yield Evidence(method="contacts", hit=hit, of=len(starred), log10_chance=min(0.0, hit * each))
    hit, chance = people_seen(seen, forms_of(known.people)), 0.0
    if hit:
        others = forms_of(decoys(known.people, known.secret, _DECOYS, known.contact))
        by_chance = people_seen(sightings(leak, others["form"]), others)
        share = most_likely_share(by_chance, _DECOYS, log10_doubt=_LOG10_DOUBT)
        chance = max(log10_of_draws(hit, known.people.height, share), _LOG10_DOUBT) + math.log10(2)
    yield Evidence(method="canaries", hit=hit, of=known.people.height, log10_chance=min(0.0, chance))


def _cells_among(leak: Leak, values: Sequence[str]) -> int:
    """Return how many of some values stand in the table."""
    found = [pl.Series(dtype=pl.String)]
    for table in leak.blocks:
        for cells in table.get_columns():
            plain = cells.drop_nulls().unique().str.strip_chars().str.to_lowercase()
            found.append(plain.filter(plain.is_in(values)))
    return pl.concat(found).n_unique()


def _inside(index: Index, people: np.ndarray) -> int:
    """Return how many of these people are in a cut."""
    return int(np.isin(np.unique(people), index.numbers()).sum())

"""Precision, recall and F of found spans: exact, overlapping, and by character, with bootstrap intervals.

Before comparing, marks that are no part of a value fall off both sides of a number: 〒, brackets, blanks, a plus. A span is
exact if both ends agree, overlapping if one character does; each answer serves one span. What an answer adds inside a span
that another answer already met is passed over, and so is everything on an optional span. One answer given twice is one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gold import SAME, Record, Span

MEASURES = ("exact", "overlap", "characters")

Counts: TypeAlias = npt.NDArray[np.int64]  # [..., kind, measure, (hit, false, missed)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A figure and the interval in which 95 of 100 resamples of the frames put it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return it as it is printed."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One wrong answer.

    Attributes:
        how: ``missed``, ``false``, ``ends`` (right place, wrong ends) or ``kind`` (right place, other kind).
        gold: what is there, None if nothing.
        found: what was said, None if nothing.
    """

    how: str
    gold: Span | None
    found: Span | None


def prepared(record: Record, found: Iterable[Span], kinds: Sequence[str]) -> tuple[list[Span], list[Span]]:
    """Return gold and found spans of these kinds, trimmed, each answer once."""
    gold = [_trimmed(record.text, span) for span in record.spans if span.kind in kinds]
    answers = (_trimmed(record.text, _decided(span, gold)) for span in found)
    return gold, sorted({span for span in answers if span.kind in kinds}, key=lambda span: (span.start, span.end))


def counted(gold: Sequence[Span], found: Sequence[Span], kinds: Sequence[str]) -> Counts:
    """Return hits, false answers and misses for each kind and measure."""
    counts = np.zeros((len(kinds), len(MEASURES), 3), np.int64)
    for row, kind in enumerate(kinds):
        there = [span for span in gold if span.kind == kind]
        said = [span for span in found if span.kind == kind]
        counts[row, 0] = _spans_counted(there, said, _exact)
        counts[row, 1] = _spans_counted(there, said, _overlap)
        counts[row, 2] = _characters_counted(there, said)
    return counts


def failures(gold: Sequence[Span], found: Sequence[Span]) -> list[Failure]:
    """Return what was wrong, the best explanation of each."""
    wrong = []
    explained = set()
    for span in gold:
        near = [answer for answer in found if _overlap(span, answer)]
        explained.update(near if span.optional else [answer for answer in near if answer.kind == span.kind])
        same = [answer for answer in near if answer.kind == span.kind]
        if span.optional or any(_exact(span, answer) for answer in same):
            continue
        how = "ends" if same else "kind" if near else "missed"
        wrong.append(Failure(how=how, gold=span, found=next(iter([*same, *near]), None)))
        explained.update(near)
    return wrong + [Failure(how="false", gold=None, found=answer) for answer in found if answer not in explained]


def f_score(counts: Counts, *, beta: float = 1) -> npt.NDArray[np.float64]:
    """Return F of hits, false answers and misses in the last axis; 0 where there is nothing."""
    hits, false, missed = (counts[..., each].astype(np.float64) for each in range(3))
    below = (1 + beta**2) * hits + beta**2 * missed + false
    return np.divide((1 + beta**2) * hits, below, out=np.zeros_like(below), where=below > 0)


def precision(counts: Counts) -> npt.NDArray[np.float64]:
    """Return the share of answers that are right."""
    return f_score(counts, beta=0)


def recall(counts: Counts) -> npt.NDArray[np.float64]:
    """Return the share of values that were found."""
    return precision(counts[..., [0, 2, 1]])


def with_interval(counts: Counts, frames: Sequence[str], *, beta: float = 1, draws: int = 1000, seed: int = 1) -> Score:
    """Return F over all records, and its interval over resampled frames.

    Args:
        counts: one row of (hit, false, missed) a record.
        frames: the frame of each record.
        beta: how many times recall weighs as much as precision.
        draws: how many resamples.
        seed: of the resamples.
    """
    _, where = np.unique(np.array(frames), return_inverse=True)
    by_frame = np.zeros((where.max() + 1, 3), np.int64)
    np.add.at(by_frame, where, counts)
    size = len(by_frame)
    weights = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), draws)
    low, high = np.quantile(f_score(weights @ by_frame, beta=beta), (0.025, 0.975))
    return Score(value=float(f_score(by_frame.sum(0), beta=beta)), low=float(low), high=float(high))


def _decided(span: Span, gold: Sequence[Span]) -> Span:
    """Read an answer of several kinds as the one that is there."""
    kinds = [SAME.get(kind, kind) for kind in span.kind.split("|")]
    there = [each.kind for each in gold if each.kind in kinds and _overlap(each, span)]
    return replace(span, kind=(there or kinds)[0])


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    if span.kind == "corporate_number" and text[start : start + 1] in {"T", "Ｔ"}:
        start += 1
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return replace(span, start=start, end=end)


def _exact(gold: Span, found: Span) -> bool:
    return (found.start, found.end) in {(gold.start, gold.end), *gold.also}


def _overlap(gold: Span, found: Span) -> bool:
    return found.start < gold.end and gold.start < found.end


def _spans_counted(
    gold: Sequence[Span], found: Sequence[Span], agree: Callable[[Span, Span], bool]
) -> tuple[int, int, int]:
    left, hits, met = list(found), 0, []
    for span in gold:
        answer = next((each for each in left if agree(span, each)), None)
        if answer is not None:
            left.remove(answer)
            met.append(span)
            hits += not span.optional
    passed = [span for span in gold if span.optional or span in met]
    false = [each for each in left if not any(_overlap(span, each) for span in passed)]
    return hits, len(false), sum(not span.optional for span in gold) - hits


def _characters_counted(gold: Sequence[Span], found: Sequence[Span]) -> tuple[int, int, int]:
    optional = {place for span in gold if span.optional for place in range(span.start, span.end)}
    there = {place for span in gold for place in range(span.start, span.end)} - optional
    said = {place for span in found for place in range(span.start, span.end)} - optional
    # Of a span in two parts, the words between them need not be found.
    between = {
        place
        for span in gold
        if span.also and any(_exact(span, answer) for answer in found)
        for place in range(span.start, span.end)
    }
    there -= between - said
    return len(there & said), len(said - there), len(there - said)

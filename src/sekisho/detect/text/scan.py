"""Scan running text: what personal data stands where, piece by piece, with a sum that keeps the order.

A piece is examined alone, so that pieces may be examined anywhere; what one adds to the report is a part, and parts in the
order of the text make the whole. Every finding is counted. Those that a report lists are the first so many of each kind,
or all where every span is asked for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from sekisho.detect.columns import Level
from sekisho.detect.findings import Finding, TextReport, Uninspected
from sekisho.detect.hashing import hash_cells
from sekisho.detect.masks import mask
from sekisho.detect.packs import built_in_rules
from sekisho.detect.people import Distinct, distinct_of
from sekisho.detect.recognisers.recogniser import find_in
from sekisho.detect.text.found import LOW, MEDIUM, Spans
from sekisho.detect.text.plan import TextPlan
from sekisho.detect.text.spans import find_spans_in
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import taxonomy
from sekisho.progress import Progress
from sekisho.readers.problems import Problems
from sekisho.readers.structure import Positions
from sekisho.readers.view import Piece, Text

LISTED = 100  # findings of a kind that a report lists where not every span is asked for

_LEVELS: tuple[Level, ...] = ("low", "medium", "high")
_PIECE_BYTES = 1 << 20

_NOWHERE = Path()
_LABEL_BYTES = 120
_NONE_LISTED: Mapping[str, int] = MappingProxyType({})
_LONE_CR = re.compile(rb"\r(?!\n)")  # ends a line too, and no place moves


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """What consecutive pieces add to a report.

    Attributes:
        lines: how many.
        characters: how many.
        counts: findings by kind and level.
        people: hashed values of the kinds that name a person, by kind.
        findings: those that are listed, in order.
    """

    lines: int = 0
    characters: int = 0
    counts: Mapping[tuple[str, Level], int] = field(default_factory=dict)
    people: Mapping[str, Distinct] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: "TextPart") -> "TextPart":
        people = dict(self.people)
        for kind_id, found in other.people.items():
            people[kind_id] = people[kind_id] + found if kind_id in people else found
        return TextPart(
            lines=self.lines + other.lines,
            characters=self.characters + other.characters,
            counts=Counter(self.counts) + Counter(other.counts),
            people=people,
            findings=self.findings + other.findings,
        )


def find_spans(text: str) -> list[Finding]:
    """Return everything found in a text, places counted in its characters; low findings too."""
    encoded = text.encode("utf-8", "replace")
    piece = Piece(text=encoded, first_line=1, first_character=0)
    return list(examine_piece(piece, TextPlan(spans=True)).findings)


def scan_text(text: Text, plan: TextPlan, *, progress: Progress | None = None) -> TextReport:
    """Return the report on one text.

    Args:
        text: where it comes from.
        plan: what is asked.
        progress: told after each piece how many bytes of text it had.
    """
    problems, part, listed, above = Problems(), TextPart(), Counter[str](), b""
    try:
        for piece in text.source.pieces(problems=problems, size=_PIECE_BYTES):
            found = examine_piece(piece, plan, path=text.path, listed=listed, above=above)
            above = _last_line(piece.text)
            listed.update(each.kind for each in found.findings)
            part += found
            if progress:
                progress(len(piece.text))
    except Unreadable as error:
        reason = Uninspected(key=error.key, values=error.values)
        return TextReport(path=text.path, name=text.name, could_not_inspect=reason)
    return TextReport(
        path=text.path,
        name=text.name,
        lines=part.lines,
        characters=part.characters,
        people=max(map(len, part.people.values()), default=None),
        counts=part.counts,
        findings=part.findings if plan.spans else tuple(first_of_each(part.findings)),
        problems=problems.found(),
    )


def examine_piece(
    piece: Piece,
    plan: TextPlan,
    *,
    path: Path = _NOWHERE,
    listed: Mapping[str, int] = _NONE_LISTED,
    above: bytes = b"",
    tallies: Mapping[str, int] | None = None,
) -> TextPart:
    """Return what a piece adds.

    Args:
        piece: whole lines.
        plan: what is asked.
        path: of the text, which its fingerprints hold.
        listed: how many findings of each kind the pieces before it list; of what is listed enough, none is worked out.
        tallies: how many numbers of each shape there are in all that the piece is a part of; None if that is not known.
        above: the line before it, with its end, whose last word may be the label of what the piece begins with.
    """
    piece = replace(piece, text=_LONE_CR.sub(b"\n", piece.text)) if b"\r" in piece.text else piece
    spans = find_spans_in(above + piece.text, names=plan.names, every_line=plan.spans, tallies=tallies)
    spans = spans.behind(len(above))
    others = tuple(_of_others(piece, plan, path)) if plan.recognisers else ()
    part = TextPart(
        lines=piece.text.count(b"\n") + (not piece.text.endswith(b"\n") and bool(piece.text)),
        characters=_characters(piece.text),
        counts=_counts(spans),
        people=_people(piece.text, spans),
        findings=tuple(_listed(piece, spans, plan, path, listed)),
    )
    return part + _only(others) if others else part


def _last_line(text: bytes) -> bytes:
    """Return the last line of a piece with its end, if it is short enough to be a label."""
    line = text[-_LABEL_BYTES:].rstrip(b"\r\n").rpartition(b"\n")[2]
    return line + b"\n" if text.endswith((b"\n", b"\r")) and len(line) < _LABEL_BYTES - 2 else b""


def _of_others(piece: Piece, plan: TextPlan, path: Path) -> Iterator[Finding]:
    """Yield what the recognisers of others find."""
    for each in find_in(plan.recognisers, piece, built_in_rules()):
        value = each.value or ""
        fingerprint = _fingerprint(plan, each.kind, path, value)
        yield replace(each, fingerprint=fingerprint, value=value if plan.reveal else None)


def _only(findings: tuple[Finding, ...]) -> TextPart:
    return TextPart(counts=Counter((each.kind, each.level) for each in findings), findings=findings)


def _fingerprint(plan: TextPlan, kind_id: str, path: Path, value: str) -> str | None:
    return plan.fingerprints.of_value(kind=kind_id, path=path, value=value) if plan.fingerprints else None


def first_of_each(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first so many findings of each kind and column: what is listed where not every span is asked for."""
    listed: Counter[tuple[str, str | None]] = Counter()
    for finding in findings:
        listed[finding.kind, finding.column] += 1
        if listed[finding.kind, finding.column] <= LISTED:
            yield finding


def _counts(spans: Spans) -> dict[tuple[str, Level], int]:
    both = spans.kinds.astype(np.int64) * len(_LEVELS) + spans.levels
    ids = _ids()
    return {
        (ids[each // len(_LEVELS)], _LEVELS[each % len(_LEVELS)]): int(count)
        for each, count in zip(*(found.tolist() for found in np.unique(both, return_counts=True)), strict=True)
    }


def _people(text: bytes, spans: Spans) -> dict[str, Distinct]:
    """Return the different values of each kind that names a person; telephones and mail boxes people have several of."""
    found = {}
    for bit in np.unique(spans.kinds[spans.levels >= MEDIUM]).tolist():
        each = taxonomy()[_ids()[bit]]
        if "direct" in each.flags and "contact" not in each.flags:
            same = np.flatnonzero((spans.kinds == bit) & (spans.levels >= MEDIUM))
            starts, stops = spans.starts[same], spans.stops[same]
            found[each.id] = distinct_of(hash_cells(text, starts, stops, np.zeros(len(same), np.uint64)))
    return found


def _listed(piece: Piece, spans: Spans, plan: TextPlan, path: Path, listed: Mapping[str, int]) -> Iterator[Finding]:
    chosen = np.arange(len(spans)) if plan.spans else _first_places(spans, listed)
    if not len(chosen):
        return
    starts, stops = spans.starts[chosen], spans.stops[chosen]
    feeds = np.flatnonzero(np.frombuffer(piece.text, np.uint8) == ord("\n"))
    lines = np.searchsorted(feeds, starts)
    line_starts = np.concatenate(([0], feeds + 1))[lines]
    characters = _character_places(piece.text, np.concatenate((starts, stops, line_starts)))
    ids, rules = _ids(), built_in_rules()
    for index, (place, start, stop) in enumerate(zip(chosen.tolist(), starts.tolist(), stops.tolist(), strict=True)):
        kind_id = ids[int(spans.kinds[place])]
        value = piece.text[start:stop].decode(errors="replace")
        rule = rules.kinds.get(kind_id)
        yield Finding(
            kind=kind_id,
            level=_LEVELS[int(spans.levels[place])],
            confidence=_confidence(float(spans.odds[place])),
            line=piece.first_line + int(lines[index]),
            start=piece.first_character + int(characters[index]),
            end=piece.first_character + int(characters[len(chosen) + index]),
            line_start=piece.first_character + int(characters[2 * len(chosen) + index]),
            evidence=spans.explain(place),
            masked=mask(value, tail=rule is not None and rule.number),
            fingerprint=_fingerprint(plan, kind_id, path, value),
            value=value if plan.reveal else None,
        )


def _first_places(spans: Spans, listed: Mapping[str, int]) -> Positions:
    """Return the first so many findings of each kind that are more than low, less those that are listed already."""
    ids = _ids()
    chosen = [
        np.flatnonzero((spans.kinds == bit) & (spans.levels > LOW))[: max(0, LISTED - listed.get(ids[bit], 0))]
        for bit in np.unique(spans.kinds).tolist()
    ]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.int64)


def _character_places(text: bytes, positions: Positions) -> Positions:
    """Return how many characters stand before each of some places in UTF-8 text."""
    if text.isascii() or not len(positions):
        return positions
    order = np.argsort(positions, kind="stable")
    begins = (np.frombuffer(text, np.uint8) & 0xC0) != 0x80
    edges = np.concatenate(([0], positions[order]))
    between = np.add.reduceat(np.append(begins, False).astype(np.int64), edges)[: len(positions)]
    between[np.diff(edges) == 0] = 0  # reduceat gives one element for an empty slice
    places = np.empty(len(positions), np.int64)
    places[order] = np.cumsum(between)
    return places


def _characters(text: bytes) -> int:
    return len(text) if text.isascii() else int(np.count_nonzero((np.frombuffer(text, np.uint8) & 0xC0) != 0x80))


def _confidence(odds: float) -> float:
    return 1 / (1 + float(np.exp(-np.clip(odds, -500, 500))))


@cache
@cache
def _ids() -> dict[int, str]:
    return {each.bit: each.id for each in taxonomy().values()}

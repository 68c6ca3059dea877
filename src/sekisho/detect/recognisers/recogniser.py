"""Recognisers of others: patterns and words with a score, and the words near by that raise it.

Matching is by the line, a long line in windows, so that no pattern meets more text than it can be trusted with. A score is
taken for the confidence it claims to be. A context word within so many characters before raises it as Presidio does: by
0.35, to 0.4 at least. Below the level ``low`` of the scale nothing is reported.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import log

from sekisho.detect.columns import Level
from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import Finding
from sekisho.detect.masks import mask
from sekisho.detect.packs import Rules
from sekisho.readers.view import Piece

_WINDOW, _OVERLAP = 500, 120
_NEAR = 60
_RAISE, _LEAST_RAISED = 0.35, 0.4
_SURE = 1e-6
_LEVELS: tuple[Level, ...] = ("high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A regular expression, compiled, and how surely what it matches is what it looks for."""

    name: str
    regex: re.Pattern[str]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Finds one entity.

    Attributes:
        name: its own.
        entity: what it calls what it finds.
        kind: the id of our kind.
        patterns: any of them.
        context: words near by that raise a score, in small letters.
    """

    name: str
    entity: str
    kind: str
    patterns: tuple[Pattern, ...]
    context: tuple[str, ...] = ()


def find(recognisers: Iterable[Recogniser], text: str, rules: Rules) -> list[Finding]:
    """Return what recognisers find in a text, in its order; of several of a kind that overlap, the surest."""
    found = [each for recogniser in recognisers for each in _found(recogniser, text, rules)]
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: (-one.confidence, one.start, -one.end)):
        if not any(each.kind == other.kind and each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: (one.start, one.end, one.kind))


def find_in(recognisers: Iterable[Recogniser], piece: Piece, rules: Rules) -> list[Finding]:
    """Return what recognisers find in a piece of a text, with its places in the whole."""
    first = piece.first_character
    return [
        replace(
            each,
            line=each.line + piece.first_line - 1,
            start=each.start + first,
            end=each.end + first,
            line_start=(each.line_start or 0) + first,
        )
        for each in find(recognisers, piece.text.decode(errors="replace"), rules)
    ]


def _found(recogniser: Recogniser, text: str, rules: Rules) -> Iterator[Finding]:
    before = 0
    for number, line in enumerate(text.split("\n"), 1):  # as the readers count lines
        for pattern in recogniser.patterns:
            for match in _matches(pattern.regex, line):
                finding = _finding(recogniser, pattern, match, rules)
                if finding:
                    start, end = before + match.start(), before + match.end()
                    yield replace(finding, line=number, line_start=before, start=start, end=end)
        before += len(line) + 1


def _matches(regex: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """Yield what matches in a line; what ends with a window may only end there, and is left to the next."""
    for start in range(0, max(1, len(line) - _OVERLAP), _WINDOW - _OVERLAP):
        stop = min(len(line), start + _WINDOW)
        for match in regex.finditer(line, start, stop):
            if match.start() < match.end() and (match.end() < stop or stop == len(line)):
                yield match


def _finding(recogniser: Recogniser, pattern: Pattern, match: re.Match[str], rules: Rules) -> Finding | None:
    """Return what a match says, counted from the start of its line; None where it says too little."""
    near = match.string[max(0, match.start() - _NEAR) : match.start()].lower()
    word = next((each for each in recogniser.context if _stands_in(each, near)), None)
    score = pattern.score if word is None else min(1.0, max(pattern.score + _RAISE, _LEAST_RAISED))
    level = next((each for each in _LEVELS if score >= rules.scale.levels[each]), None)
    if level is None:
        return None
    evidence = [Evidence("own_rule", _log_odds(pattern.score), {"rule": recogniser.name, "entity": recogniser.entity})]
    if word is not None:
        evidence.append(Evidence("own_word", _log_odds(score) - _log_odds(pattern.score), {"word": word}))
    rule = rules.kinds.get(recogniser.kind)
    return Finding(
        kind=recogniser.kind,
        level=level,
        confidence=score,
        line=1,
        start=match.start(),
        end=match.end(),
        evidence=tuple(evidence),
        masked=mask(match[0], tail=bool(rule and rule.number)),
        value=match[0],
    )


def _stands_in(word: str, text: str) -> bool:
    """Tell whether a word stands in a text: ASCII words whole, since "lic" is in "public", others anywhere."""
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text) is not None


def _log_odds(score: float) -> float:
    sure = min(1 - _SURE, max(_SURE, score))
    return log(sure / (1 - sure))

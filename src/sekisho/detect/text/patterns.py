"""What patterns find in a piece of text: e-mail addresses, IBANs, keys, foreign documents."""

import numpy as np

from sekisho.detect.evidence import Evidence
from sekisho.detect.packs import Scale
from sekisho.detect.patterns import PatternMatch, find_patterns
from sekisho.detect.text.folding import Folded
from sekisho.detect.text.found import Spans, levels_of
from sekisho.kinds.taxonomy import taxonomy
from sekisho.readers.structure import Positions

_ODDS = {"high": 5.3, "medium": 2.2, "low": 0.0, "never": -9.0}


def find_by_pattern(folded: Folded, scale: Scale) -> Spans:
    """Return what patterns find.

    Args:
        folded: the text.
        scale: what each level of confidence takes.
    """
    text = folded.text.decode(errors="replace")
    found = [match for match in find_patterns(text, folded.text) if match.level != "never"]
    odds = np.array([_ODDS[match.level] for match in found])
    places = _bytes_before(folded.text, np.array([(each.start, each.end) for each in found], np.int64).reshape(-1, 2))
    return Spans(
        folded.in_source(places[:, 0]),
        folded.in_source(places[:, 1]),
        np.array([taxonomy()[match.pattern.kind].bit for match in found], np.int16),
        odds,
        levels_of(odds, np.ones(len(found), np.bool_), scale),
        lambda place: tuple(_evidence(found[place], float(odds[place]))),
    )


def _evidence(match: PatternMatch, weight: float) -> list[Evidence]:
    key = "pattern_labelled" if match.labelled else "pattern"
    return [Evidence(key, weight, {"kind": match.pattern.kind, "pattern": match.pattern.name})]


def _bytes_before(text: bytes, characters: Positions) -> Positions:
    """Return where characters of a UTF-8 text stand in its bytes."""
    if text.isascii() or not characters.size:
        return characters
    begins = np.flatnonzero((np.frombuffer(text, np.uint8) & 0xC0) != 0x80)
    found: Positions = np.append(begins, len(text))[characters]
    return found

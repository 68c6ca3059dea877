"""Names of people in a piece of text, as a recogniser finds them on the lines that are worth it."""

from functools import cache

import numpy as np

from sekisho.detect.evidence import Evidence
from sekisho.detect.names.anchors import anchored_lines
from sekisho.detect.names.model import is_trained
from sekisho.detect.names.recogniser import load
from sekisho.detect.names.spans import NameRecogniser
from sekisho.detect.packs import Scale
from sekisho.detect.text.found import MEDIUM, Spans, levels_of, log_odds
from sekisho.kinds.taxonomy import taxonomy

_FEED = ord("\n")
# Where every line is read, names are medium from this probability on: there exact F1 is best, on the thirds of the training
# corpus that a tagger had not learnt from. A scan that picks its lines keeps the scale of all kinds: it reports less, surer.
_LIKELY_ENOUGH = 0.4


def find_names(text: bytes, scale: Scale, *, recogniser: str | None, every_line: bool) -> Spans:
    """Return the names in a text.

    Args:
        text: UTF-8.
        scale: what each level of confidence takes.
        recogniser: by which; None for the dictionaries, or where every line is read for the best that is here.
        every_line: read lines too on which no label, title or common surname stands.
    """
    feeds = np.flatnonzero(np.frombuffer(text, np.uint8) == _FEED)
    lines = np.arange(len(feeds) + 1) if every_line else anchored_lines(text)
    begins = np.concatenate(([0], feeds + 1))[lines].tolist()
    ends = np.append(feeds, len(text))[lines].tolist()
    words = [text[begin:end].decode(errors="replace") for begin, end in zip(begins, ends, strict=True)]
    named = recogniser or (_best() if every_line else "dictionary")
    found = _recogniser(named).find(words) if words else []
    places, sure, why = list[tuple[int, int]](), list[float](), list[str]()
    for begin, said, names in zip(begins, words, found, strict=True):
        for name in names:
            start = begin + len(said[: name.start].encode())
            places.append((start, start + len(said[name.start : name.end].encode())))
            sure.append(name.confidence)
            why.append(name.why)
    odds = log_odds(np.array(sure, np.float64))
    levels = levels_of(odds, np.array([each == "label" for each in why], np.bool_), scale)
    if every_line:
        levels = np.where(np.array(sure) >= _LIKELY_ENOUGH, np.maximum(levels, MEDIUM), levels).astype(np.int8)
    starts, stops = np.array(places, np.int64).reshape(-1, 2).T
    return Spans(
        starts,
        stops,
        np.full(len(places), taxonomy()["name"].bit, np.int16),
        odds,
        levels,
        lambda place: (Evidence(f"name_{why[place]}", float(odds[place])),),
    )


def _best() -> str:
    return "tagger" if is_trained() else "dictionary"


@cache
def _recogniser(name: str) -> NameRecogniser:
    return load(name)

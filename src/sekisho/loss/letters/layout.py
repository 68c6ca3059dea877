"""An address in its window: lines wrapped where they may be, set smaller where they must be, refused where that is not enough. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sekisho.loss.letters.envelopes import Envelope, points
from sekisho.loss.letters.typeface import SELECTORS, Glyph, Typeface, width_of

_SIZES = (1.0, 0.92, 0.85, 0.78, 0.72)
_SMALLEST = 7.5
_LEADING = 1.35
_ASCENT = 0.88
_NAME = 1.15
_WORD = re.compile(rf"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ'.&]+[-−‐‑–－ー]?|\s+|.[{SELECTORS}]?", re.DOTALL)
_ORPHANS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line on paper.

    Attributes:
        left: where it begins, in points from the left edge.
        base: where it stands, in points from the lower edge.
        size: of its characters, in points.
        glyphs: them.
        of_address: whether it shows through the window.
    """

    left: float
    base: float
    size: float
    glyphs: Sequence[Glyph] = field(repr=False)
    of_address: bool = True

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + width_of(self.glyphs) * self.size / 1000


@dataclass(frozen=True, slots=True)
class Addressee:
    """What shows through the window.

    Attributes:
        name: with what is said after it (様), which never stands alone on a line.
        address: of one line or several.
        postal_code: as it is printed; empty where there is none.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    postal_code: str = field(repr=False)


def set_address(typeface: Typeface, envelope: Envelope, addressee: Addressee) -> list[Line] | None:
    """Return the lines of an address in the window, or None where it does not fit at the smallest size that a postman reads."""
    for scale in _SIZES:
        size = envelope.size * scale
        if size < _SMALLEST and scale < 1:
            return None
        lines = _set(typeface, envelope, addressee, size)
        if lines is not None:
            return lines
    return None


def _set(typeface: Typeface, envelope: Envelope, addressee: Addressee, size: float) -> list[Line] | None:
    field = envelope.field
    wide, left = points(field.width), points(field.left)
    lines = [
        (glyphs, its)
        for text, its in _texts(envelope, addressee, size)
        for glyphs in _wrapped(typeface, text, wide * 1000 / its)
    ]
    spare = points(field.height) - sum(its for _, its in lines) * _LEADING + lines[-1][1] * (_LEADING - 1)
    if spare < 0:
        return None
    placed, top = list[Line](), points(envelope.paper[1] - field.top) - spare / 2
    for glyphs, its in lines:
        placed.append(Line(left, top - its * _ASCENT, its, glyphs))
        top -= its * _LEADING
    return placed


def _texts(envelope: Envelope, addressee: Addressee, size: float) -> Iterator[tuple[str, float]]:
    """Yield the lines that were meant, with the size of each."""
    address = [line.strip() for line in addressee.address.splitlines() if line.strip()]
    if envelope.address == "japanese":
        if addressee.postal_code:
            yield f"〒{addressee.postal_code}", size
        yield from ((line, size) for line in address)
        yield addressee.name, size * _NAME
    else:
        yield addressee.name, size
        yield from ((line, size) for line in address)
        if addressee.postal_code:
            yield addressee.postal_code, size


def _wrapped(typeface: Typeface, text: str, wide: float) -> list[list[Glyph]]:
    """Return a text in lines; numbers and words stay whole where they fit, and no line begins with a blank."""
    whole = typeface.set(text)
    if width_of(whole) <= wide:
        return [whole]
    lines, room = [list[list[Glyph]]()], wide
    for word in _words(typeface, text, wide):
        need = width_of(word)
        if need > room and lines[-1]:
            lines.append([])
            room = wide
        if lines[-1] or not word[0].text.isspace():
            lines[-1].append(word)
            room -= need
    _without_orphans(lines)
    return [[glyph for word in line for glyph in word] for line in lines if line]


def _words(typeface: Typeface, text: str, wide: float) -> Iterator[list[Glyph]]:
    """Yield what is not broken: a number, a word, a kanji; one that is wider than the window character by character."""
    for word in _WORD.findall(text):
        glyphs = typeface.set(word)
        if width_of(glyphs) <= wide:
            yield glyphs
        else:
            yield from ([glyph] for glyph in glyphs)


def _without_orphans(lines: list[list[list[Glyph]]]) -> None:
    """Bring company to a last line of one or two characters, such as a 様 by itself."""
    while len(lines) > 1 and len(lines[-2]) > 1 and sum(map(len, lines[-1])) <= _ORPHANS:
        lines[-1].insert(0, lines[-2].pop())

"""Setting names by hand: which glyph of which font a character is, how wide it is, and the fonts that a file must bring.

A form is set by typst; a person's few lines on a hundred thousand letters are written straight into the page, as numbers of
glyphs. So what a typesetter does has to be done here: a rare kanji is taken from the first font that has it, a variant that
is asked for by a variation selector from the font's own table of them (cmap format 14), a letter and its mark as the one
character they make. What would need more, such as scripts written from right to left or joined, counts as not settable and
is said so, never printed wrongly.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sekisho.custody.paper.glyphs import Font, Fonts
from sekisho.errors import Unreadable

_MARKED = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
_SELECTED = re.compile("(?s).[\ufe00-\ufe0f\U000e0100-\U000e01ef]?")
SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_HAS_SELECTOR = re.compile(f"[{SELECTORS}]")
_HAS_MARK = re.compile("[\u0300-\u036f\u3099\u309a]")
_UNSETTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp", "Mn", "Mc", "Me"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_ESCAPED = {0x28: b"\\(", 0x29: b"\\)", 0x5C: b"\\\\", 0x0D: b"\\r"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character in a font.

    Attributes:
        face: the place of its font among the fonts.
        gid: its number there.
        width: in thousandths of the size.
        code: the number as a PDF's string has it.
        text: what it says.
    """

    face: int
    gid: int
    width: float
    code: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Face:
    """What of a font's tables is needed.

    Attributes:
        glyphs: code point → number of its glyph.
        variants: selector and code point → number of the variant's.
        widths: number of a glyph → its width in thousandths.
    """

    glyphs: dict[int, int]
    variants: dict[tuple[int, int], int]
    widths: tuple[float, ...]


@lru_cache(maxsize=8)
def read_face(path: Path) -> Face:
    """Read a font.

    Raises:
        Unreadable: it is none.
    """
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - an extra

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            number = font.getReverseGlyphMap()
            best = font.getBestCmap()
            scale = 1000 / font["head"].unitsPerEm
            metrics = font["hmtx"].metrics
            return Face(
                glyphs={point: number[name] for point, name in best.items()},
                variants=_variants(font, best, number),
                widths=tuple(metrics[name][0] * scale for name in font.getGlyphOrder()),
            )
    except (OSError, TTLibError, KeyError, AssertionError, AttributeError):
        raise Unreadable("custody.paper_bad_font", path=path) from None


def _variants(font: Any, best: dict[int, str], number: dict[str, int]) -> dict[tuple[int, int], int]:  # noqa: ANN401 - fontTools' own
    """Return the variants; one that is what the font shows anyway is in its table without a glyph."""
    return {
        (selector, point): number[name or best[point]]
        for table in font["cmap"].tables
        if table.format == 14
        for selector, pairs in table.uvsDict.items()
        for point, name in pairs
        if name or point in best
    }


def composed(text: str) -> str:
    """Return a text with each letter and its marks as one character; kanji stay as they are.

    To compose the whole text would make 塚 (U+FA10) the other 塚 (U+585A), which is another spelling of a name.

    >>> composed("か\u3099") == "が", composed("\ufa10") == "\ufa10"
    (True, True)
    """
    if _HAS_MARK.search(text) is None:
        return text
    return _MARKED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def clusters(text: str) -> Iterable[str]:
    """Return the characters of a text, each with the selector of its variant."""
    return _SELECTED.findall(text) if _HAS_SELECTOR.search(text) else text


class Typeface:
    """Several fonts as one; finds each character once."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts.fonts
        self._found = dict[str, Glyph | None]()

    def glyph(self, cluster: str) -> Glyph | None:
        """Return the glyph of a character; none where no font sets it."""
        try:
            return self._found[cluster]
        except KeyError:
            glyph = self._found[cluster] = self._find(cluster)
            return glyph

    def set(self, text: str) -> list[Glyph]:
        """Return the glyphs of a text.

        Raises:
            KeyError: a character cannot be set; :meth:`unset` tells before.
        """
        return [self.glyph(cluster) or self._must(cluster) for cluster in clusters(text)]

    def prepare(self, texts: Iterable[str]) -> list[str]:
        """Find every character of texts, and return those that cannot be set, each once, in order."""
        seen = set[str]()
        for text in texts:
            seen.update(clusters(text))
        return sorted(cluster for cluster in seen if self.glyph(cluster) is None)

    def unset(self, text: str) -> list[str]:
        """Return the characters of a text that cannot be set."""
        return [cluster for cluster in clusters(text) if self.glyph(cluster) is None]

    def used(self) -> Iterator[Glyph]:
        """Yield every glyph that was asked for."""
        yield from (glyph for glyph in self._found.values() if glyph is not None)

    @staticmethod
    def _must(cluster: str) -> Glyph:
        raise KeyError(" ".join(f"U+{ord(each):04X}" for each in cluster))

    def _find(self, cluster: str) -> Glyph | None:
        point, selector = ord(cluster[0]), ord(cluster[1]) if len(cluster) > 1 else 0
        if cluster == "\u00a0":
            point = 0x20
        category = unicodedata.category(chr(point))
        if category in _UNSETTABLE or unicodedata.bidirectional(chr(point)) in _RIGHT_TO_LEFT:
            return None
        for place, font in enumerate(self.fonts):
            if category == "Co" and not font.own:
                continue
            gid = _gid(font, point, selector)
            if gid:
                return Glyph(place, gid, read_face(font.path).widths[gid], _code(gid), cluster)
        return None


def _gid(font: Font, point: int, selector: int) -> int | None:
    face = read_face(font.path)
    return face.variants.get((selector, point)) if selector else face.glyphs.get(point)


def _code(gid: int) -> bytes:
    return b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in gid.to_bytes(2, "big"))


def width_of(glyphs: Iterable[Glyph]) -> float:
    """Return how wide glyphs are together, in thousandths of their size."""
    return sum(glyph.width for glyph in glyphs)

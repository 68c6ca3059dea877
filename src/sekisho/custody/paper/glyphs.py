"""Which characters the fonts at hand can set, and what becomes of those that none can.

Text is set in BIZ UD (SIL OFL 1.1), a rare kanji that it lacks in IPAmj Mincho (IPA Font License 1.0), both of which Debian
packages and neither of which travels with Sekisho; a character of private use (外字) only in a font of the office's own,
for in anybody else's the same code point is another character. A variant that is asked for by a variation selector (IVS) is
looked up as such, since a font that has only the plain character would silently print that.

What no font sets is printed as a geta (〓), as printers have always done, and listed with its code point; a variant that
no font has is printed plain and listed.
"""

import contextlib
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.errors import Missing, Unreadable

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

GETA = "〓"
_TEXT = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf", "BIZUDGothic-Regular.ttf", "BIZUDPMincho-Regular.ttf")
_RARE = "ipamjm.ttf"
_CLUSTER = re.compile("(.)([\ufe00-\ufe0f\U000e0100-\U000e01ef]?)", re.DOTALL)
_SPACES = frozenset(" \n\u3000\u00a0")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts"),
    "darwin": ("/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
}


@dataclass(frozen=True, slots=True, order=True)
class Unset:
    """A character that was not printed as it is.

    Attributes:
        character: it, or the character and the selector of its variant.
        plain: whether it was printed as the plain character, not as a geta.
    """

    character: str
    plain: bool

    @property
    def name(self) -> str:
        """Its code points: ``U+E000``, ``U+845B U+E01EF``."""
        return " ".join(f"U+{ord(each):04X}" for each in self.character)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a font has.

    Attributes:
        characters: the code points.
        variants: the pairs of character and selector.
    """

    characters: frozenset[int]
    variants: frozenset[tuple[int, int]]


@lru_cache(maxsize=32)
def read_coverage(path: Path) -> Coverage:
    """Return what a font file covers; the tables of a font with all kanji take half a second.

    Raises:
        Unreadable: it is no font.
    """
    with _font_file(path) as font:
        variants = {
            (character, selector)
            for table in font["cmap"].tables
            if table.format == 14
            for selector, pairs in table.uvsDict.items()
            for character, _ in pairs
        }
        return Coverage(frozenset(font.getBestCmap()), frozenset(variants))


@dataclass(frozen=True, slots=True)
class Font:
    """A font.

    Attributes:
        path: its file.
        family: what typst calls it.
        own: whether it is the office's own, and so speaks for characters of private use.
        read: reads what it covers, once it is asked for a character that no font before it has.
    """

    path: Path
    family: str
    own: bool = False
    read: Callable[[Path], Coverage] = read_coverage

    def has(self, character: str, selector: str) -> bool:
        """Tell whether it has a character, or the variant of it that a selector asks for."""
        coverage = self.read(self.path)
        return (
            (ord(character), ord(selector)) in coverage.variants if selector else ord(character) in coverage.characters
        )


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts a form is set in, the first one that has a character first."""

    fonts: tuple[Font, ...]

    def families(self) -> list[str]:
        """Return their families, each once."""
        return list(dict.fromkeys(font.family for font in self.fonts))

    def set(self, text: str) -> tuple[str, dict[str, str], list[Unset]]:
        """Return what can be printed of a text, what of it belongs to another font than the first, and what was not set."""
        printed, elsewhere, unset = [], dict[str, str](), list[Unset]()
        for character, selector in _CLUSTER.findall(text):
            font = self._font(character, selector)
            if font is None and selector and (plain := self._font(character, "")):
                unset.append(Unset(character + selector, plain=True))
                selector, font = "", plain  # noqa: PLW2901 - the cluster without what nobody can set
            if font is None:
                unset.append(Unset(character + selector, plain=False))
                printed.append(GETA)
                continue
            printed.append(character + selector)
            if font.family != self.fonts[0].family:
                elsewhere[character + selector] = font.family
        return "".join(printed), elsewhere, unset

    def _font(self, character: str, selector: str) -> Font | None:
        if character in _SPACES:
            return self.fonts[0]
        if unicodedata.category(character) in _UNSEEN:
            return None
        private = unicodedata.category(character) == "Co"
        candidates = (font for font in self.fonts if font.own or not private)
        return next((font for font in candidates if font.has(character, selector)), None)


def find_fonts(own: Sequence[Path] = (), folders: Iterable[Path] | None = None) -> Fonts:
    """Return the fonts of this machine that a form can be set in.

    Args:
        own: the office's own.
        folders: where fonts lie; where the operating system keeps them, if not given.

    Raises:
        Missing: there is no BIZ UDPGothic.
        Unreadable: a font of the office is none.
    """
    names = (*_TEXT, _RARE)
    found = dict[str, Path]()
    for folder in _font_folders() if folders is None else folders:
        for path in _files(folder):
            if path.name in names:
                found.setdefault(path.name, path)
    if _TEXT[0] not in found:
        raise Missing("custody.paper_fonts")
    shared = [Font(found[name], _family(found[name])) for name in names if name in found]
    mine = [Font(path, _family(path), own=True) for path in own]
    rare = [font for font in shared if font.path.name == _RARE]
    same = [font for font in shared[1:] if font not in rare]  # as the first, in other cuts: asked last
    return Fonts((shared[0], *mine, *rare, *same))


@lru_cache(maxsize=32)
def _family(path: Path) -> str:
    with _font_file(path) as font:
        return font["name"].getBestFamilyName() or path.stem


@contextlib.contextmanager
def _font_file(path: Path) -> "Iterator[TTFont]":
    """Open a font for the tables that are asked for.

    Raises:
        Unreadable: it is none.
    """
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - an extra

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            yield font
    except (OSError, TTLibError, KeyError, AssertionError):
        raise Unreadable("custody.paper_bad_font", path=path) from None


def _font_folders() -> list[Path]:
    return [Path(folder).expanduser() for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"])]


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names))

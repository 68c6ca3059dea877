"""Which characters the fonts at hand can set, and what becomes of those that none can.

Text is set in BIZ UD (SIL OFL 1.1), a rare kanji that it lacks in IPAmj Mincho (IPA Font License 1.0), both of which Debian
packages and neither of which travels with Sekisho; a character of private use (外字) only in a font of the office's own,
for in anybody else's the same code point is another character. A variant that is asked for by a variation selector (IVS) is
looked up as such, since a font that has only the plain character would silently print that.

What no font sets is printed as a geta (〓), as printers have always done, and listed with its code point; a variant that
no font has is printed plain and listed.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sekisho.errors import Missing, Unreadable

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
class Font:
    """What a font covers.

    Attributes:
        path: its file.
        family: what typst calls it.
        characters: the code points it has.
        variants: the pairs of character and selector it has.
        own: whether it is the office's own, and so speaks for characters of private use.
    """

    path: Path
    family: str
    characters: frozenset[int]
    variants: frozenset[tuple[int, int]]
    own: bool


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
        wanted = ord(character), ord(selector) if selector else 0
        for font in self.fonts:
            if (font.own or not private) and (wanted in font.variants if selector else wanted[0] in font.characters):
                return font
        return None


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
    shared = [read_font(found[name], own=False) for name in names if name in found]
    mine = [read_font(path, own=True) for path in own]
    return Fonts(
        (*[font for font in shared if font.path.name != _RARE], *mine, *[f for f in shared if f.path.name == _RARE])
    )


@lru_cache(maxsize=32)
def read_font(path: Path, *, own: bool) -> Font:
    """Return what a font covers.

    Raises:
        Unreadable: it is no font.
    """
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - an extra

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            tables = font["cmap"].tables
            variants = {
                (character, selector)
                for table in tables
                if table.format == 14
                for selector, pairs in table.uvsDict.items()
                for character, _ in pairs
            }
            family = font["name"].getBestFamilyName() or path.stem
            return Font(path, family, frozenset(font.getBestCmap()), frozenset(variants), own)
    except (OSError, TTLibError, KeyError, AssertionError):
        raise Unreadable("custody.paper_bad_font", path=path) from None


def _font_folders() -> list[Path]:
    return [Path(folder).expanduser() for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"])]


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names))

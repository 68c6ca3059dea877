"""Envelopes with a window, as data: where an address shows, where the text begins, where the letter is folded.

Lengths are millimetres from the top left corner, as makers print them; a window's place is nobody's standard in Japan, so an
office sets its own in ``$SEKISHO_HOME/templates/envelopes.toml`` and holds a test sheet against the envelope.
"""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from sekisho.catalogue.words import Language
from sekisho.errors import NotFound, Unreadable

_SHIPPED = Path(__file__).with_name("envelopes.toml")
OFFICES_FILE = "envelopes.toml"
_POINTS = 72 / 25.4


def points(millimetres: float) -> float:
    """Return a length as PDF measures it.

    >>> points(25.4)
    72.0
    """
    return millimetres * _POINTS


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point of the page."""

    left: float
    top: float


class Window(Place, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shows through an envelope."""

    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def shrunk(self, by: float) -> "Window":
        """Return it without a margin on each side."""
        return Window(left=self.left + by, top=self.top + by, width=self.width - 2 * by, height=self.height - 2 * by)


class Border(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stays white at the sides, and at the upper and lower end, of a page."""

    side: float
    end: float


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An envelope, and the letter that fits it.

    Attributes:
        ja: its name.
        en: its name.
        paper: width and height of the letter.
        window: what shows.
        inset: how far the address stays away from the window's edges.
        body: where the text may begin on the first page.
        border: what stays white.
        reference: where the letter's own code stands.
        folds: where it is folded.
        address: in which order an address is written.
        size: of the address, in points; a long one is set smaller.
        mark: ``V``, checked against the source, or ``R``, from memory.
        source: where its measures are from.
    """

    ja: str
    en: str
    paper: tuple[float, float]
    window: Window
    inset: float
    body: float
    border: Border
    reference: Place
    folds: tuple[float, ...]
    address: Literal["japanese", "western"]
    size: float
    mark: Literal["V", "R"]
    source: str

    @property
    def field(self) -> Window:
        """Where the address is set."""
        return self.window.shrunk(self.inset)

    def label(self, language: Language) -> str:
        """Return its name."""
        return self.ja if language == "ja" else self.en

    def sound(self) -> bool:
        """Tell whether window, code and text lie on the paper, in this order, none over another."""
        wide, high = self.paper
        window, reference = self.window, self.reference
        on_paper = min(window.left, window.top, self.inset, self.border.side, self.border.end) >= 0
        beside = reference.left >= window.right or reference.top >= window.bottom
        return (
            on_paper
            and window.right <= wide
            and window.bottom <= self.body < high - self.border.end
            and self.field.width > 0
            and self.field.height > 0
            and 0 <= reference.left < wide - self.border.side
            and 0 <= reference.top < self.body
            and beside
            and 4.0 <= self.size <= 24.0
        )


def load_envelopes(*folders: Path) -> dict[str, Envelope]:
    """Return the envelopes by id: Sekisho's, then those of folders, which may change one.

    Raises:
        Unreadable: a file is none, or an envelope's window, code and text lie over each other.
    """
    found = dict[str, Envelope]()
    for path in (_SHIPPED, *(folder / OFFICES_FILE for folder in folders)):
        if path == _SHIPPED or path.is_file():
            found |= _read(path)
    return found


def find_envelope(name: str, *folders: Path) -> Envelope:
    """Return an envelope.

    Raises:
        NotFound: there is none of that id.
        Unreadable: as :func:`load_envelopes`.
    """
    known = load_envelopes(*folders)
    if name not in known:
        raise NotFound("loss.no_such_envelope", envelope=name, envelopes=", ".join(known))
    return known[name]


def _read(path: Path) -> dict[str, Envelope]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = msgspec.convert(tomllib.loads(text), dict[str, Envelope])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError):
        raise Unreadable("loss.bad_envelopes", path=path) from None
    for name, envelope in found.items():
        if not envelope.sound():
            raise Unreadable("loss.unsound_envelope", path=path, envelope=name)
    return found

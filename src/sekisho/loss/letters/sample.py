"""The test sheet of an envelope: the window drawn where the profile says it is, the folds, and an invented address in it.

Whoever has the envelope in hand folds the sheet, puts it in, shakes it, and sees whether every line still shows: no profile
that was not held against the envelope is good for a city's letters.
"""

from collections.abc import Iterator
from datetime import datetime

from sekisho.catalogue.words import Language, say
from sekisho.custody.paper.glyphs import Fonts
from sekisho.loss.letters.envelopes import Envelope, Window, points
from sekisho.loss.letters.layout import Addressee, Line, set_address
from sekisho.loss.letters.master import Body, set_master
from sekisho.loss.letters.overlay import Press, Sheet
from sekisho.loss.letters.subset import programs
from sekisho.loss.letters.typeface import Typeface

_SMALL = 8.0


def sample_sheet(
    envelope: Envelope, name: str, fonts: Fonts, *, office: str, language: Language, at: datetime
) -> bytes:
    """Return the sheet.

    Args:
        envelope: whose window is tried.
        name: its id.
        fonts: to set it in.
        office: its name.
        language: of its words.
        at: the only time in it.

    Raises:
        Missing: typst is not installed.
        Refused: no font has a character of the office's name.
    """
    title = say("letters.sheet_title", language, envelope=envelope.label(language))
    text = say("letters.sheet_text", language)
    words = {
        "text": f"{name}: {envelope.window.left} / {envelope.window.top} / {envelope.window.width} × {envelope.window.height} mm",
        "mark": f"{envelope.mark}: {envelope.source}",
    }
    body = Body(
        title=title, sections=[("", text), ("", "\n".join(words.values()))], office=office, sender=[],
        date=say("letters.sheet_date", language), language=language,
    )  # fmt: skip
    typeface = Typeface(fonts)
    invented = Addressee(*(say(f"letters.sheet_{part}", language) for part in ("name", "address", "postal_code")))
    folds = [(fold, f"{fold:g} mm") for fold in envelope.folds]
    typeface.prepare([invented.name, invented.address, invented.postal_code, "〒", *(label for _, label in folds)])
    lines = set_address(typeface, envelope, invented) or []
    labels = [_label(typeface, envelope, fold, label) for fold, label in folds]
    press = Press(
        set_master(body, envelope, fonts, at=at),
        programs({place: font.path for place, font in enumerate(fonts.fonts)}, typeface.used()),
        envelope.paper,
    )
    return press.file([[Sheet([*lines, *labels], b" ".join(_drawn(envelope)))]], title=title)


def _label(typeface: Typeface, envelope: Envelope, fold: float, text: str) -> Line:
    base = points(envelope.paper[1] - fold) + 2
    return Line(points(envelope.paper[0] - 18), base, _SMALL, typeface.set(text), of_address=False)


def _drawn(envelope: Envelope) -> Iterator[bytes]:
    """Yield the operators that draw window, field of the address and folds."""
    high, wide = envelope.paper[1], points(envelope.paper[0])
    yield b"q 0.8 w"
    yield _box(envelope.window, high)
    yield b"0.4 w [2 2] 0 d"
    yield _box(envelope.field, high)
    for fold in envelope.folds:
        y = points(high - fold)
        yield b"0 %.2f m %.2f %.2f l S" % (y, wide, y)
    yield b"Q "


def _box(window: Window, high: float) -> bytes:
    left, bottom = points(window.left), points(high - window.bottom)
    return b"%.2f %.2f %.2f %.2f re S" % (left, bottom, points(window.width), points(window.height))

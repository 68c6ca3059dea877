"""Reading pages back: what shows through the window of a finished page, and what else the page says.

Whoever prints half a million letters looks at none of them. So of every file the first and the last letter are read from the
finished bytes, as a postman and the person would, before the file counts as one.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from sekisho.errors import Unreadable
from sekisho.loss.letters.envelopes import Envelope, points
from sekisho.loss.letters.typeface import SELECTORS

_UNSEEN = re.compile(f"[\\s{SELECTORS}\ufffe\u00ad]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a letter's first page must say.

    Attributes:
        page: the first page of the letter, from 0.
        window: what shows, and nothing else.
        reference: its code.
    """

    page: int
    window: str = field(repr=False)
    reference: str


def seen(text: str) -> str:
    """Return a text without what a page does not show: blanks, line ends, selectors of variants."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def check_pages(pdf: bytes, envelope: Envelope, wanted: Sequence[Wanted], *, file: str) -> None:
    """Read letters of a file back.

    Raises:
        Unreadable: an address is not in the window, or not alone there, or the code is not the letter's.
    """
    import pypdfium2  # noqa: PLC0415 - loads a library that nothing else here needs

    document = pypdfium2.PdfDocument(pdf)
    try:
        for each in wanted:
            page = document[each.page]
            text = page.get_textpage()
            whole, window = text.get_text_range(), text.get_text_bounded(*_corners(envelope))
            text.close()
            page.close()
            if seen(window) != seen(each.window) or seen(each.reference) not in seen(whole):
                raise Unreadable("loss.letter_misprinted", file=file, page=each.page + 1)
    finally:
        document.close()


def _corners(envelope: Envelope) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of the window, as a PDF counts."""
    window, high = envelope.window, envelope.paper[1]
    return points(window.left), points(high - window.bottom), points(window.right), points(high - window.top)

"""Reading what was printed, as somebody else's program does: the words on each page, and the fonts they are set in."""

import ctypes
import re
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

_UNSEEN = re.compile("[\\s\u200b\ufffe\x02]+")


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page without its blanks: a cell breaks names wherever it likes, and Japanese stands off Latin."""
    document = pypdfium2.PdfDocument(pdf)
    return [solid(page.get_textpage().get_text_bounded()) for page in document]


def words(pdf: bytes) -> str:
    """Return the text of all pages."""
    return "".join(pages(pdf))


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return the fonts in which something is set, and whether each is embedded."""
    return dict(_fonts(pypdfium2.PdfDocument(pdf)))


def printed_at(pdf: bytes) -> str:
    """Return when a PDF says that it was made."""
    return str(pypdfium2.PdfDocument(pdf).get_metadata_dict()["CreationDate"])


def _fonts(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, bool]]:
    for page in document:
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=8):
            font = raw.FPDFTextObj_GetFont(item.raw)
            name = ctypes.create_string_buffer(200)
            raw.FPDFFont_GetBaseFontName(font, name, 200)
            yield name.value.decode().partition("+")[2], raw.FPDFFont_GetIsEmbedded(font) == 1


def solid(text: str) -> str:
    """Return a text without its blanks, as :func:`pages` does."""
    return _UNSEEN.sub("", text)

"""PDF: the words of every page, of form fields and of comments, by pdfium; pages are divided by form feeds.

A page without a word is a picture as far as anybody knows. Such pages are read by OCR where that is asked for, and told
otherwise.
"""

import ctypes
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.context import Context, unread
from sekisho.readers.ocr import read_image
from sekisho.readers.plain import bytes_of, words
from sekisho.readers.view import Unread, View

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_SIGN = re.compile(rb"(?:\A|[\r\n\x00-\x08])%PDF-\d\.\d\s*[\r\n]")
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SECURITY = 5  # FPDF_ERR_SECURITY: an unknown kind of encryption
# What pdfium gives for a hyphen at a line's end, which may stand between the digits of a number.
_HYPHENS = str.maketrans({"\ufffe": "-", "\x02": "-", "\r": None, "\0": None})
_DOTS_PER_POINT = 300 / 72
_MOST_PIXELS = 40_000_000
_PAGES_NAMED = 5


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign, before which some programs write a little; text about PDF has it in a sentence."""
    del blob
    return head.startswith(b"%PDF-") or _SIGN.search(head[:1024]) is not None


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the words, what is attached, and which pages have no words.

    Raises:
        Unreadable: it is encrypted or damaged.
    """
    faults = _Faults()
    with closing(_opened(blob)) as document:
        yield words(blob, _lines(document, blob, context, faults))
        for place in range(document.count_attachments()):
            attached = document.get_attachment(place)
            yield from context.member(blob, attached.get_name() or str(place + 1), _content(attached))
    yield from faults.told(blob)


@dataclass(slots=True)
class _Faults:
    """Pages that say nothing, by their numbers, and why OCR did not help."""

    without: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    unrecognised: dict[str, Unreadable] = field(default_factory=dict)

    def told(self, blob: Blob) -> Iterator[View]:
        if self.without:
            yield unread(blob, "readers.pages_without_text", count=len(self.without), pages=_named(self.without))
        if self.damaged:
            yield unread(blob, "readers.damaged_pages", count=len(self.damaged), pages=_named(self.damaged))
        for error in self.unrecognised.values():
            yield Unread(path=blob.path, name=blob.name, error=error)


def _opened(blob: Blob) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 - 8 MB that only a PDF needs

    try:
        with blob.open():  # whose words for what may not be read are ours
            return PdfDocument(str(blob.path) if isinstance(blob, FileBlob) else bytes_of(blob))
    except PdfiumError as error:
        locked = error.err_code in (_PASSWORD, _SECURITY)
        raise Unreadable("readers.encrypted" if locked else "readers.damaged", path=blob.path) from None


def _lines(document: "PdfDocument", blob: Blob, context: Context, faults: _Faults) -> Iterator[str]:
    for number in range(1, len(document) + 1):
        context.budget.in_time(blob.path)
        text = ""
        try:
            with closing(document[number - 1]) as page:
                text = _text(page) or _recognised(page, context, blob.path)
        except Unreadable as error:
            faults.unrecognised[error.key] = error
        except Exception:  # noqa: BLE001 - pages are damaged in many ways, and one hides no other
            faults.damaged.append(number)
            continue
        if not text.strip():
            faults.without.append(number)
        context.budget.take(len(text), blob.path)
        yield ("\f" if number > 1 else "") + text


def _text(page: "PdfPage") -> str:
    with closing(page.get_textpage()) as found:
        text = found.get_text_range()
    return "\n".join(part for part in (text.translate(_HYPHENS), *_annotations(page)) if part.strip())


def _annotations(page: "PdfPage") -> Iterator[str]:
    """Yield what comments say and form fields hold, which is no part of the page's own text."""
    from pypdfium2 import raw  # noqa: PLC0415 - 8 MB that only a PDF needs

    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        if annotation:
            for key in (b"Contents", b"V"):
                size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
                buffer = ctypes.create_string_buffer(size)
                raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
                yield buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
            raw.FPDFPage_CloseAnnot(annotation)


def _recognised(page: "PdfPage", context: Context, path: Path) -> str:
    if not context.options.ocr:
        return ""
    width, height = page.get_size()
    scale = min(_DOTS_PER_POINT, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        rows = bitmap.to_numpy()[:, : bitmap.width]
        return read_image(b"P5 %d %d 255\n" % (rows.shape[1], rows.shape[0]) + rows.tobytes(), path)


def _content(attached: Any) -> Iterator[bytes]:  # noqa: ANN401 - pypdfium2 has no types
    yield bytes(attached.get_data())


def _named(pages: list[int]) -> str:
    return ", ".join(map(str, pages[:_PAGES_NAMED])) + (" …" if len(pages) > _PAGES_NAMED else "")

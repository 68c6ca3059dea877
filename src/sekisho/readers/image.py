"""Images: read by OCR where that is asked for, otherwise told."""

from collections.abc import Iterator

from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, unread
from sekisho.readers.ocr import read_image
from sekisho.readers.plain import bytes_of, words
from sekisho.readers.view import View


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign; those of two and four letters may begin anything, so that text is left alone."""
    del blob
    if head.startswith(b"BM"):
        return int.from_bytes(head[14:18], "little") in (12, 40, 52, 56, 64, 108, 124)
    return not head.startswith(b"RIFF") or head[8:12] == b"WEBP"


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the words of an image, or that there may be some.

    Raises:
        Unreadable: OCR was asked for and is not there, or failed.
    """
    if context.options.ocr:
        yield words(blob, read_image(bytes_of(blob), blob.path).splitlines())
    else:
        yield unread(blob, "readers.image")

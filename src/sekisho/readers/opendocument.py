"""OpenDocument files: texts and slides as words, spreadsheets by the reader of workbooks."""

import zipfile
from collections.abc import Iterator

from sekisho.errors import Unreadable
from sekisho.readers import workbook
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, guarded, unread
from sekisho.readers.flow import Grammar
from sekisho.readers.ooxml import said
from sekisho.readers.view import View
from sekisho.readers.zips import member, opened_zip

GRAMMAR = Grammar(
    said=frozenset(("p", "h")),
    paragraphs=frozenset(("p", "h")),
    cells=frozenset(("table-cell", "covered-table-cell")),
    rows=frozenset(("table-row",)),
    tabs=frozenset(("tab",)),
    breaks=frozenset(("line-break",)),
    blanks=frozenset(("s",)),
)

_TYPE = b"application/vnd.oasis.opendocument."
_TABLE = b"spreadsheet"
_SAYING = ("content.xml", "styles.xml")
_LONGEST_TYPE = 200


def detect(head: bytes, blob: Blob) -> bool:
    """Tell a ZIP by the member that says what it is."""
    del head
    return _type(blob).startswith(_TYPE)


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the document's words or tables, and count its pictures.

    Raises:
        Unreadable: it is encrypted or damaged.
    """
    with opened_zip(blob, context) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Unreadable("readers.encrypted", path=blob.path)
        if _type(blob)[len(_TYPE) :].startswith(_TABLE):
            yield from guarded(blob, lambda: workbook.tables(blob))
        else:
            yield from said(blob, archive, [name for name in names if name.endswith(_SAYING)], GRAMMAR, context)
        pictures = [
            entry for entry in archive.infolist() if entry.filename.startswith("Pictures/") and not entry.is_dir()
        ]
        for entry in pictures if context.options.ocr else ():
            yield from member(blob, archive, entry, context)
        if pictures and not context.options.ocr:
            yield unread(blob, "readers.pictures", count=len(pictures))


def _type(blob: Blob) -> bytes:
    try:
        with blob.open() as file, zipfile.ZipFile(file) as archive, archive.open("mimetype") as part:
            return part.read(_LONGEST_TYPE)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, EOFError):
        return b""

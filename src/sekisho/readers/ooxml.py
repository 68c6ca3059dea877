"""Word and PowerPoint files, read part by part as they stand in their ZIP.

Every part that can hold words is read, whatever its name: text, headers, footers, notes, comments, text boxes, deleted
text that is still there, charts. Pictures are counted, or read by OCR; embedded files lie inside the document. What the
file says about itself (author, company) is left out.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, unread
from sekisho.readers.flow import Grammar, lines_of
from sekisho.readers.plain import words
from sekisho.readers.view import View
from sekisho.readers.zips import chunks, member, opened_zip

GRAMMAR = Grammar(
    said=frozenset(("t", "delText", "instrText", "text", "v")),
    paragraphs=frozenset(("p", "txPr", "pt", "comment", "cm")),
    cells=frozenset(("tc",)),
    rows=frozenset(("tr",)),
    tabs=frozenset(("tab", "ptab")),
    breaks=frozenset(("br", "cr")),
    skipped=frozenset(("Fallback", "tabs")),  # the same text box for older programs; where tabs would stop
)

_PARTS = re.compile(
    r"(?:word|ppt)/(?!theme|_rels|slideMasters|slideLayouts|notesMasters|handoutMasters)(?:\w+/)*[^/]+\.xml"
)
_DULL = re.compile(
    r"(?:styles|settings|webSettings|fontTable|numbering|stylesWithEffects|presProps|viewProps|tableStyles)\d*\.xml"
)
_BESIDE_CELLS = re.compile(r"xl/(?:(?:threadedC|c)omments/?[^/]*\d*|drawings/[^/]+|charts/[^/]+|persons/[^/]+)\.xml")
_LINKS = re.compile(rb'Target="(?:mailto|tel):([^"]*)"')
_EMBEDDED = re.compile(r"(?:word|ppt|xl)/embeddings/.+")
_PICTURE = re.compile(r"(?i)(?:word|ppt|xl)/media/.+\.(?:png|jpe?g|gif|bmp|tiff?|heic|webp|jp2|wdp)")


def detect(head: bytes, blob: Blob) -> bool:
    """Tell a ZIP by its members."""
    del head
    try:
        with blob.open() as file, zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(("word/", "ppt/")) for name in names)


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the document's words and what is embedded in it."""
    with opened_zip(blob, context) as archive:
        parts = [name for name in archive.namelist() if _PARTS.fullmatch(name) and not _DULL.fullmatch(_last(name))]
        yield from said(blob, archive, sorted(parts, key=_order), GRAMMAR, context)
        yield from _inside(blob, archive, context)


def beside_cells(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what a workbook says outside its cells, if it does."""
    with opened_zip(blob, context) as archive:
        parts = [name for name in archive.namelist() if _BESIDE_CELLS.fullmatch(name)]
        if parts:
            yield from said(blob, archive, sorted(parts, key=_order), GRAMMAR, context)
        yield from _inside(blob, archive, context)


def said(blob: Blob, archive: zipfile.ZipFile, parts: list[str], grammar: Grammar, context: Context) -> Iterator[View]:
    """Yield the words of some parts as one text; what is damaged is told after it."""
    damaged = list[str]()
    yield words(blob, _lines(blob, archive, parts, grammar=grammar, context=context, damaged=damaged))
    if damaged:
        yield unread(blob, "readers.damaged_parts", count=len(damaged), part=damaged[0])


def _lines(
    blob: Blob, archive: zipfile.ZipFile, parts: list[str], *, grammar: Grammar, context: Context, damaged: list[str]
) -> Iterator[str]:
    for name in parts:
        try:
            yield from lines_of(_counted(blob, archive, name, context), grammar)
        except Unreadable:
            raise
        except Exception:  # noqa: BLE001 - a ZIP and XML that are damaged raise many things
            damaged.append(name)
    for name in archive.namelist():
        if name.endswith(".rels"):
            yield from (link.decode("utf-8", "replace") for link in _LINKS.findall(archive.read(name)))


def _counted(blob: Blob, archive: zipfile.ZipFile, name: str, context: Context) -> Iterator[bytes]:
    for chunk in chunks(archive, archive.getinfo(name)):
        context.budget.take(len(chunk), blob.path)
        yield chunk


def _inside(blob: Blob, archive: zipfile.ZipFile, context: Context) -> Iterator[View]:
    pictures = [entry for entry in archive.infolist() if _PICTURE.fullmatch(entry.filename)]
    embedded = [entry for entry in archive.infolist() if _EMBEDDED.fullmatch(entry.filename)]
    for entry in [*embedded, *(pictures if context.options.ocr else ())]:
        yield from member(blob, archive, entry, context)
    if pictures and not context.options.ocr:
        yield unread(blob, "readers.pictures", count=len(pictures))


def _order(name: str) -> tuple[bool, str, list[int]]:
    """Order parts as they are read: the text first, the slides by their numbers."""
    return "/document" not in name, re.sub(r"\d+", "", name), [int(digits[:9]) for digits in re.findall(r"\d+", name)]


def _last(name: str) -> str:
    return PurePosixPath(name).name

"""Outlook messages (.msg, [MS-OXMSG]): properties and attachments in the streams of a compound file."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.readers.blob import Blob, MemoryBlob, inside
from sekisho.readers.compressed_rtf import unpack_rtf
from sekisho.readers.context import Context, guarded
from sekisho.readers.mail import text_of
from sekisho.readers.markup import html_lines
from sekisho.readers.plain import words
from sekisho.readers.rtf import text_of as rtf_text_of
from sekisho.readers.streams import read_stream
from sekisho.readers.view import View

if TYPE_CHECKING:
    from olefile import OleFileIO

# [MS-OXPROPS]: what the text begins with, by property.
_SAID = (
    ("From", 0x0C1A),
    ("From", 0x5D01),
    ("From", 0x0C1F),
    ("To", 0x0E04),
    ("Cc", 0x0E03),
    ("Bcc", 0x0E02),
    ("Subject", 0x0037),
)
_RECIPIENT = (0x3001, 0x39FE, 0x3003)
_BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_FILE_NAMES, _FILE, _MESSAGE = (0x3707, 0x3704, 0x3001), "37010102", "3701000D"
_WIDE, _NARROW, _BINARY = "001F", "001E", "0102"
_STREAM = "__substg1.0_"
_PART = re.compile(r"__(?:recip|attach)_version1\.0_#[0-9A-Fa-f]{8}")
_HTML_CHARSET = re.compile(rb"""(?i)charset\s*=\s*["']?([\w.:-]+)""")


def views(ole: "OleFileIO", blob: Blob, context: Context) -> Iterator[View]:
    """Yield a message's text and its attachments."""
    yield from _message(ole, [], blob, context)


def _message(ole: "OleFileIO", storage: list[str], blob: Blob, context: Context) -> Iterator[View]:
    yield words(blob, _lines(ole, storage))
    for part in _parts(ole, storage, "__attach"):
        where = [*storage, part]
        name = next(filter(None, (_text(ole, where, number) for number in _FILE_NAMES)), part)
        if ole.exists([*where, _STREAM + _FILE]):
            yield from context.member(blob, name, [read_stream(ole, [*where, _STREAM + _FILE])])
        elif ole.exists([*where, _STREAM + _MESSAGE]):
            yield from _nested(ole, [*where, _STREAM + _MESSAGE], name, blob, context)


def _nested(ole: "OleFileIO", storage: list[str], name: str, blob: Blob, context: Context) -> Iterator[View]:
    """Yield a message within a message: a storage of the same compound file."""
    place = inside(blob, name)
    context.budget.entry(place.path)
    named = MemoryBlob(place.path, place.name, b"")
    yield from guarded(place, lambda: _message(ole, storage, named, context))


def _lines(ole: "OleFileIO", storage: list[str]) -> Iterator[str]:
    for name, number in _SAID:
        if text := _text(ole, storage, number):
            yield f"{name}: {text}"
    for part in _parts(ole, storage, "__recip"):
        yield "To: " + " ".join(filter(None, (_text(ole, [*storage, part], number) for number in _RECIPIENT)))
    yield ""
    body = _text(ole, storage, _BODY)
    if body:
        yield from body.splitlines()
    elif html := _html(ole, storage):
        yield from html
    elif rtf := _binary(ole, storage, _RTF):
        yield from rtf_text_of(unpack_rtf(rtf)).splitlines()


def _html(ole: "OleFileIO", storage: list[str]) -> list[str]:
    content = _binary(ole, storage, _HTML)
    charset = _HTML_CHARSET.search(content)
    return html_lines(text_of(content, charset[1].decode().lower() if charset else None)) if content else []


def _parts(ole: "OleFileIO", storage: list[str], kind: str) -> list[str]:
    depth = len(storage)
    found = {path[depth] for path in ole.listdir() if path[:depth] == storage and len(path) > depth + 1}
    return sorted(name for name in found if name.startswith(kind) and _PART.fullmatch(name))


def _text(ole: "OleFileIO", storage: list[str], number: int) -> str:
    stem = f"{_STREAM}{number:04X}"
    if ole.exists([*storage, stem + _WIDE]):
        return read_stream(ole, [*storage, stem + _WIDE]).decode("utf-16-le", "replace").rstrip("\0")
    if ole.exists([*storage, stem + _NARROW]):
        return text_of(read_stream(ole, [*storage, stem + _NARROW]).rstrip(b"\0"), None)
    return ""


def _binary(ole: "OleFileIO", storage: list[str], number: int) -> bytes:
    path = [*storage, f"{_STREAM}{number:04X}{_BINARY}"]
    return read_stream(ole, path) if ole.exists(path) else b""

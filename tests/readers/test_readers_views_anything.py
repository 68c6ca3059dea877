"""Whatever bytes a file holds, reading it ends, and ends in views."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers_files import CSV, WORDS, compound, docx, odt, pdf, pptx, word_paragraph, zipped

from sekisho.errors import SekishoError
from sekisho.readers.blob import MemoryBlob
from sekisho.readers.context import Context, Options
from sekisho.readers.limits import Budget, LimitReached, Limits
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table
from sekisho.readers.views import Text, View
from sekisho.readers.walk import _walk

_PATH = Path("a")
_LIMITS = Limits(entries=200, unpacked=64 << 20, member=16 << 20, seconds=20)
_MAIL = b"From: a@example.jp\nTo: b@example.jp\nContent-Type: multipart/mixed; boundary=X\n\n--X\n\nhello\n--X\n"
_MAIL += b"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.csv\n\neCx5Cg==\n--X--\n"


@cache
def _samples() -> dict[str, bytes]:
    book, frame, tape = io.BytesIO(), io.BytesIO(), io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = WORDS
    workbook.save(book)
    pl.DataFrame({"氏名": [WORDS] * 3}).write_parquet(frame)
    with tarfile.open(fileobj=tape, mode="w") as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(CSV)
        archive.addfile(entry, io.BytesIO(CSV))
    jtd = b"SsmgV.01" + bytes(12) + b"TextV.01\0\0\0\x20" + WORDS.encode("utf-16-be")
    return {
        "csv": CSV,
        "json": b'[{"a": "\\u5c71", "b": 1}]',
        "xml": f"<?xml version='1.0'?><a b='c'>{WORDS}&#30000;</a>".encode(),
        "html": f"<html><p class=x>{WORDS}&amp;</p><!-- x --></html>".encode(),
        "zip": zipped({"a.csv": CSV, "b.zip": zipped({"c.txt": WORDS})}),
        "xlsx": book.getvalue(),
        "docx": docx(word_paragraph(WORDS), header1=word_paragraph(WORDS)),
        "pptx": pptx(WORDS),
        "odt": odt(f"<text:p>{WORDS}</text:p>"),
        "pdf": pdf(WORDS, ""),
        "parquet": frame.getvalue(),
        "tar": tape.getvalue(),
        "tar.gz": gzip.compress(tape.getvalue()),
        "eml": _MAIL,
        "mbox": b"From a@b Mon Jan  1 00:00:00 2024\n" + _MAIL,
        "rtf": rb"{\rtf1\ansicpg932{\fonttbl{\f0\fcharset128 x;}}\f0 \'8e\'52\u23665?{\pict 00}\par}",
        "jtd": compound({"DocumentText": jtd}),
        "msg": compound({"__properties_version1.0": b"x", "__substg1.0_1000001F": WORDS.encode("utf-16-le")}),
        "doc": compound({"WordDocument": bytes(1024), "1Table": bytes(100)}),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(60)),
        "lzh": b"\x20\x00-lh5-" + bytes(60),
        "image": b"\x89PNG\r\n\x1a\n" + bytes(60),
    }


_CHANGE = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(min_size=1, max_size=4))


def _changed(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Replace, insert or drop a few bytes, or cut the rest off."""
    for where, how, content in changes:
        at = int(where * len(data))
        kept = (at + len(content), at, at + 2 * len(content), len(data))[how]
        data = data[:at] + (content if how != 2 else b"") + data[kept:]
    return data


@pytest.mark.parametrize("name", sorted(_samples()))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(changes=st.lists(_CHANGE, max_size=4))
def test_damage_of_any_kind_is_survived(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    _read(_changed(_samples()[name], changes))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_are_survived(data: bytes) -> None:
    _read(data)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=500), st.sampled_from(["utf-8", "utf-16", "cp932"]))
def test_any_text_is_survived(text: str, codec: str) -> None:
    _read(text.encode(codec, "replace"))


def _read(data: bytes) -> None:
    blob = MemoryBlob(_PATH, "a", data)
    budget = Budget(_LIMITS, len(data))
    try:
        for view in _walk(blob, Context(options=Options(limits=_LIMITS), budget=budget, depth=0, walk=_walk)):
            _use(view)
    except LimitReached:
        pass


def _use(view: View) -> None:
    try:
        for _ in _content(view):
            pass
    except SekishoError:
        pass


def _content(view: View) -> Iterator[object]:
    if isinstance(view, Table):
        yield from view.blocks()
    elif isinstance(view, Text):
        for piece in view.source.pieces(problems=Problems(), size=1 << 16):
            piece.text.decode()
            yield piece

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from readers_files import WORDS, faults, said

from sekisho.readers.blob import Blob
from sekisho.readers.context import Context
from sekisho.readers.formats import FORMATS, Format
from sekisho.readers.plain import words
from sekisho.readers.views import View

_OWN = b"\x01\x02OWN\x00\x00\xff\xfe"


class Own:
    @staticmethod
    def detect(head: bytes, blob: Blob) -> bool:
        return blob.name == "a" and head.startswith(_OWN)

    @staticmethod
    def views(blob: Blob, context: Context) -> Iterator[View]:
        assert context.depth == 0
        yield words(blob, [WORDS])


def test_what_none_of_ours_knows_an_installed_package_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint(name="own", value="test_readers_formats:Own", group="sekisho.readers")
    monkeypatch.setattr("sekisho.plugins.entry_points", lambda group: [entry] if group == "sekisho.readers" else [])
    path = tmp_path / "a.own"
    path.write_bytes(_OWN + bytes(range(256)))

    assert said(path) == WORDS + "\n"
    path.write_bytes(bytes(range(256)))
    assert faults(path) == ["readers.unknown"]


def test_signs_stand_where_they_have_to() -> None:
    tar, near = Format("x", (b"ustar",), at=257), Format("x", (b"%PDF-",), within=1024)

    assert tar.may_be(bytes(257) + b"ustar")
    assert not tar.may_be(b"ustar")
    assert near.may_be(b"\n\n%PDF-")
    assert not near.may_be(bytes(2000) + b"%PDF-")


@pytest.mark.parametrize("module", sorted({each.module for each in FORMATS}))
def test_each_reader_has_both_functions(module: str) -> None:
    reader = __import__(module, fromlist=["detect"])

    assert callable(reader.detect)
    assert callable(reader.views)

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from readers_files import WORDS, faults, said, zipped

from sekisho.readers.blob import Blob, MemoryBlob
from sekisho.readers.plain import words
from sekisho.readers.views import View

_SQLITE = b"SQLite format 3\x00" + bytes(100)


def _tables(place: Path | Blob) -> Iterator[View]:
    yield words(MemoryBlob(Path("x"), type(place).__name__, b""), [WORDS])


@pytest.mark.parametrize("data", [_SQLITE, zipped({"in.db": _SQLITE})])
def test_it_is_left_to_who_reads_databases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    module = ModuleType("sekisho.readers.sqlite_file")
    module.tables = _tables  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sekisho.readers.sqlite_file", module)
    path = tmp_path / "a.db"
    path.write_bytes(data)

    assert said(path) == WORDS + "\n"


def test_where_nobody_does_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sekisho.readers.sqlite_file", None)
    path = tmp_path / "a.db"
    path.write_bytes(_SQLITE)

    assert faults(path) == ["readers.unknown"]

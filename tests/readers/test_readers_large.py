from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, seen, text_of, why, zipped

from sekisho.errors import Unreadable
from sekisho.readers.context import Options
from sekisho.readers.limits import Limits

_OPTIONS = Options(limits=Limits(member=1000))
_ROWS = CSV + "佐藤 次郎,090-0000-0003\n".encode() * 100
_NOTE = (WORDS + "。\n") * 100


def _archive(folder: Path, **members: bytes | str) -> Path:
    path = folder / "a.zip"
    path.write_bytes(zipped(members))
    return path


def test_text_that_memory_may_not_hold_is_unpacked_for_each_pass(tmp_path: Path) -> None:
    found = seen(_archive(tmp_path, people=_ROWS, note=_NOTE), _OPTIONS)

    assert cells_of(found["a.zip!people"]) == cells_of(found["a.zip!people"]) == _ROWS.splitlines()[1:]
    assert text_of(found["a.zip!note"]) == _NOTE


def test_anything_else_is_told(tmp_path: Path) -> None:
    found = seen(_archive(tmp_path, inner=zipped({"a": bytes(9)}) + bytes(2000), note=bytes(range(256)) * 5), _OPTIONS)

    assert {why(view) for view in found.values()} == {"readers.limit_member"}


def test_an_archive_that_changed_is_told(tmp_path: Path) -> None:
    path = _archive(tmp_path, note=_NOTE)
    (view,) = seen(path, _OPTIONS).values()
    path.write_bytes(zipped({"note": _NOTE + "x"}))

    with pytest.raises(Unreadable) as caught:
        text_of(view)

    assert caught.value.key in ("readers.changed", "readers.damaged")


def test_one_that_is_damaged_is_told(tmp_path: Path) -> None:
    path = _archive(tmp_path, note=_NOTE)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 16] ^= 1  # its checksum
    path.write_bytes(data)

    assert [why(view) for view in seen(path, _OPTIONS).values()] == ["readers.damaged"]

import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from readers_files import cells_of, faults, seen

_HEAD = b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(100)


class Parser:
    """What access-parser offers; no program on this machine writes a database for it."""

    catalog = {"MSysObjects": 1, "people": 2, "broken": 3}  # noqa: RUF012 - as it is there

    def __init__(self, path: str) -> None:
        assert Path(path).read_bytes() == _HEAD

    def parse_table(self, name: str) -> dict[str, list[object]]:
        if name == "broken":
            raise KeyError(name)
        return {"氏名": ["山田 太郎", None, "a,b"], "番号": [1, datetime(1985, 1, 2)]}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("access_parser")
    module.AccessParser = Parser  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "access_parser", module)


def _database(folder: Path) -> Path:
    path = folder / "city.mdb"
    path.write_bytes(_HEAD)
    return path


@pytest.mark.usefixtures("installed")
def test_each_table_is_read_and_one_that_is_damaged_hides_no_other(tmp_path: Path) -> None:
    path = _database(tmp_path)

    assert [row.decode() for row in cells_of(seen(path)["city:people"])] == ["山田 太郎,1", ",1985-01-02", '"a,b",']
    assert faults(path) == ["readers.damaged"]


def test_without_the_parser_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "access_parser", None)

    assert faults(_database(tmp_path)) == ["readers.no_access_parser"]

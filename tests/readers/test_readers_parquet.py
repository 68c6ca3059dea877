import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from readers_files import cells_of, faults, seen, zipped

from sekisho.readers.tables import Table

_FRAME = pl.DataFrame(
    {
        "氏名": ["山田 太郎", 'a,"b"', None],
        "^番号$": [123456789018, None, 3],
        "生年月日": [date(1985, 1, 2), None, None],
        "電話": [["090", "080"], None, []],
        "他": [{"a": 1}, None, {"a": None}],
        "生": [b"\xe5\xb1\xb1", None, b"\xff"],
    }
)
_ROWS = [
    '山田 太郎,123456789018,1985-01-02,"[""090"", ""080""]","{""a"": 1}",山',
    '"a,""b""",,,,,',
    ',3,,[],"{""a"": null}",�',
]


@pytest.mark.parametrize("write", [pl.DataFrame.write_parquet, pl.DataFrame.write_ipc])
def test_every_value_is_text(tmp_path: Path, write: object) -> None:
    assert callable(write)
    path = tmp_path / "people.bin"
    write(_FRAME, path)

    (view,) = seen(path).values()

    assert isinstance(view, Table)
    assert (view.name, view.columns) == ("people", tuple(_FRAME.columns))
    assert [row.decode() for row in cells_of(view)] == _ROWS


def test_many_rows_come_in_blocks(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"番号": range(250_000)}).write_parquet(path)

    (view,) = seen(path).values()

    assert isinstance(view, Table)
    blocks = list(view.blocks(size=1 << 16))
    assert (sum(block.rows for block in blocks), len(blocks) > 1) == (250_000, True)


def test_one_in_an_archive_is_read(tmp_path: Path) -> None:
    data, path = io.BytesIO(), tmp_path / "a.zip"
    _FRAME.write_parquet(data)
    path.write_bytes(zipped({"people": data.getvalue()}))

    assert len(cells_of(seen(path)["a.zip!people"])) == 3


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + bytes(100), b"PAR1" + bytes(range(200)) + b"PAR1", b"ARROW1\0\0"])
def test_a_damaged_one_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(data)

    assert faults(path) == ["readers.damaged"]

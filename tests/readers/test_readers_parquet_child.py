import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sekisho.readers import parquet_child


def _said(path: Path, *asked: str) -> list[object]:
    with path.open("rb") as file:
        done = subprocess.run(
            [sys.executable, parquet_child.__file__, *asked], stdin=file, capture_output=True, check=True
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_columns_and_rows_are_said(tmp_path: Path) -> None:
    path = tmp_path / "x"
    pl.DataFrame({"氏名": ["山田", "鈴木"], "番号": [1, 2]}).write_parquet(path)

    assert _said(path, "columns") == [["氏名", "番号"], "end"]
    assert _said(path, "rows", "32") == ["山田,1\n", "鈴木,2\n", "end"]


@pytest.mark.parametrize("asked", [["columns"], ["rows", "1000"]])
def test_damage_is_said(tmp_path: Path, asked: list[str]) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"PAR1" + bytes(40))

    assert _said(path, *asked) == [{"error": "readers.damaged"}]

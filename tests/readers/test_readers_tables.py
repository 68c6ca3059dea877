import csv
import io
import os
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table, open_tables, unique_labels

_ROWS = '統一コード,氏名,備考\r\n0001,山田　太郎,\r\n０００２,"鈴木 ""花""子",""\r\n'


def _table(path: Path, data: bytes) -> Table:
    path.write_bytes(data)
    (table,) = open_tables(path)
    return table


def _rows(table: Table, *, strict: bool = True) -> list[tuple[str | None, ...]]:
    return pl.concat(table.frames(strict=strict)).rows()


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_values_are_exactly_as_in_the_file(tmp_path: Path, codec: str) -> None:
    table = _table(tmp_path / "juki.csv", _ROWS.encode(codec))

    assert table.columns == ("統一コード", "氏名", "備考")
    assert _rows(table) == [("0001", "山田　太郎", None), ("０００２", '鈴木 "花"子', None)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end"])
def test_any_newline_will_do_and_the_last_may_be_missing(tmp_path: Path, newline: str, last: str) -> None:
    table = _table(tmp_path / "x.csv", newline.join(["氏名,a", "b,c", "d,e"]).encode() + newline.encode() * bool(last))

    assert _rows(table) == [("b", "c"), ("d", "e")]


def test_frames_give_the_columns_asked_for(tmp_path: Path) -> None:
    table = _table(tmp_path / "x.csv", b"name,id,name\na,1,b\n")

    assert next(table.frames(["name#3", "id"], strict=True)).to_dicts() == [{"name#3": "b", "id": "1"}]
    with pytest.raises(KeyError):
        next(table.frames(["age"], strict=True))


@pytest.mark.parametrize(
    ("columns", "labels"),
    [
        (["a", "b"], ("a", "b")),
        (["a", "", "a"], ("a", "#2", "a#3")),
        (["a", "a", "a#2"], ("a", "a#2#", "a#2")),
        (["", ""], ("#1", "#2")),
    ],
)
def test_every_column_has_a_name_of_its_own(columns: list[str], labels: tuple[str, ...]) -> None:
    assert unique_labels(columns) == labels


def test_a_table_without_header_loses_no_row(tmp_path: Path) -> None:
    table = _table(tmp_path / "x.csv", b"0001,1985-01-02\n0002,1990-03-04\n")

    assert (table.header, table.columns, table.labels) == (False, ("", ""), ("#1", "#2"))
    assert len(_rows(table)) == 2


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    table = _table(tmp_path / "x.csv", "氏名,住所\n".encode())

    assert table.header
    assert list(table.frames(strict=True)) == []


def test_a_wide_table_is_read(tmp_path: Path) -> None:
    header = ",".join(f"column {i}" for i in range(1093))
    table = _table(tmp_path / "x.csv", (header + "\n" + "1," * 1092 + "2\n").encode())

    assert next(table.frames(["column 1092"], strict=True)).item() == "2"


def test_strict_reading_stops_where_tolerant_reading_counts(tmp_path: Path) -> None:
    table = _table(tmp_path / "x.csv", b"name,id\na,1\nb\nc,3\n")
    problems = Problems()

    assert pl.concat(table.frames(strict=False, problems=problems)).height == 3
    assert [(found.key, found.line) for found in problems.found()] == [("readers.ragged_row", 3)]
    with pytest.raises(Unreadable, match=r"x\.csv, line 3"):
        _rows(table)


def test_a_header_with_too_few_cells_is_ragged(tmp_path: Path) -> None:
    table = _table(tmp_path / "x.csv", b"name,id\na,1,x\nb,2,y\n")

    assert table.columns == ("name", "id", "")
    with pytest.raises(Unreadable, match="line 1"):
        _rows(table)


def test_the_caller_may_name_encoding_and_header(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("ｱ\n".encode("cp932") * 2)

    (table,) = open_tables(path, codec="cp932", has_header=False)

    assert _rows(table) == [("ｱ",), ("ｱ",)]


def test_a_file_that_changes_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    table = _table(path, b"name,id\na,1\n")
    path.write_bytes(b"name,id\na,1\nb,2\n")

    with pytest.raises(Unreadable) as caught:
        _rows(table)

    assert caught.value.key == "readers.changed"


def test_a_file_that_vanishes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    table = _table(path, b"name,id\na,1\n")
    path.unlink()

    with pytest.raises(Unreadable) as caught:
        _rows(table)

    assert caught.value.key == "readers.not_found"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "readers.empty"),
        (b"\n \n"[:1], "readers.empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "readers.not_a_table"),
        (bytes(range(256)) * 8, "readers.not_a_table"),
        (b"\x1f\x8b\x08\x00\x00", "readers.archive"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "readers.encrypted"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000), "readers.damaged"),
        (b"PK\x03\x04", "readers.not_a_table"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, data: bytes, key: str) -> None:
    path = tmp_path / "juki.csv"
    path.write_bytes(data)

    with pytest.raises(Unreadable) as caught:
        open_tables(path)

    assert caught.value.key == key


def test_folders_and_devices_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(Unreadable) as caught:
            open_tables(path)
        assert caught.value.key == "readers.not_a_file"


def test_a_circle_of_links_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    with pytest.raises(Unreadable) as caught:
        open_tables(tmp_path / "a")

    assert caught.value.key == "readers.not_found"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.lists(st.text(st.sampled_from('a1,;|\t"\n\r 　漢ア')), min_size=3, max_size=3), max_size=5),
    delimiter=st.sampled_from(",\t;|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
)
def test_frames_hold_what_the_standard_library_reads(
    tmp_path: Path, *, cells: list[list[str]], delimiter: str, quoting: Literal[0, 1], codec: str
) -> None:
    """Polars and its careful stand-in alike, in every encoding and dialect."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([["氏名", "住所", "備考"], *cells])

    table = _table(tmp_path / "x.csv", text.getvalue().encode(codec))

    expected = list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter))[1:]
    found = [row for frame in table.frames(strict=True) for row in frame.rows()]
    assert found == [tuple(cell or None for cell in row) for row in expected]


@pytest.mark.parametrize(
    "data",
    ["山田,1\n秘密\n".encode(), '"山田,1\n秘密,2\n'.encode(), "秘密,".encode() + b"\x81\n", "秘密,\0\n".encode()],
)
def test_what_is_raised_holds_no_cell(tmp_path: Path, data: bytes) -> None:
    """Neither in its words nor in an error behind it."""
    table = _table(tmp_path / "x.csv", "氏名,番号\n".encode() + data)

    with pytest.raises(Unreadable) as caught:
        _rows(table)

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert not [cell for cell in ("山田", "秘密") if cell in f"{caught.value!r}{caught.value}{caught.value.values}"]


def test_an_encoding_may_be_called_by_any_of_its_names(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("氏名,番号\n山田,1\n".encode("utf-8-sig"))

    assert open_tables(path, codec="utf8")[0].columns == ("氏名", "番号")
    with pytest.raises(LookupError):
        open_tables(path, codec="no such")


def test_a_table_does_not_print_its_cells(tmp_path: Path) -> None:
    assert "山田" not in repr(_table(tmp_path / "x.csv", _ROWS.encode()))


def test_what_stands_above_the_rows_is_a_table_of_its_own(tmp_path: Path) -> None:
    table = _table(tmp_path / "x.csv", "一覧\n\n氏名,,住所\n山田,1,港町\n鈴木,2,本町\n".encode())

    heading = table.heading()

    assert heading is not None
    assert [row for frame in heading.frames(strict=True) for row in frame.rows()] == [("一覧",), ("氏名",), ("住所",)]
    assert (heading.columns, heading.header, heading.heading()) == (("",), False, None)
    assert "一覧" not in repr(table)


@pytest.mark.parametrize("size", [1 << 10, 1 << 20])
def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, size: int) -> None:
    """Also where it changes behind what was read last, so that nothing looks wrong."""
    table = _table(tmp_path / "x.csv", b"a,b\n" + b"1,2\n" * 2_000)
    reading = table.blocks(size=size)
    next(reading)
    os.utime(tmp_path / "x.csv", ns=(1, 1))

    with pytest.raises(Unreadable) as caught:
        list(reading)

    assert caught.value.key == "readers.changed"

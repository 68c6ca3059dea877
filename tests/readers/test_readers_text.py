from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, faults, said, seen

from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table
from sekisho.readers.views import Piece, Text, views


def _write(folder: Path, data: bytes | str) -> Path:
    path = folder / "a.txt"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def _pieces(path: Path, size: int) -> list[Piece]:
    (view,) = views(path)
    assert isinstance(view, Text)
    return list(view.source.pieces(problems=Problems(), size=size))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp"])
def test_a_table_is_a_table_in_any_encoding(tmp_path: Path, codec: str) -> None:
    (view,) = seen(_write(tmp_path, CSV.decode().encode(codec))).values()

    assert isinstance(view, Table)
    assert (view.name, view.columns) == ("a", ("氏名", "電話番号"))
    assert cells_of(view) == CSV.splitlines()[1:]


def test_json_is_given_as_it_was_meant(tmp_path: Path) -> None:
    assert (
        said(_write(tmp_path, rb'{"\u96fb\u8a71": "\uff10\uff19\uff10-0000-0001"}')) == '{"電話": "０９０-0000-0001"}'
    )


def test_lines_of_objects_are_lines(tmp_path: Path) -> None:
    path = _write(tmp_path, '{"a": 1}\n' * 3)

    assert [piece.first_line for piece in _pieces(path, 9)] == [1, 2, 3]


@pytest.mark.parametrize("size", [7, 30, 1 << 20])
def test_tags_go_and_lines_stay(tmp_path: Path, size: int) -> None:
    page = f'<!doctype html>\n<p\n class="x">氏名 <b>山田</b>&#22826;郎</p>\n<td>{WORDS}</td>\n<!-- 090\n0001 -->\n<a href="tel:080">x</a>'
    pieces = _pieces(_write(tmp_path, page), size)
    lines = b"".join(piece.text for piece in pieces).decode().split("\n")

    assert [line.strip() for line in lines] == ["", "", "氏名 山田太郎", WORDS, "090", "0001", "080 x"]


def test_names_of_elements_stand_before_what_they_hold(tmp_path: Path) -> None:
    xml = '<?xml version="1.0"?>\n<名簿>\n<人 区分="住民"><電話>090&#45;0000</電話></人>\n<![CDATA[a<b]]></名簿>\n'
    lines = said(_write(tmp_path, xml)).split("\n")

    assert lines[2].split() == ["人", '区分="住民"', "電話", "090-0000"]
    assert "a b" in lines[3]


def test_blank_text_is_inspected(tmp_path: Path) -> None:
    assert said(_write(tmp_path, b" \n\n")) == ""
    assert said(_write(tmp_path, b"")) == ""


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        b"\x01\x00\x02\x00\x03\x00" * 500,
        b"\x7fELF" + bytes(500),
        b"MZ\x90\x00" + bytes(range(200)),
    ],
)
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes) -> None:
    assert faults(_write(tmp_path, data)) == ["readers.unknown"]

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.readers import splitting
from sekisho.readers.delimited import DelimitedFile, look_at
from sekisho.readers.grammar import Dialect, rows
from sekisho.readers.problems import Problem, Problems
from sekisho.readers.source import Source
from sekisho.readers.splitting import parts

_ROWS = "番号,氏名,備考\n" + "".join(f'{n},汐見 {n}子,"一行目\n{n}行目, ""済"""\n' for n in range(400))
_ENCODINGS = ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-be"]


def _file(path: Path, content: bytes, codec: str | None = None) -> DelimitedFile:
    path.write_bytes(content)
    return look_at(path, codec=codec)


_Rows = tuple[list[list[bytes]], list[int], tuple[Problem, ...]]


def _rows(source: Source) -> _Rows:
    """Return a source's cells, the number of every row, and what was mended."""
    problems, cells, numbers = Problems(), list[list[bytes]](), list[int]()
    for block in source.blocks(strict=False, problems=problems, size=1000):
        mark = block.text[block.ends[0] : block.ends[0] + 1].decode()
        cells += [row.cells for row in rows(block.text, Dialect(delimiter=mark, newline="\n"), final=True)]
        numbers += range(block.first_row, block.first_row + block.rows)
    return cells, numbers, problems.found()


def _rows_of_all(found: list[splitting.DelimitedPart]) -> _Rows:
    cells, numbers, problems = list[list[bytes]](), list[int](), Problems()
    for part in found:
        more, places, wrong = _rows(part)
        cells, numbers = cells + more, numbers + places
        problems.add(wrong)
    return cells, numbers, problems.found()


@pytest.mark.parametrize("codec", _ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_parts_of_a_table_have_its_rows_and_their_numbers(tmp_path: Path, codec: str, newline: str) -> None:
    file = _file(tmp_path / "rows.csv", _ROWS.replace("\n", newline).encode(codec))
    found = parts(file, size=2000)
    assert len(found) > 5
    assert _rows_of_all(found) == _rows(file)


def test_titles_and_empty_lines_are_no_rows(tmp_path: Path) -> None:
    lines = [f"{n},港町 {n},\r\n" + "\r\n" * (n % 3) for n in range(300)]
    file = _file(tmp_path / "titled.csv", ("名簿,,\r\n番号,町名,備考\r\n" + "".join(lines)).encode())
    assert _rows_of_all(parts(file, size=900)) == _rows(file)


def test_what_is_mended_is_told_with_the_line_of_the_file(tmp_path: Path) -> None:
    lines = [f"{n},松原町\n".encode() + (b"7\n\xff\0,8\n" if n == 333 else b"") for n in range(500)]
    file = _file(tmp_path / "torn.csv", "番号,町名\n".encode() + b"".join(lines), "utf-8")
    expected = _rows(file)
    assert [problem.line for problem in expected[2]] == [336, 337, 337]
    assert _rows_of_all(parts(file, size=900)) == expected


def test_an_odd_byte_at_the_end_of_utf_16_belongs_to_the_last_part(tmp_path: Path) -> None:
    file = _file(tmp_path / "odd.csv", _ROWS.encode("utf-16") + b"7")
    assert _rows_of_all(parts(file, size=4000)) == _rows(file)


@pytest.mark.parametrize(
    "content",
    [
        _ROWS + "7,5'10\" tall,\n" + _ROWS,
        _ROWS + '7,"never closed\n' + _ROWS.replace('"', ""),
        _ROWS.replace("\n", "\r"),
        _ROWS.encode("iso2022_jp").decode("latin-1"),
    ],
    ids=["a stray quote", "an open quote", "rows that end with CR", "an encoding that shifts"],
)
def test_a_table_of_which_no_cut_can_be_proved_is_not_cut(tmp_path: Path, content: str) -> None:
    file = _file(tmp_path / "odd.csv", content.encode("latin-1" if "\x1b" in content else "utf-8"))
    assert parts(file, size=2000) == []


def test_a_quoted_cell_so_long_that_its_quote_may_be_a_character_is_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "LONGEST_CELL", 4000)
    file = _file(tmp_path / "long.csv", (_ROWS + '1,2,"' + "長い\n" * 1000 + '"\n').encode())
    assert parts(file, size=2000) == []


def test_a_kanji_that_ends_like_the_delimiter_is_not_taken_for_one(tmp_path: Path) -> None:
    text = "番号|品名\n" + "".join(f'{n}|ポ"{n}"\n' for n in range(500))
    file = _file(tmp_path / "kanji.csv", text.encode("cp932"))
    assert file.encoding.codec == "cp932"
    assert parts(file, size=1000) == []


def test_a_small_file_is_one_part(tmp_path: Path) -> None:
    assert parts(_file(tmp_path / "small.csv", b"a,b\n1,2\n")) == []


_CELL = st.sampled_from(["", "1", "汐見", '"a"', '"a\n"', '"\r\n"', '""', '"x,y"', '"b""c"', "\0"])
_ROW = st.lists(_CELL, max_size=4).map(",".join)
_LINE_END = st.sampled_from(["\n", "\n", "\r\n", "\n\n", "\r\n\r\n"])
_ODD = st.sampled_from(["", "", "", '"', '5"', '"a"b', "\r", '\r"'])
_NOISE = st.sampled_from([b"", b"", b"", b"\x83", b"\xe3\x81", b"\xff", b"\x8f", b"\x00"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(st.tuples(_ROW, _LINE_END), min_size=10, max_size=40),
    odd=st.tuples(_ODD, _NOISE, st.integers(0, 40)),
    codec=st.sampled_from(["utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be", "latin-1"]),
    size=st.integers(30, 200),
)
def test_whatever_the_file_the_parts_add_up_to_the_whole(
    tmp_path: Path, lines: list[tuple[str, str]], odd: tuple[str, bytes, int], codec: str, size: int
) -> None:
    written = [(row + end).encode(codec, "replace") for row, end in lines]
    written.insert(odd[2], odd[0].encode(codec) + odd[1])
    file = _file(tmp_path / "any.csv", "id,name\n1,2\n3,4\n5,6\n".encode(codec) + b"".join(written), codec)
    if found := parts(file, size=size):
        assert _rows_of_all(found) == _rows(file)

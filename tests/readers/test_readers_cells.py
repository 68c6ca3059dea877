import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.cells import Cell, Writing, written
from sekisho.readers.problems import Problem, Problems

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def _written(*rows: Sequence[Cell], strict: bool = False, problems: Problems | None = None) -> bytes:
    writing = Writing(path="x", strict=strict, problems=problems or Problems(), size=1 << 20)
    return b"".join(written(rows, writing))


def test_numbers_are_written_as_a_person_reads_them() -> None:
    assert _written([1234567.0, 1.5, 12, None, 1e300]) == b"1234567,1.5,12,,1e+300\n"


def test_what_needs_quotes_has_them() -> None:
    assert next(csv.reader(io.StringIO(_written(['a"b', "c,d", "e\nf", ""]).decode()))) == ['a"b', "c,d", "e\nf", ""]


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "utf-8"])
def test_text_in_another_encoding_is_text(codec: str) -> None:
    rows: list[list[Cell]] = [["山田 太郎".encode(codec), "電話番号は自宅".encode(codec)]]

    assert _written(*rows).decode() == "山田 太郎,電話番号は自宅\n"


def test_bytes_that_are_no_text_are_left_out_and_counted() -> None:
    problems = Problems()

    text = _written(["山田", b"\x89PNG\r\n\x1a\n\0\0"], ["鈴木", b"\0"], problems=problems)

    assert text.decode() == "山田,\n鈴木,\n"
    assert problems.found() == (Problem(key="readers.binary", count=2, line=1),)


def test_strict_stops_at_them() -> None:
    with pytest.raises(Unreadable) as caught:
        _written([b"\0"], strict=True)

    assert caught.value.key == "readers.binary"


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_any_text_comes_back(rows: list[list[str]]) -> None:
    found = list(csv.reader(io.StringIO(_written(*rows).decode(), newline="")))

    assert found == rows


@given(
    st.lists(
        st.lists(st.one_of(st.binary(max_size=30), st.integers(), st.floats(), TEXT, st.none()), min_size=3, max_size=3)
    )
)
def test_any_cells_make_rows_of_text(rows: list[list[Cell]]) -> None:
    text = _written(*rows).decode()

    assert "\0" not in text
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(rows)

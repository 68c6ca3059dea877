import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.readers.grammar import LONGEST_CELL, Dialect, Newline, rows

_COMMA = Dialect(delimiter=",", newline="\n")


def _cells(text: str, dialect: Dialect = _COMMA, *, final: bool = True) -> list[list[str]]:
    return [[cell.decode() for cell in row.cells] for row in rows(text.encode(), dialect, final=final)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
        ('"a,1","b""2"\n', [["a,1", 'b"2']]),
        ('"a\nb",c\n', [["a\nb", "c"]]),
        ("a,\n", [["a", ""]]),
        ("a,", [["a", ""]]),
        ("\n\na\n\n", [["a"]]),
        ('""\n', [[""]]),
        ("a\rb,c\n", [["a\rb", "c"]]),
    ],
)
def test_rows_and_cells(text: str, expected: list[list[str]]) -> None:
    assert _cells(text) == expected


def test_a_quote_inside_a_bare_cell_is_a_character() -> None:
    assert _cells("tom,5'10\",x\nann,6'1\"\n") == [["tom", "5'10\"", "x"], ["ann", "6'1\""]]


def test_a_quote_that_never_closes_properly_swallows_nothing() -> None:
    found = list(rows(b'"a,b\nc,"d"\n', _COMMA, final=True))

    assert [row.cells for row in found] == [[b'"a', b"b"], [b"c", b"d"]]
    assert [row.broken for row in found] == [True, False]


def test_rows_ended_by_cr_alone() -> None:
    assert _cells("a,b\rc,d\r", Dialect(delimiter=",", newline="\r")) == [["a", "b"], ["c", "d"]]


def test_a_row_that_may_go_on_is_left_for_later() -> None:
    assert _cells('a,b\nc,"d\n', final=False) == [["a", "b"]]


def test_an_endless_quoted_cell_is_given_up() -> None:
    text = b'"a\n' + b"x" * LONGEST_CELL

    assert next(rows(text, _COMMA, final=False)).cells == [b'"a']


@settings(deadline=None)
@given(
    cells=st.lists(
        st.lists(st.text(st.sampled_from('ab",;\t|\n\r é'), max_size=4), min_size=2, max_size=3), max_size=4
    ),
    delimiter=st.sampled_from(",\t;|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_the_standard_library_writes_is_read_back(
    cells: list[list[str]], delimiter: str, newline: Newline
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(cells)

    assert _cells(text.getvalue(), Dialect(delimiter=delimiter, newline=newline)) == cells


@settings(deadline=None)
@given(text=st.text(st.sampled_from('a",\n\r'), max_size=30), cut=st.integers(0, 30))
def test_reading_in_two_parts_gives_the_same_rows(text: str, cut: int) -> None:
    data = text.encode()
    first = list(rows(data[:cut], _COMMA, final=False))
    done = first[-1].end if first else 0

    whole = [row.cells for row in rows(data, _COMMA, final=True)]

    assert [row.cells for row in first] + [row.cells for row in rows(data[done:], _COMMA, final=True)] == whole

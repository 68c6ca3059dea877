import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.blocks import Block, Shape, blocks
from sekisho.readers.grammar import Dialect, Newline, rows
from sekisho.readers.problems import Problem, Problems
from sekisho.readers.tables import parse


def _shape(width: int, newline: Newline = "\n") -> Shape:
    return Shape(dialect=Dialect(delimiter=",", newline=newline), width=width, path="x.csv", line=2)


def _blocks(text: bytes, shape: Shape, *, size: int = 7, strict: bool = False) -> tuple[list[Block], Problems]:
    problems = Problems()
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    return list(blocks(chunks, shape, strict=strict, problems=problems)), problems


def _cells(found: list[Block]) -> list[list[str]]:
    labels = [f"c{i}" for i in range(found[0].width)] if found else []
    return [
        [cell or "" for cell in row]
        for block in found
        for row in parse(block.text, labels=labels, delimiter=",").rows()
    ]


def _fitted(cells: list[bytes], width: int) -> list[str]:
    head, rest = cells[: width - 1], b",".join(cells[width - 1 :])
    return [cell.decode() for cell in [*head, rest, *[b""] * (width - len(cells) - (len(cells) < width))]][:width]


@settings(deadline=None)
@given(
    text=st.text(st.sampled_from('ab",\n\ré'), max_size=40),
    size=st.integers(1, 9),
    width=st.integers(1, 3),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_polars_reads_from_blocks_what_the_grammar_reads(text: str, size: int, width: int, newline: Newline) -> None:
    """However broken the text is and wherever it is cut."""
    shape = _shape(width, newline)

    found, _ = _blocks(text.encode(), shape, size=size)

    expected = [_fitted(row.cells, width) for row in rows(text.encode(), shape.dialect, final=True)]
    assert _cells(found) == expected
    assert [block.first_row for block in found] == _running_totals(found)


def _running_totals(found: list[Block]) -> list[int]:
    totals = [0]
    for block in found:
        totals.append(totals[-1] + block.rows)
    return totals[:-1]


@settings(deadline=None)
@given(cells=st.lists(st.lists(st.text(st.sampled_from('ab",\n\r é')), min_size=3, max_size=3), max_size=5))
def test_polars_and_the_standard_library_agree_on_well_formed_text(cells: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(cells)

    found, problems = _blocks(text.getvalue().encode(), _shape(3, "\r\n"), strict=True)

    assert _cells(found) == list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    assert problems.found() == ()


@settings(deadline=None)
@given(cells=st.lists(st.lists(st.text(st.sampled_from('a",\n\r')), min_size=2, max_size=2), max_size=5))
def test_ends_point_behind_every_cell(cells: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(cells)

    for block in _blocks(text.getvalue().encode(), _shape(2))[0]:
        assert [block.text[end : end + 1] for end in block.ends.tolist()] == [b",", b"\n"] * block.rows
        inner = [block.text[start:stop] for start, stop in zip(*block.insides(1), strict=True)]
        frame = parse(block.text, labels=["a", "b"], delimiter=",")
        assert [cell.replace(b'""', b'"').decode() for cell in inner] == frame["b"].fill_null("").to_list()
        assert all(a < b for a, b in pairwise(block.ends.tolist()))


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        (b"a,b\nc,d,e\n", "readers.ragged_row", 3),
        (b"a,b\nc,d\ne\n", "readers.ragged_row", 4),
        (b'a,"b\nb"\nc\n', "readers.ragged_row", 4),
        (b'a,"b\nc,d\n', "readers.broken_quote", 2),
    ],
)
def test_strict_reading_names_the_line(text: bytes, key: str, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        _blocks(text, _shape(2), strict=True)

    assert (caught.value.key, caught.value.values["line"]) == (key, line)


def test_strict_reading_takes_a_quote_inside_a_bare_cell() -> None:
    found, _ = _blocks(b"tom,5'10\"\nann,6'1\"\n", _shape(2), strict=True)

    assert _cells(found) == [["tom", "5'10\""], ["ann", "6'1\""]]


def test_tolerant_reading_mends_and_counts() -> None:
    found, problems = _blocks(b"a,b\nc\nd,e,f\ng,h\n", _shape(2))

    assert _cells(found) == [["a", "b"], ["c", ""], ["d", "e,f"], ["g", "h"]]
    assert problems.found() == (Problem(key="readers.ragged_row", count=2, line=3),)


def test_a_row_behind_empty_lines_has_its_own_line() -> None:
    _, problems = _blocks(b"a,b\n\n\nc\n", _shape(2), size=100)

    assert problems.found() == (Problem(key="readers.ragged_row", count=1, line=5),)


def test_a_single_empty_cell_is_a_row() -> None:
    found, _ = _blocks(b'a"b\n""\nc\n', _shape(1), strict=True)

    assert _cells(found) == [['a"b'], [""], ["c"]]


def test_a_cell_of_65_kb_and_a_row_of_a_thousand_columns() -> None:
    wide = ",".join(["漢" * 22_000, *map(str, range(1092))]).encode() + b"\n"

    found, _ = _blocks(wide * 2, _shape(1093), size=1 << 16, strict=True)

    assert sum(block.rows for block in found) == 2


def test_a_stray_quote_costs_one_cell_and_not_the_file() -> None:
    text = b'"a,b\n' + b"c,d\n" * 2_000_000

    found, problems = _blocks(text, _shape(2), size=1 << 20)

    assert sum(block.rows for block in found) == 2_000_001
    assert problems.found() == (Problem(key="readers.broken_quote", count=1, line=2),)


def test_empty_lines_and_endless_rows_do_not_pile_up() -> None:
    text = b"\n" * 3_000_000 + b"x" * 18_000_000

    found, problems = _blocks(text, _shape(2), size=1 << 22)

    assert sum(block.rows for block in found) == 2
    assert problems.found()[0] == Problem(key="readers.endless_row", count=1, line=3_000_002)

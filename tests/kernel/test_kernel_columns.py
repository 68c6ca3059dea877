"""What the kernel does to columns of text, held against what Polars, Python and the standard library do."""

import csv
import io
import struct

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal

from conftest import need
from sekisho.canon.date import parse_date
from sekisho.cut.tokens import base32
from sekisho.kernel.arrow import lent
from sekisho.kernel.columns import Columns, columns, slots_for
from sekisho.readers.structure import measure
from sekisho.readers.tables import parse

TEXTS = st.text(st.sampled_from("a0,=+-@.\"'\r\n\t 髙﨑𠮷ー"), max_size=20)
CELLS = st.lists(st.none() | TEXTS | st.sampled_from(["x" * 12, "x" * 13, "12345678901234"]), min_size=1, max_size=40)
DIGITS = set("0123456789")
LENGTH = struct.Struct(">H").pack


def compiled() -> Columns:
    """The kernel's functions."""
    found = columns()
    need(found, "the kernel was not built: install gcc, then Sekisho again")
    assert found is not None
    return found


def column(cells: list[str | None]) -> pl.Series:
    """Return cells as a column of text."""
    return pl.Series("a", cells, dtype=pl.String)


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=30))
@example([["", '"', '""'], ['"a"', "a\nb", "x" * 40]])
def test_cells_are_those_that_polars_reads(rows: list[list[str]]) -> None:
    out = io.StringIO()
    has_return = any("\r" in cell for row in rows for cell in row)
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if has_return else csv.QUOTE_MINIMAL).writerows(rows)
    text = out.getvalue().encode()
    ends = measure(text, delimiter=",", width=3)
    assert ends is not None
    expected = parse(text, labels="abc", delimiter=",")
    for place, name in enumerate("abc"):
        found = pl.Series(compiled().cells(text, ends, width=3, column=place)).alias(name)
        assert_series_equal(found, expected[name])


@given(CELLS, CELLS)
def test_a_text_is_found_where_it_first_stood(known: list[str | None], asked: list[str | None]) -> None:
    slots, keys = slots_for(len(known)), column(known)
    first = compiled().learn(keys, slots, len(known))
    assert first.tolist() == [-1 if text is None else known.index(text) for text in known]
    found = compiled().look_up(keys, slots, column(asked), len(asked))
    assert found.tolist() == [known.index(text) if text is not None and text in known else -1 for text in asked]


def test_half_a_million_keys_that_differ_in_one_place() -> None:
    keys = pl.Series([f"住民コード第{number:09d}号" for number in range(0, 5_000_000, 10)])
    slots = slots_for(len(keys))
    assert (compiled().learn(keys, slots, len(keys)) == np.arange(len(keys))).all()
    strangers = pl.Series([f"住民コード第{number:09d}号" for number in range(1, 5_000_000, 1_000)])
    assert (compiled().look_up(keys, slots, strangers, len(strangers)) == -1).all()


@given(CELLS, st.lists(st.integers(-1, 39), max_size=60))
def test_cells_are_gathered_with_nothing_where_no_place_is(cells: list[str | None], places: list[int]) -> None:
    places = [place for place in places if place < len(cells)]
    found = pl.Series(compiled().gather(column(cells), np.array(places, np.int64)))
    assert found.to_list() == [cells[place] if place >= 0 else None for place in places]


@given(CELLS, st.integers(0, 5), st.integers(0, 40))
def test_a_slice_of_a_column_is_lent_as_that(cells: list[str | None], start: int, size: int) -> None:
    part = column(cells)[start : start + size].rechunk()
    if len(part):
        places = np.arange(len(part), dtype=np.int64)
        assert pl.Series(compiled().gather(part, places)).to_list() == part.to_list()


def test_what_is_no_text_is_not_lent() -> None:
    with pytest.raises(ValueError, match="no column of string views"), lent(pl.Series([1, 2])):
        pass
    with (
        pytest.raises(ValueError, match="several pieces"),
        lent(pl.concat([column(["a"]), column(["b"])], rechunk=False)),
    ):
        pass


@pytest.mark.parametrize(
    ("cells", "size"),
    [(["12", None, "34"], 2), (["12", "345"], -1), (["12", "1a"], -1), (["１２"], -1), ([""], -1), ([None], 0)],
)
def test_a_width_is_that_of_digits_alone(cells: list[str | None], size: int) -> None:
    assert compiled().digits(column(cells)) == size


@given(st.lists(st.tuples(st.text() | st.none(), st.text()), min_size=1, max_size=9))
@example([("a" * 65_535, "")])
def test_rows_are_written_behind_their_lengths(rows: list[tuple[str | None, str]]) -> None:
    found = compiled().prefixed([column([row[place] for row in rows]) for place in range(2)], len(rows))
    assert not isinstance(found, int)
    texts = [b"".join(LENGTH(len((cell or "").encode())) + (cell or "").encode() for cell in row) for row in rows]
    assert found[0] == b"".join(texts)
    assert found[1].tolist() == np.cumsum([len(text) for text in texts]).tolist()


def test_a_cell_longer_than_its_length_can_say_is_named_by_its_row() -> None:
    assert compiled().prefixed([column(["a", "b" * 65_536])], 2) == 1


DAYS = st.from_regex(
    r"[0-2][09][0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?)?", fullmatch=True
)


@given(st.lists(st.none() | DAYS | TEXTS, min_size=1, max_size=30), st.sampled_from([4, 7, 10]))
@example(
    ["1900-02-29", "2000-02-29", "2024-02-29", "2023-02-29", "0000-01-01", "2022-06-21T8:00", "2022-06-21 24", ""], 10
)
@example(["2022-06-21 08:00:00.", "2022-06-21 08:00:00.5Z", "2022-06-21 08:00ZZ", "2022-06-21 ", "2022-04-31"], 10)
def test_a_day_is_the_one_that_python_reads_or_left_to_it(cells: list[str | None], size: int) -> None:
    found, odd = compiled().days(column(cells), len(cells), keep=size)
    for cell, day, is_odd in zip(cells, pl.Series(found).to_list(), odd.tolist(), strict=True):
        read = parse_date(cell) if cell is not None else None
        if cell is not None and not is_odd:
            assert read is not None
            assert day == read.isoformat()[:size]
        else:
            assert day is None


@settings(deadline=None)
@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=20))
def test_tokens_are_written_as_arrays_write_them(blocks: list[bytes]) -> None:
    words = np.frombuffer(b"".join(blocks), base32.BLOCK).reshape(-1, 2)
    found = pl.Series(values=compiled().to_base32(words))
    assert_series_equal(found, base32.written_by_arrays(words))
    back, good = compiled().from_base32(found, len(found))
    assert good.all()
    assert back.tobytes() == words.tobytes()


@settings(deadline=None)
@given(
    st.lists(
        st.none() | TEXTS | st.text(base32.ALPHABET + "1髙", min_size=24, max_size=27) | st.just("A" * 26),
        min_size=1,
        max_size=20,
    ),
    st.integers(0, 3),
)
def test_tokens_are_read_as_arrays_read_them(texts: list[str | None], skipped: int) -> None:
    cells = column(["x", None, "A" * 26, *texts])[skipped:]
    blocks, good = compiled().from_base32(cells, len(cells))
    expected, expected_good = base32.read_by_arrays(cells)
    assert good.tolist() == expected_good.tolist()
    assert blocks[good].tobytes() == expected[good].tobytes()


@settings(deadline=None)
@given(st.lists(st.none() | st.text("0123456789", max_size=19) | TEXTS, min_size=1, max_size=20), st.integers(0, 2))
@example(["9" * 18, "", "0" * 19, "+1", "１", "1\x00"], 0)
def test_numbers_of_digits(texts: list[str | None], skipped: int) -> None:
    cells = ["1", None, *texts][skipped:]
    numbers, wrong = compiled().numbers(column(["1", None, *texts])[skipped:], len(cells))
    is_wrong = [text is not None and (len(text) > 18 or not set(text) <= DIGITS) for text in cells]
    assert wrong == sum(is_wrong)
    for number, text, is_no_number in zip(numbers.tolist(), cells, is_wrong, strict=True):
        assert is_no_number or number == (0 if text is None else int("1" + text))

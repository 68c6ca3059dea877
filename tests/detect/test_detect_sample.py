import functools
import operator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.sample import ANY_PRIORITY, Room, Sample, sample_rows
from sekisho.readers.blocks import Block
from sekisho.readers.structure import measure


def _block(first: int, rows: int) -> Block:
    text = "".join(f"row {number}\n" for number in range(first, first + rows)).encode()
    ends = measure(text, delimiter=",", width=1)
    assert ends is not None
    return Block(text=text, ends=ends, width=1, first_row=first)


def _sample(first: int, rows: int, *, size: int = 5, most_bytes: int = 10**6) -> Sample:
    return sample_rows(_block(first, rows), room=Room(rows=size, bytes=most_bytes), seed=1)


@settings(deadline=None)
@given(cuts=st.lists(st.integers(1, 39), max_size=4, unique=True), most_bytes=st.integers(1, 60))
def test_the_sample_does_not_depend_on_where_a_table_is_cut(cuts: list[int], most_bytes: int) -> None:
    edges = [0, *sorted(cuts), 40]
    parts = [_sample(a, b - a, most_bytes=most_bytes) for a, b in pairwise(edges)]

    forward, backward = functools.reduce(operator.add, parts), functools.reduce(operator.add, reversed(parts))

    assert forward.rows == backward.rows == _sample(0, 40, most_bytes=most_bytes).rows


@pytest.mark.parametrize("most_bytes", [1, 30, 10**6])
def test_a_full_sample_takes_nothing_above_its_limit(most_bytes: int) -> None:
    first, second = (_sample(start, 100, most_bytes=most_bytes) for start in (0, 100))

    assert first.limit < ANY_PRIORITY
    assert not [row for row in (first + second).rows if row in second.rows and row in _above(second, first.limit)]


def _above(sample: Sample, limit: np.uint64) -> list[bytes]:
    return [row for row, priority in zip(sample.rows, sample.priorities, strict=True) if priority > limit]


def test_long_rows_do_not_fill_the_memory() -> None:
    """The row that goes past the room is taken, no row behind it."""
    assert len(_sample(0, 40, most_bytes=6).rows) == 1
    assert sum(map(len, _sample(0, 40, most_bytes=15).rows)) in range(15, 15 + len(b"row 39\n"))


def test_the_limit_saves_work_and_changes_nothing() -> None:
    first = _sample(0, 1_000)

    limited = sample_rows(_block(1_000, 100), room=Room(rows=5, bytes=10**6), seed=1, limit=first.limit)

    assert len(limited.rows) < 5
    assert (first + limited).rows == (first + _sample(1_000, 100)).rows


def test_a_small_table_is_taken_whole() -> None:
    assert sorted(_sample(0, 3).rows) == [b"row 0\n", b"row 1\n", b"row 2\n"]


def test_every_row_has_the_same_chance() -> None:
    """Of 20,000 rows 2,000 are drawn: each quarter holds about 500 of them, 5 sigma being about 97."""
    rows = [int(row.split()[1]) for row in _sample(0, 20_000, size=2_000).rows]

    assert (np.abs(np.bincount(np.array(rows) // 5_000) - 500) < 97).all()

"""What the sources hold is told by hashes alone, in the form in which it is compared."""

import random
from datetime import date

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.cut.test_data.seen import Seen, is_in, rising

NUMBERS = st.lists(st.integers(0, 2**64 - 1), max_size=20)


def seen(*cells: str) -> Seen:
    known = Seen(random.Random(1).randbytes)
    known.add("x", known.hashes(pl.Series(cells, dtype=pl.String)))
    return known


def holds(known: Seen, cell: str) -> bool:
    return bool(known.holds("x", known.hashes(pl.Series([cell])))[0])


def test_a_value_is_known_however_it_is_written() -> None:
    known = seen("06-6489-1234", "0000000031", "山田　太郎", "ﾔﾏﾀﾞ ﾀﾛｳ")
    for cell in ("0664891234", "０６－６４８９－１２３４", "31", "00031", "山田太郎", "ヤマダ タロウ"):
        assert holds(known, cell), cell
    for cell in ("0664891235", "310", "山田次郎"):
        assert not holds(known, cell), cell


def test_a_pair_is_known_only_together() -> None:
    known = Seen(random.Random(1).randbytes)
    names, days = pl.Series(["山田", "佐藤"]), pl.Series([date(2000, 1, 1), date(2001, 1, 1)])
    known.add("born", known.pairs(names, days))
    assert known.holds("born", known.pairs(names, days)).all()
    assert not known.holds("born", known.pairs(names, days.reverse())).any()


def test_hashes_are_others_in_another_run() -> None:
    cells = pl.Series(["山田太郎"])
    first, other = (Seen(random.Random(seed).randbytes).hashes(cells) for seed in (1, 2))
    assert first[0] != other[0]


@settings(deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_sets_of_hashes_are_sets(first: list[int], second: list[int], asked: list[int]) -> None:
    known = rising([np.array(first, np.uint64), np.array(second, np.uint64)])
    assert known.tolist() == sorted({*first, *second})
    assert is_in(np.array(asked, np.uint64), known).tolist() == [each in {*first, *second} for each in asked]

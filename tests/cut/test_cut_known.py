"""Keys are found alike with the kernel and without it."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from conftest import need
from sekisho.cut.known import ByJoin, ByKernel, gather, learn
from sekisho.kernel.columns import columns

KEYS = st.lists(st.none() | st.text("ab01あ", max_size=14), min_size=1, max_size=30)


@given(KEYS, KEYS)
def test_both_ways_give_the_same_places(known: list[str | None], asked: list[str | None]) -> None:
    compiled = columns()
    need(compiled, "the kernel was not built: install gcc, then Sekisho again")
    assert compiled is not None
    texts, keys = pl.Series("text", known, dtype=pl.String), pl.Series(asked, dtype=pl.String)
    by_kernel, by_join = ByKernel(texts, compiled), ByJoin(texts)
    assert by_kernel.distinct == by_join.distinct == len({key for key in known if key is not None})
    assert by_kernel.places(keys).tolist() == by_join.places(keys).tolist()


def test_nobody_is_found_among_nobody() -> None:
    assert learn(pl.Series([], dtype=pl.String)).places(pl.Series(["a"])).tolist() == [-1]
    assert learn(pl.Series(["a"])).places(pl.Series([], dtype=pl.String)).tolist() == []


def test_a_column_that_is_no_text_is_gathered_too() -> None:
    assert gather(pl.Series([5, 6]), np.array([1, -1, 0])).to_list() == [6, None, 5]

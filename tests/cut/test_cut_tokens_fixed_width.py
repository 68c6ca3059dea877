"""Texts of one width become rows of bytes and come back."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.cut.tokens.fixed_width import spread, to_bytes, to_texts

TEXTS = st.lists(st.none() | st.text("ab１\0\n", max_size=6), max_size=20)


@settings(deadline=None)
@given(TEXTS, st.integers(1, 8))
def test_the_texts_of_a_width_come_back_and_are_told(texts: list[str | None], width: int) -> None:
    rows, fits = to_bytes(pl.Series(texts, dtype=pl.String), width)
    expected = [text is not None and len(text.encode()) == width for text in texts]
    assert fits.to_list() == expected
    assert rows.shape == (sum(expected), width)
    assert to_texts(rows).to_list() == [text for text, is_one in zip(texts, expected, strict=True) if is_one]


@settings(deadline=None)
@given(st.lists(st.booleans(), max_size=20))
def test_values_stand_where_they_belong(where: list[bool]) -> None:
    values = pl.Series(range(sum(where)), dtype=pl.UInt32)
    placed = spread(values, pl.Series(where, dtype=pl.Boolean)).to_list()
    assert [value is not None for value in placed] == where
    assert [value for value in placed if value is not None] == values.to_list()

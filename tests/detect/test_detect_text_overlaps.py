import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.text.overlaps import surest

_SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.integers(-3, 9)), max_size=12)


def _kept(spans: list[tuple[int, int, int]]) -> list[int]:
    starts = np.array([start for start, _, _ in spans], np.int64)
    stops = starts + np.array([size for _, size, _ in spans], np.int64)
    kept: list[int] = surest(starts, stops, np.array([odds for *_, odds in spans], np.float64)).tolist()
    return kept


@pytest.mark.parametrize(
    ("spans", "kept"),
    [
        ([], []),
        ([(0, 5, 1), (5, 5, 1)], [0, 1]),
        ([(0, 5, 1), (4, 5, 2)], [1]),
        ([(0, 9, 3), (1, 2, 1), (6, 2, 2)], [0]),
        ([(0, 9, 2), (1, 2, 1), (6, 2, 3)], [2]),
        ([(0, 4, 1), (0, 6, 1)], [1]),
    ],
)
def test_of_two_that_overlap_the_likelier_stays_and_of_two_alike_the_longer(
    spans: list[tuple[int, int, int]], kept: list[int]
) -> None:
    assert _kept(spans) == kept


@given(_SPANS)
def test_nothing_that_stays_overlaps_and_the_likeliest_stays(spans: list[tuple[int, int, int]]) -> None:
    kept = _kept(spans)

    ends = [spans[each][0] + spans[each][1] for each in kept]
    assert all(spans[after][0] >= end for end, after in zip(ends, kept[1:], strict=False))
    if spans:
        assert max(odds for *_, odds in spans) == max(spans[each][2] for each in kept)

"""Dice fall the same way everywhere, and as likely as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.invented.dice import Dice, by_rank

SEEDS = st.integers(min_value=0, max_value=2**64)
MANY = 20_000


def test_a_stream_is_pinned() -> None:
    assert Dice(20220621, "pin").below(1_000_000, 5).tolist() == [939272, 701857, 784716, 721854, 303757]


def test_another_name_is_another_stream() -> None:
    assert not np.array_equal(Dice(1, "a").below(1_000, 50), Dice(1, "b").below(1_000, 50))


@given(SEEDS, st.integers(min_value=1, max_value=2**32), st.integers(min_value=0, max_value=200))
def test_numbers_stay_below_their_bound(seed: int, bound: int, count: int) -> None:
    drawn = Dice(seed, "x").below(bound, count)
    assert len(drawn) == count
    assert ((drawn >= 0) & (drawn < bound)).all()


@given(SEEDS, st.integers(min_value=0, max_value=200), st.integers(min_value=0, max_value=10_000))
def test_serials_rise_and_stay_below_their_bound(seed: int, count: int, more: int) -> None:
    serials = Dice(seed, "x").serials(count + more, count)
    assert (np.diff(serials) > 0).all()
    assert ((serials >= 0) & (serials < count + more)).all()


def test_more_serials_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="more serial numbers"):
        Dice(1, "x").serials(4, 5)


@given(SEEDS, st.integers(min_value=0, max_value=300))
def test_an_order_holds_every_place_once(seed: int, count: int) -> None:
    assert sorted(Dice(seed, "x").order(count)) == list(range(count))


def test_a_place_is_picked_as_often_as_its_weight() -> None:
    picked = np.bincount(Dice(1, "x").pick([1.0, 0.0, 3.0], MANY), minlength=3) / MANY
    assert picked[1] == 0
    assert picked[2] == pytest.approx(0.75, abs=0.02)


def test_a_chance_comes_true_as_often_as_it_says() -> None:
    assert Dice(1, "x").chance(0.2, MANY).mean() == pytest.approx(0.2, abs=0.02)


def test_a_sample_is_distinct_prefers_the_likely_and_never_takes_the_impossible() -> None:
    likeliness = np.repeat([0.0, 1.0, 4.0], 1_000)
    sample = Dice(1, "x").sample(likeliness, 500)
    assert len(set(sample.tolist())) == 500
    assert (sample >= 1_000).all()
    assert (sample >= 2_000).sum() > 300


def test_a_sample_larger_than_what_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer places"):
        Dice(1, "x").sample(np.array([0.0, 1.0]), 2)


def test_ranks_weigh_less_and_less() -> None:
    assert by_rank(3, 1).tolist() == [1 / 2, 1 / 3, 1 / 4]

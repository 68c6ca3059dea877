"""Chances far below what floats hold: exact for coins, bounded from above for draws."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.cut.trace.chance import NEVER, log10_of_coins, log10_of_draws, most_likely_share

unhurried = settings(deadline=None)


@unhurried
@given(st.integers(1, 300), st.data())
def test_coins_are_counted_exactly(of: int, data: st.DataObject) -> None:
    agreed = data.draw(st.integers(0, of))
    ways = sum(math.comb(of, each) for each in range(agreed, of + 1))

    assert log10_of_coins(agreed, of) == pytest.approx(math.log10(ways) - of * math.log10(2), abs=1e-9)


def test_coins_beyond_floats() -> None:
    assert log10_of_coins(100_000, 100_000) == pytest.approx(-100_000 * math.log10(2))
    assert log10_of_coins(3, 2) == NEVER


@unhurried
@given(st.integers(1, 200), st.floats(0.0001, 0.9999), st.data())
def test_draws_are_never_less_likely_than_the_bound_says(of: int, share: float, data: st.DataObject) -> None:
    hit = data.draw(st.integers(0, of))
    exact = math.fsum(math.comb(of, each) * share**each * (1 - share) ** (of - each) for each in range(hit, of + 1))

    assert 10 ** log10_of_draws(hit, of, share) >= min(1.0, exact) * (1 - 1e-9)


def test_draws_of_nothing_and_of_everything() -> None:
    assert log10_of_draws(1, 10, 0.0) == NEVER
    assert log10_of_draws(10, 10, 1.0) == 0.0
    assert log10_of_draws(0, 0, 0.5) == 0.0


@unhurried
@given(st.integers(0, 50), st.integers(100, 5_000))
def test_the_share_that_is_allowed_for_would_hardly_ever_give_so_few(hit: int, of: int) -> None:
    share = most_likely_share(hit, of, log10_doubt=-6)
    fewer = math.fsum(math.comb(of, each) * share**each * (1 - share) ** (of - each) for each in range(hit + 1))

    assert share >= hit / of
    assert share == 1.0 or fewer <= 1e-6

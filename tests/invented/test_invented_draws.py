"""What is drawn hangs on a word and a name alone, and falls as often as it should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.invented.draws import Draws, written

WORDS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20)
MANY = Draws(np.arange(50_000, dtype=np.uint64))


@settings(deadline=None)
@given(WORDS, st.integers(1, 2**32))
def test_a_draw_does_not_depend_on_the_others(words: list[int], bound: int) -> None:
    draws = Draws(np.array(words, np.uint64))
    together = draws.below("x", bound)
    assert ((together >= 0) & (together < bound)).all()
    assert together.tolist() == [int(draws.of(np.array([place])).below("x", bound)[0]) for place in range(len(words))]


def test_another_name_and_another_life_are_other_draws() -> None:
    first = MANY.raw("x")
    for other in (MANY.raw("y"), MANY.again("x").raw("x"), MANY.again("y").raw("x")):
        assert not (first == other).any()


def test_neighbouring_words_draw_evenly() -> None:
    """Words that only count up are the worst there are; each digit still comes a tenth of the time."""
    digits = MANY.digits("x", 6)
    shares = [np.bincount(digits[:, place], minlength=10) / len(MANY) for place in range(6)]
    assert all(share == pytest.approx(0.1, abs=0.01) for each in shares for share in each)
    assert abs(np.corrcoef(MANY.fractions("x"), MANY.fractions("y"))[0, 1]) < 0.02


def test_weights_and_chances_come_true() -> None:
    picked = np.bincount(MANY.pick("x", [1.0, 0.0, 3.0]), minlength=3) / len(MANY)
    assert picked.tolist() == pytest.approx([0.25, 0, 0.75], abs=0.02)
    assert MANY.chance("x", 0.2).mean() == pytest.approx(0.2, abs=0.02)


def test_digits_are_written_with_their_zeros() -> None:
    assert written(np.array([[0, 0, 7], [9, 0, 0]], np.uint8)).to_list() == ["007", "900"]
    assert set(MANY.number("x", 4).str.len_chars()) == {4}

"""Many check digits at once are those of one text each, which are the published ones."""

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.codes import damm_digit
from sekisho.cut.tokens.damm import check_digits

PUBLISHED = yaml.safe_load((VECTORS / "cut" / "check-digits.yaml").read_text(encoding="utf-8"))


def digit_of(digits: str) -> int:
    return int(check_digits(np.array([int(digits)], np.uint64), digits=len(digits))[0])


@pytest.mark.parametrize("case", PUBLISHED["check"], ids=lambda case: str(case["digits"]))
def test_the_published_check_digits(case: dict[str, str | int]) -> None:
    digits = str(case["digits"])
    assert digit_of(digits) == case["check"] == int(damm_digit(digits))


@given(st.lists(st.integers(0, 10**19 - 1), max_size=10), st.integers(1, 19))
def test_many_at_once_are_those_of_one_each(numbers: list[int], width: int) -> None:
    fitting = [number % 10**width for number in numbers]
    found = check_digits(np.array(fitting, np.uint64), digits=width).tolist()
    assert found == [int(damm_digit(str(number))) for number in fitting]


@given(st.integers(0, 10**13 - 1), st.integers(0, 13), st.integers(1, 9))
def test_a_wrong_digit_shows(number: int, place: int, more: int) -> None:
    whole = f"{number:013d}{digit_of(f'{number:013d}')}"
    wrong = whole[:place] + str((int(whole[place]) + more) % 10) + whole[place + 1 :]
    assert digit_of(whole) == 0
    assert digit_of(wrong) != 0


@given(st.integers(0, 10**13 - 1), st.integers(0, 12))
def test_a_swap_of_neighbours_shows(number: int, place: int) -> None:
    """Those that weights 7-3-1 miss among them: digits that differ by five."""
    whole = f"{number:013d}{digit_of(f'{number:013d}')}"
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    assert (digit_of(swapped) == 0) == (swapped == whole)


@pytest.mark.parametrize("pair", PUBLISHED["weights_731_missed_swaps"], ids=str)
def test_swaps_that_weights_miss_show(pair: list[int]) -> None:
    first, second = pair
    whole = f"55{first}{second}{digit_of(f'55{first}{second}')}"
    assert digit_of(f"55{second}{first}{whole[-1]}") != 0

"""Digits are digits whatever stands between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.number import digits, postal_code


@pytest.mark.parametrize(
    "text", ["660-0051", "６６０－００５１", "6600051", "660‐0051", "660−0051", "〒660-0051", "660ー0051"]
)
def test_a_postal_code_is_its_seven_digits(text: str) -> None:
    assert postal_code(text) == "6600051"


@pytest.mark.parametrize("text", ["660-005", "660-00511", "abc-defg", "", "〒", "६६००051"])
def test_what_is_no_postal_code_is_none(text: str) -> None:
    assert postal_code(text) is None


@given(st.text("0123456789", min_size=1), st.sampled_from("-‐−– 　()./"))
def test_separators_go_and_digits_stay(number: str, between: str) -> None:
    assert digits(between.join(number)) == number


def test_what_was_no_number_does_not_become_one() -> None:
    assert digits("A-12") == "A12"

"""Digits are digits whatever stands between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.number import code, digits, postal_code


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


@pytest.mark.parametrize(
    "text", ["0000000219", "219", "０２１９", " 0219", "02 19", "0219\u3000", "２１９", "02\u200b19", "0219\ufe00"]
)
def test_a_code_is_known_by_its_digits_without_leading_zeros(text: str) -> None:
    assert code(text) == "219"


@pytest.mark.parametrize(
    ("text", "known"), [("0", "0"), ("0000", "0"), ("A-012", "A-012"), ("ｱ１", "ア1"), ("Ａ　1", "A1")]
)
def test_other_codes_are_known_by_their_text_in_one_width(text: str, known: str) -> None:
    assert code(text) == known


@pytest.mark.parametrize("text", ["", " ", "　", "-", "－", "ー", "--", "\ufeff"])
def test_blanks_and_dashes_are_nobodys_code(text: str) -> None:
    assert code(text) is None


@given(st.text("0123456789ABCabc-", min_size=1), st.sampled_from(" 　\t\u200b\ufeff"))
def test_blanks_never_tell_people_apart(text: str, blank: str) -> None:
    assert code(blank.join(f" {text} ")) == code(text)

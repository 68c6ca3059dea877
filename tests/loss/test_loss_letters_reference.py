"""Reference codes: Crockford's, checked, nobody's number, and the same again under the same key."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.loss.letters.reference import read_reference, reference_code, reference_codes

KEY = bytes(range(32))
CODE = re.compile(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20))
def test_a_code_is_read_back_however_it_is_typed(key: bytes, person: str) -> None:
    """In small letters, without dashes, in full width, with I and O for 1 and 0."""
    code = reference_code(key, person)
    assert CODE.fullmatch(code)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_reference(typed) == read_reference(f" {code} ") == code
    assert code == reference_code(key, person)


@given(st.text(max_size=20), st.integers(0, 12), st.sampled_from(LETTERS))
def test_one_wrong_character_is_noticed(person: str, place: int, letter: str) -> None:
    plain = reference_code(KEY, person).replace("-", "")
    wrong = plain[:place] + letter + plain[place + 1 :]
    if wrong != plain:
        with pytest.raises(ValueError, match="reference code"):
            read_reference(wrong)


@given(st.text(max_size=20), st.integers(0, 10))
def test_two_neighbours_swapped_are_noticed(person: str, place: int) -> None:
    plain = reference_code(KEY, person).replace("-", "")
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    if swapped != plain:
        with pytest.raises(ValueError, match="reference code"):
            read_reference(swapped)


def test_codes_of_many_people_differ_and_those_of_another_incident_are_others() -> None:
    persons = [str(number) for number in range(20_000)]
    codes = reference_codes(KEY, persons)
    assert len(set(codes)) == len(persons)
    assert not set(codes) & set(reference_codes(bytes(32), persons))


@pytest.mark.parametrize("text", ["", "U", "7Q2M-K9TX-4HCD", "7Q2M-K9TX-4HCD-9-9", "お名前", "7Q2M-K9TX-4HCD-*"])
def test_what_is_no_code_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="reference code"):
        read_reference(text)

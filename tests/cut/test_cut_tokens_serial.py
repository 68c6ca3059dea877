"""A case number stands for one person in one cut, says nothing about them, and is read aloud without slips."""

import dataclasses
import io
import os
import random
import statistics
from collections import Counter
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from cut_tables import refusal
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.codes import checks, damm_digit, spoken_digits, with_check_digit
from sekisho.cut.tokens import serial as module
from sekisho.cut.tokens.serial import CaseMap, CaseTokens
from sekisho.errors import Refused
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY

SPACE = 9 * 10**7
NUMBERS = st.lists(st.none() | st.integers(0, 60), max_size=30)

# Published Damm table and check digits: shared/vectors/cut/check-digits.yaml (CC0).
TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
CHECK = {"00000000": "0", "00000001": "3", "12345678": "6", "46051700": "9", "00460517": "7", "99999999": "9"}


def given_to(tokens: CaseTokens, *numbers: int | None) -> list[str | None]:
    return tokens.give(pl.Series(numbers, dtype=pl.UInt32)).to_list()


def city(people: int, *, expected: int = 0) -> pl.Series:
    return CaseTokens(os.urandom, expected=expected).give(pl.Series(np.arange(people), dtype=pl.UInt32))


def drawing(*values: int) -> Callable[[int], bytes]:
    """Return a generator whose draws are these 64-bit numbers in order."""
    data = io.BytesIO(b"".join(value.to_bytes(8, "little") for value in values))
    return data.read


@pytest.mark.parametrize("digits", CHECK)
def test_the_check_digit_is_the_published_one(digits: str) -> None:
    assert damm_digit(digits) == CHECK[digits]


def test_every_case_number_is_eight_digits_and_their_published_check_digit() -> None:
    for token in city(500):
        interim = 0
        for digit in token:
            interim = int(TABLE[interim][int(digit)])
        assert len(token) == 9
        assert interim == 0


def test_every_wrong_digit_and_every_swap_of_neighbours_is_noticed() -> None:
    for token in city(50):
        wrong = [
            token[:at] + digit + token[at + 1 :] for at in range(9) for digit in "0123456789" if digit != token[at]
        ]
        wrong += [token[:at] + token[at + 1] + token[at] + token[at + 2 :] for at in range(8)]
        assert not any(checks(other) for other in wrong if other != token)


def test_a_case_number_cannot_be_taken_for_a_real_number() -> None:
    """My Number has twelve digits, a resident code ten or eleven, an account seven, a company thirteen, a card 14 to 19."""
    assert set(city(200).str.len_chars()) == {9}
    many = city(5_000, expected=5_000_000)
    assert set(many.str.len_chars()) == {14}
    assert set(many.str.head(1)) == {"1", "2"}


def test_no_number_loses_a_leading_zero_in_a_spreadsheet() -> None:
    assert not city(100_000).str.starts_with("0").any()


@settings(deadline=None)
@given(st.lists(NUMBERS, max_size=4))
def test_one_person_has_one_number_and_two_have_two(blocks: list[list[int | None]]) -> None:
    tokens, seen = CaseTokens(random.Random(1).randbytes), dict[int | None, str | None]({None: None})
    for block in blocks:
        for number, token in zip(block, given_to(tokens, *block), strict=True):
            assert seen.setdefault(number, token) == token
    assert len(set(seen.values())) == len(seen)


@settings(deadline=None)
@given(st.lists(NUMBERS, max_size=4))
def test_the_map_inside_leads_back(blocks: list[list[int | None]]) -> None:
    tokens = CaseTokens(random.Random(1).randbytes)
    asked = [pair for block in blocks for pair in zip(block, given_to(tokens, *block), strict=True)]
    back = dict(tokens.given.select("token", "number").iter_rows())
    assert {token: number for number, token in asked if number is not None} == back
    assert len(back) == tokens.given.height


def test_nobody_gets_no_number() -> None:
    tokens = CaseTokens(os.urandom)
    assert given_to(tokens) == []
    assert given_to(tokens, None, None) == [None, None]
    assert tokens.given.is_empty()


def test_a_city_gets_distinct_numbers() -> None:
    assert city(460_517).n_unique() == 460_517


def test_two_cuts_share_hardly_a_number_and_no_person_in_them() -> None:
    """Of 100,000 people one in nine hundred would meet by chance; the person behind it is another."""
    one, other = city(100_000), city(100_000)
    assert len(set(one) & set(other)) < 300
    assert (one == other).sum() < 5


def test_a_million_people_have_hardly_a_number_in_common_in_two_wide_copies() -> None:
    one, other = city(1_000_000, expected=5_000_000), city(1_000_000, expected=5_000_000)
    assert (one == other).sum() == 0
    assert len(one.filter(one.is_in(other.implode()))) < 10


def test_a_number_says_nothing_about_the_order_of_people() -> None:
    drawn = [int(token[:8]) for token in city(50_000)]
    assert abs(statistics.correlation(range(50_000), drawn)) < 0.03
    assert 5.44e7 < statistics.fmean(drawn) < 5.56e7


@pytest.mark.parametrize(("expected", "first"), [(0, "123456789"), (5_000_000, "12")])
def test_every_first_digit_is_equally_likely(expected: int, first: str) -> None:
    counts = Counter(city(90_000, expected=expected).str.head(1))
    assert sorted(counts) == sorted(first)
    assert all(abs(count - 90_000 / len(first)) < 800 for count in counts.values())


def test_what_would_favour_low_numbers_is_thrown_away() -> None:
    """2**64 is no multiple of the space: the rest above the last whole multiple is drawn again."""
    randomness = drawing(2**64 - 1, 2**64 // SPACE * SPACE, 7, 8)
    assert [token[:8] for token in given_to(CaseTokens(randomness), 0, 1) if token] == ["10000007", "10000008"]


def test_a_number_that_was_given_is_not_given_again() -> None:
    tokens = CaseTokens(drawing(7, 7, 7, 8))
    given = (*given_to(tokens, 0), *given_to(tokens, 1))
    assert [token[:8] for token in given if token] == ["10000007", "10000008"]


def test_a_number_drawn_twice_at_once_is_given_once() -> None:
    given = given_to(CaseTokens(drawing(7, 9, 7, 7, 9, 8, 7, 7, 6)), 0, 1, 2, 3)
    assert [token[:8] for token in given if token] == ["10000007", "10000009", "10000008", "10000006"]


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=20, max_size=40), st.integers(1, 12))
def test_numbers_that_share_a_byte_of_what_is_taken_stay_apart(drawn: list[int], people: int) -> None:
    tokens = CaseTokens(drawing(*drawn, *range(100, 200)))
    found = [token for number in range(people) for token in given_to(tokens, number)]
    assert len(set(found)) == people


def test_more_people_than_the_numbers_are_meant_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full space could be guessed: any number would be somebody's."""
    monkeypatch.setattr(module, "_NINE", dataclasses.replace(module.space_for(0), most=3))
    tokens = CaseTokens(os.urandom)
    given_to(tokens, 0, 1, 2)
    problem = refusal(lambda: given_to(tokens, 2, 3))
    assert (type(problem), problem.key) == (Refused, "cut.too_many_tokens")
    assert problem.values == {"people": 4, "most": 3}


@pytest.mark.parametrize("people", [0, 460_517, 4_500_000, 4_500_001, 10_000_000, 125_000_000, 500_000_000])
def test_a_guessed_number_is_hardly_ever_somebodys(people: int) -> None:
    space = module.space_for(people)
    assert people <= space.most
    assert space.most * 20 <= space.cells <= space.count
    assert len(str(space.first + space.count - 1)) == space.digits


def test_the_width_is_one_for_the_whole_cut() -> None:
    tokens = CaseTokens(os.urandom, expected=4_500_001)
    assert {len(token or "") for number in range(50) for token in given_to(tokens, number)} == {14}


def test_the_map_comes_in_blocks_of_any_size() -> None:
    tokens = CaseTokens(os.urandom)
    given_to(tokens, 5, 17, 3)
    assert pl.concat(tokens.blocks(rows=4)).equals(tokens.given)
    assert tokens.given["number"].to_list() == [3, 5, 17]
    assert len(tokens) == 3


@pytest.mark.parametrize("expected", [0, 5_000_000])
def test_what_comes_back_leads_to_the_right_people(expected: int) -> None:
    tokens = CaseTokens(os.urandom, expected=expected)
    people = pl.Series(np.arange(0, 3_000, 3), dtype=pl.UInt32)
    given = tokens.give(people)
    back = CaseMap(tokens.given).read(given.reverse())
    assert back["number"].to_list() == people.reverse().to_list()
    assert back["verdict"].to_list() == ["known"] * 1_000


def test_what_comes_back_wrong_is_told_apart() -> None:
    tokens = CaseTokens(drawing(7))
    (token,) = given_to(tokens, 4)
    assert token is not None
    stranger = with_check_digit(10000008, width=8)
    swapped = token[:6] + token[7] + token[6] + token[8:]
    asked = [token, stranger, swapped, token[:8], f"0{token}", "", f"+{token[:8]}", "1e8", "花子", None, token]
    back = CaseMap(tokens.given).read(pl.Series(asked))
    assert back["number"].to_list() == [4, *[None] * 9, 4]
    assert back["verdict"].to_list() == ["known", "unknown", *["misread"] * 7, None, "known"]


def test_a_number_is_read_as_people_write_it() -> None:
    tokens = CaseTokens(os.urandom)
    (token,) = given_to(tokens, 2)
    assert token is not None
    wide = token.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    back = CaseMap(tokens.given).read(pl.Series([f" {token[:3]} {token[3:6]}-{token[6:]} ", wide]))
    assert back["number"].to_list() == [2, 2]


def test_a_cut_of_nobody_knows_no_number() -> None:
    nobody = CaseMap(CaseTokens(os.urandom).given)
    assert nobody.read(pl.Series(["123456786", None]))["verdict"].to_list() == ["misread", None]
    assert nobody.read(pl.Series([], dtype=pl.String)).is_empty()


@settings(deadline=None)
@given(st.text("0123456789０９ -+a", max_size=16))
def test_whatever_comes_back_is_somebodys_only_if_it_was_given(text: str) -> None:
    tokens = CaseTokens(drawing(7))
    given_to(tokens, 4)
    (number,) = CaseMap(tokens.given).read(pl.Series([text]))["number"]
    assert (number is not None) == (spoken_digits(text) == tokens.given["token"][0])


def test_who_has_the_number_of_nobody_gets_a_case_number_like_everybody() -> None:
    tokens = CaseTokens(random.Random(1).randbytes)
    numbers = pl.Series([2, FIRST_NUMBER_OF_NOBODY, None, FIRST_NUMBER_OF_NOBODY + 1, 2], dtype=pl.UInt32)

    given = tokens.give(numbers)

    assert given.to_list() == tokens.give(numbers).to_list()
    assert given[0] == given[4]
    assert len(set(given)) == 4
    assert len(tokens) == 3
    assert (
        tokens.given.join(pl.DataFrame({"number": numbers, "token": given}).unique(), on=["number", "token"]).height
        == 3
    )

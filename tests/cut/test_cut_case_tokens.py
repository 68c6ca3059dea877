"""A case number stands for one person in one cut, says nothing about them, and is read aloud without slips."""

import os
import random
import statistics
from collections import Counter
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from cut_tables import refusal
from hypothesis import given
from hypothesis import strategies as st

from sekisho.codes import checks, damm_digit
from sekisho.cut import case_tokens as module
from sekisho.cut.case_tokens import CaseTokens
from sekisho.errors import Refused

NUMBERS = st.lists(st.none() | st.integers(0, 60), max_size=30)

# Published Damm table and check digits: shared/vectors/cut/check-digits.yaml (CC0).
TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
CHECK = {"00000000": "0", "00000001": "3", "12345678": "6", "46051700": "9", "00460517": "7", "99999999": "9"}


def given_to(tokens: CaseTokens, *numbers: int | None) -> list[str | None]:
    return tokens.give(pl.Series(numbers, dtype=pl.UInt32)).to_list()


def city(people: int, randomness: Callable[[int], bytes] = os.urandom) -> pl.Series:
    return CaseTokens(randomness).give(pl.Series(np.arange(people), dtype=pl.UInt32))


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
    """My Number has twelve digits, a resident code ten or eleven, an account seven."""
    assert set(city(200).str.len_chars()) == {9}


@given(st.lists(NUMBERS, max_size=4))
def test_one_person_has_one_number_and_two_have_two(blocks: list[list[int | None]]) -> None:
    tokens, seen = CaseTokens(random.Random(1).randbytes), dict[int | None, str | None]({None: None})
    for block in blocks:
        for number, token in zip(block, given_to(tokens, *block), strict=True):
            assert seen.setdefault(number, token) == token
    assert len(set(seen.values())) == len(seen)


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
    """Of 100,000 people one in a thousand would meet by chance; the person behind it is another."""
    one, other = city(100_000), city(100_000)
    assert len(set(one) & set(other)) < 300
    assert (one == other).sum() < 5


def test_a_number_says_nothing_about_the_order_of_people() -> None:
    drawn = [int(token[:8]) for token in city(50_000)]
    assert abs(statistics.correlation(range(50_000), drawn)) < 0.03
    assert 0.49e8 < statistics.fmean(drawn) < 0.51e8


def test_every_first_digit_is_equally_likely() -> None:
    counts = Counter(city(100_000).str.head(1))
    assert len(counts) == 10
    assert all(abs(count - 10_000) < 600 for count in counts.values())


def test_what_would_favour_low_numbers_is_thrown_away() -> None:
    """2**64 is no multiple of the space: the rest above the last whole multiple is drawn again."""
    rest = (2**64 - 1).to_bytes(8, "little") + (2**64 // 10**8 * 10**8).to_bytes(8, "little")
    drawn = iter([rest, (7).to_bytes(8, "little") * 2, (8).to_bytes(8, "little")])
    found = given_to(CaseTokens(lambda _: next(drawn)), 0, 1)
    assert [token[:8] for token in found if token] == ["00000007", "00000008"]


def test_a_number_that_was_given_is_not_given_again() -> None:
    seven, eight = (value.to_bytes(8, "little") for value in (7, 8))
    drawn = iter([seven, seven, seven, eight])
    tokens = CaseTokens(lambda _: next(drawn))
    assert [token[:8] for token in (*given_to(tokens, 0), *given_to(tokens, 1)) if token] == ["00000007", "00000008"]


def test_more_people_than_the_numbers_are_meant_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full space could be guessed: any number would be somebody's."""
    monkeypatch.setattr(module, "_FULLEST", 3)
    tokens = CaseTokens(os.urandom)
    given_to(tokens, 0, 1, 2)
    problem = refusal(lambda: given_to(tokens, 2, 3))
    assert (type(problem), problem.key) == (Refused, "cut.too_many_tokens")
    assert problem.values == {"people": 4, "most": 3}


def test_a_guessed_number_is_hardly_ever_somebodys() -> None:
    assert module._FULLEST * 20 <= module._SPACE
    assert module._FULLEST >= 460_517 * 10

"""What comes back goes to the people it is about, and to nobody where there is any doubt."""

import random

import polars as pl
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from sekisho.codes import damm_digit, spoken_digits
from sekisho.cut.rejoin import Rejoined, rejoin
from sekisho.cut.tokens.given import GivenSerials
from sekisho.cut.tokens.serial import CaseTokens


def cut_of(people: int, *, seed: int) -> tuple[list[str], GivenSerials]:
    tokens = CaseTokens(random.Random(seed).randbytes)
    given = tokens.give(pl.Series(range(people), dtype=pl.UInt32)).to_list()
    return given, GivenSerials(tokens.given)


def judged(cells: list[str | None], *, canaries: frozenset[str] = frozenset()) -> Rejoined:
    return rejoin(
        pl.Series(cells, dtype=pl.String),
        cut_of(50, seed=1)[1],
        [cut_of(50, seed=2)[1]],
        canaries=canaries,
        written=spoken_digits,
    )


TOKENS, _ = cut_of(50, seed=1)
OTHERS, _ = cut_of(50, seed=2)


def unknown() -> str:
    return next(
        token
        for number in range(10**8)
        if (token := f"{number:08d}{damm_digit(f'{number:08d}')}") not in {*TOKENS, *OTHERS}
    )


def test_every_token_leads_to_the_person_it_was_given_to() -> None:
    found = judged([*reversed(TOKENS)])
    assert found.numbers.to_list() == list(reversed(range(50)))
    assert (found.refused, found.missing) == ({}, 0)


@pytest.mark.parametrize("wrong", range(9))
def test_a_token_with_one_digit_wrong_is_altered_and_nobodys(wrong: int) -> None:
    token = TOKENS[7]
    for digit in set("0123456789") - {token[wrong]}:
        found = judged([token[:wrong] + digit + token[wrong + 1 :]])
        assert (found.verdicts.to_list(), found.numbers.to_list()) == (["altered"], [None])


def test_each_reason_is_told_apart() -> None:
    cells = [None, "", TOKENS[0], TOKENS[1], TOKENS[1], OTHERS[3], unknown(), "x", TOKENS[4]]
    found = judged(cells, canaries=frozenset({TOKENS[4]}))
    assert found.verdicts.to_list() == [
        "empty", "empty", "accepted", "repeated", "repeated", "foreign", "unknown", "altered", "canary",
    ]  # fmt: skip
    assert found.numbers.to_list() == [None, None, 0, *[None] * 6]
    assert found.refused == {"empty": 2, "altered": 1, "foreign": 1, "unknown": 1, "repeated": 2, "canary": 1}
    assert found.missing == 48


@pytest.mark.parametrize("how", ["{0} {1} {2}", "{0}-{1}-{2}", "　{0}{1}{2} "])
def test_a_token_typed_in_another_way_is_the_same(how: str) -> None:
    token = TOKENS[3]
    wide = token.translate({ord("0") + n: ord("０") + n for n in range(10)})
    for text in (token, wide):
        assert judged([how.format(text[:3], text[3:6], text[6:])]).numbers.to_list() == [3]


@drawn(st.lists(st.none() | st.text(max_size=12)))
def test_whatever_comes_back_reaches_nobody_it_was_not_given_to(cells: list[str | None]) -> None:
    found = judged(cells)
    assert all(
        number is None or spoken_digits(cell or "") == TOKENS[number]
        for cell, number in zip(cells, found.numbers, strict=True)
    )

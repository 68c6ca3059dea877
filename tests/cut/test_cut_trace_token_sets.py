"""Tokens in a leaked column are found whatever a spreadsheet did to them, and a foreign number counts as chance says."""

import os
import random

import polars as pl

from sekisho.cut.tokens.serial import CaseTokens
from sekisho.cut.trace.token_sets import KeyedTokens, case_numbers, token_column

GIVEN = CaseTokens(random.Random(1).randbytes).give(pl.Series(range(3)))
LONG = CaseTokens(random.Random(1).randbytes, expected=10_000_000).give(pl.Series(range(3)))


def test_case_numbers_are_found_however_a_spreadsheet_shows_them() -> None:
    first, second, third = GIVEN
    wide = second.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    leaked = pl.Series([f" {first} ", f"'{first}", wide, f"{third}.0", f"{third[:3]}-{third[3:]}", None, "abc"])

    hits = case_numbers(GIVEN).hits(token_column(leaked))

    assert (hits.hit, hits.of) == (3, 3)
    assert 0 < hits.share < 1e-7


def test_foreign_numbers_look_like_tokens_and_are_none() -> None:
    hits = case_numbers(GIVEN).hits(token_column(pl.Series(["987654321", GIVEN[0]])))

    assert (hits.hit, hits.of) == (1, 2)


def test_long_case_numbers_are_held_against_long_ones() -> None:
    column = token_column(pl.concat([LONG, GIVEN]))
    long, short = case_numbers(LONG).hits(column), case_numbers(GIVEN).hits(column)

    assert (long.hit, long.of, short.hit, short.of) == (3, 3, 3, 3)
    assert long.share < short.share


def test_other_lengths_are_no_case_numbers() -> None:
    assert not len(token_column(pl.Series(["1234567890", "1", "2022-06-21", "012345678"])).numbers)


def test_columns_add_up_without_counting_twice() -> None:
    whole = token_column(GIVEN)

    assert len((token_column(GIVEN.head(2)) | token_column(GIVEN.tail(2))).numbers) == len(whole.numbers)


def test_tokens_that_come_back_under_a_key() -> None:
    def decode(tokens: pl.Series) -> pl.Series:
        return tokens.replace_strict({"A" * 26: 7}, default=None, return_dtype=pl.UInt64)

    hits = KeyedTokens(decode).hits(token_column(pl.Series(["a" * 26, "A" * 26, "B" * 26, os.urandom(3).hex()])))

    assert (hits.hit, hits.of) == (1, 2)
    assert hits.share == 2.0**-64

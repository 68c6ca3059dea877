"""Tokens in a leaked column are found whatever a spreadsheet did to them, and a foreign number counts as chance says."""

import os

import polars as pl
from pyroaring import BitMap

from sekisho.cut.trace.token_sets import KeyedTokens, case_numbers, token_column

GIVEN = pl.Series(["000000042", "123456786", "000123459"])


def test_case_numbers_are_found_in_any_width_and_without_their_zeros() -> None:
    leaked = pl.Series(["123459", "１２３４５６７８６", " 123456786 ", "'123456786", "123456786.0", None, "abc"])

    hits = case_numbers(GIVEN).hits(token_column(leaked))

    assert (hits.hit, hits.of) == (2, 2)
    assert hits.share == 3 / 10**8


def test_foreign_numbers_look_like_tokens_and_are_none() -> None:
    hits = case_numbers(GIVEN).hits(token_column(pl.Series(["987654321", "123456786"])))

    assert (hits.hit, hits.of) == (1, 2)


def test_other_lengths_are_no_case_numbers() -> None:
    assert token_column(pl.Series(["1234567890", "1", "2022-06-21"])).numbers == BitMap()


def test_tokens_that_come_back_under_a_key() -> None:
    def decode(tokens: pl.Series) -> pl.Series:
        return tokens.replace_strict({"A" * 26: 7}, default=None, return_dtype=pl.UInt64)

    hits = KeyedTokens(decode).hits(token_column(pl.Series(["a" * 26, "A" * 26, "B" * 26, os.urandom(3).hex()])))

    assert (hits.hit, hits.of) == (1, 2)
    assert hits.share == 2.0**-64

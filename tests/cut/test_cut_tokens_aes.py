"""Tokens lead back with the key and only whole; one number has one, two have two."""

import base64
import json
import threading

import numpy as np
import polars as pl
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cut_tables import refusal
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.cut.tokens import aes
from sekisho.cut.tokens.base32 import ALPHABET
from sekisho.errors import Refused

VECTOR = json.loads((VECTORS / "cut" / "tokens.json").read_text(encoding="utf-8"))
KEY, OTHER = bytes(range(32)), bytes(32)
NUMBERS = st.lists(st.none() | st.integers(0, 2**64 - 1), max_size=20)
DIGITS = st.lists(st.none() | st.text("0123456789", max_size=18), max_size=20)


def as_numbers(numbers: list[int | None]) -> pl.Series:
    return pl.Series("人", numbers, dtype=pl.UInt64)


def token_of(tag: int, number: int) -> str:
    cipher = Cipher(AES(KEY), ECB()).encryptor()  # noqa: S305 - what a token is
    block = cipher.update(tag.to_bytes(8, "big") + number.to_bytes(8, "big"))
    return base64.b32encode(block).decode().rstrip("=")


def test_the_vectors_hold() -> None:
    key, numbers, digits = (bytes.fromhex(VECTOR["token_key"]["key"]), VECTOR["aes_numbers"], VECTOR["aes_digits"])
    tokens = aes.encode(as_numbers([each["number"] for each in numbers]), key)
    assert tokens.to_list() == [each["token"] for each in numbers]
    texts = pl.Series([each["text"] for each in digits])
    assert aes.encode_digits(texts, key).to_list() == [each["token"] for each in digits]


@settings(deadline=None)
@given(NUMBERS)
def test_a_token_is_one_block_and_comes_back(numbers: list[int | None]) -> None:
    tokens = aes.encode(as_numbers(numbers), KEY)
    assert tokens.to_list() == [None if number is None else token_of(0, number) for number in numbers]
    assert aes.decode(tokens, KEY).to_list() == numbers
    assert tokens.name == "人"


@settings(deadline=None)
@given(DIGITS)
def test_digits_come_back_with_their_zeros(texts: list[str | None]) -> None:
    tokens = aes.encode_digits(pl.Series(texts, dtype=pl.String), KEY)
    assert tokens.to_list() == [None if text is None else token_of(1, int("1" + text)) for text in texts]
    assert aes.decode_digits(tokens, KEY).to_list() == texts


@pytest.mark.parametrize("engine", ["kernel", "polars"])
@pytest.mark.parametrize("text", ["1" * 19, "+1", "-1", " 1", "1 ", "1.0", "１", "1e3", "0x1", "花子", "\n", "1_0"])
def test_what_is_not_digits_is_refused(text: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "polars":
        monkeypatch.setattr(aes, "columns", lambda: None)
    problem = refusal(lambda: aes.encode_digits(pl.Series(["123", None, text, ""]), KEY))
    assert (type(problem), problem.key) == (Refused, "cut.token_needs_digits")
    assert problem.values == {"rows": 1, "most": 18}


def test_a_million_people_in_two_copies_have_no_token_in_common() -> None:
    people = pl.Series(np.arange(1_000_000, dtype=np.uint64))
    one, other = aes.encode(people, KEY), aes.encode(people, OTHER)
    assert one.n_unique() == 1_000_000
    assert not one.is_in(other.implode()).any()
    assert aes.decode(one, KEY).equals(people)


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(0, 25), st.sampled_from(ALPHABET))
def test_an_altered_token_is_told(number: int, place: int, letter: str) -> None:
    (token,) = aes.encode(as_numbers([number]), KEY)
    altered = token[:place] + letter + token[place + 1 :]
    assert aes.decode(pl.Series([altered]), KEY).to_list() == [number if altered == token else None]


def test_a_column_in_pieces_is_one_column() -> None:
    pieces = pl.concat([pl.Series(["1", None]), pl.Series(["02"]), pl.Series(["1" * 18])], rechunk=False)
    tokens = aes.encode_digits(pieces, KEY)
    assert tokens.equals(aes.encode_digits(pieces.rechunk(), KEY))
    assert aes.decode_digits(pl.concat([tokens[:1], tokens[1:]], rechunk=False), KEY).equals(pieces)


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=30), max_size=10))
def test_what_never_was_a_token_is_none(texts: list[str | None]) -> None:
    asked = pl.Series(texts, dtype=pl.String)
    assert aes.decode(asked, KEY).to_list() == [None] * len(texts)
    assert aes.decode_digits(asked, KEY).to_list() == [None] * len(texts)


def test_a_token_of_another_copy_or_form_is_told() -> None:
    tokens = aes.encode(as_numbers([0, 5, 2**64 - 1]), KEY)
    assert aes.decode(tokens, OTHER).to_list() == [None] * 3
    assert aes.decode_digits(tokens, KEY).to_list() == [None] * 3
    assert aes.decode(aes.encode_digits(pl.Series(["5", ""]), KEY), KEY).to_list() == [None] * 2


def test_good_tokens_among_bad_ones_keep_their_places() -> None:
    one, two = aes.encode(as_numbers([1, 2]), KEY)
    asked = pl.Series([None, "x", one, one.lower(), "A" * 26, two, one + "A", ""])
    assert aes.decode(asked, KEY).to_list() == [None, None, 1, None, None, 2, None, None]


@pytest.mark.parametrize("count", [aes._SLICE, aes._SLICE + 1])
def test_slices_are_one_column(count: int) -> None:
    people = pl.Series(np.arange(count, dtype=np.uint64))
    assert aes.decode(aes.encode(people, KEY), KEY).equals(people)


def test_threads_do_not_share_a_cipher() -> None:
    people, failures = pl.Series(np.arange(50_000, dtype=np.uint64)), list[int]()

    def work() -> None:
        if not aes.decode(aes.encode(people, KEY), KEY).equals(people):
            failures.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(31)])
def test_a_key_of_another_size_is_none(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        aes.encode(as_numbers([1]), key)

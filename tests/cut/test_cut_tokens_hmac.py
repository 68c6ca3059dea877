"""A text has one token, nobody gets back from it without the key."""

import base64
import hashlib
import hmac
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.cut.tokens.hmac import tokens

VECTOR = json.loads((VECTORS / "cut" / "tokens.json").read_text(encoding="utf-8"))
KEY = bytes(range(32))


def token_of(text: str) -> str:
    data = text.encode()
    digest = hmac.new(KEY, len(data).to_bytes(4, "big") + data, hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=")


def test_the_vectors_hold() -> None:
    texts = pl.Series([each["text"] for each in VECTOR["hmac"]])
    found = tokens(texts, bytes.fromhex(VECTOR["token_key"]["key"]))
    assert found.to_list() == [each["token"] for each in VECTOR["hmac"]]


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=70), max_size=20))
def test_a_token_is_hmac_sha_256_cut_to_128_bits(texts: list[str | None]) -> None:
    found = tokens(pl.Series("名", texts, dtype=pl.String), KEY)
    assert found.to_list() == [None if text is None else token_of(text) for text in texts]
    assert found.name == "名"


def test_an_empty_text_is_a_text_and_leading_zeros_count() -> None:
    found = tokens(pl.Series(["", None, "7", "07", "7"]), KEY).to_list()
    assert found[1] is None
    assert len({found[0], found[2], found[3]}) == 3
    assert found[2] == found[4]


def test_another_key_gives_other_tokens() -> None:
    texts = pl.Series([str(number) for number in range(1_000)])
    one, other = tokens(texts, KEY), tokens(texts, bytes(32))
    assert not set(one) & set(other)


def test_a_text_that_comes_again_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rows of one household name are one computation."""
    calls = list[str]()

    def noted(text: str) -> bytes:
        calls.append(text)
        return text.encode()

    monkeypatch.setattr("sekisho.cut.tokens.hmac.prefixed", noted)
    tokens(pl.Series(["a", "b", None] * 1_000), KEY)
    assert sorted(calls) == ["a", "b"]

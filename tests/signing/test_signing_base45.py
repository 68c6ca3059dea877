"""Base45 as RFC 9285 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.signing.base45 import decode, encode

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]


@pytest.mark.parametrize(("data", "text"), RFC_9285)
def test_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert encode(data) == text
    assert decode(text) == data


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "BB8A", "bb8", "BB\n", "ＢＢ８", "BB_"])
def test_what_is_none_is_refused(text: str) -> None:
    """GGW and ::: are the RFC's own examples of 65,536 and of more."""
    with pytest.raises(ValueError, match="not base45"):
        decode(text)


@given(st.binary(max_size=80))
def test_what_was_written_reads_back(data: bytes) -> None:
    assert decode(encode(data)) == data


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=30))
def test_whatever_is_read_was_written_so(text: str) -> None:
    try:
        data = decode(text)
    except ValueError:
        return
    assert encode(data) == text

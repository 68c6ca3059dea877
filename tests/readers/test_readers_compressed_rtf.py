import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.readers.compressed_rtf import unpack_rtf


def _literal(text: bytes) -> bytes:
    """Return text packed without a reference."""
    runs = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text), 8))
    return b"\0" * 8 + b"LZFu" + b"\0" * 4 + runs


@given(st.binary(max_size=300))
def test_what_is_packed_comes_out(text: bytes) -> None:
    assert unpack_rtf(_literal(text)) == text


def test_references_lead_back_and_the_last_ends_it() -> None:
    place = 207 + 3
    repeated = (207 << 4 | 1).to_bytes(2, "big") + (place + 3 << 4).to_bytes(2, "big")

    assert unpack_rtf(b"\0" * 8 + b"LZFu" + b"\0" * 4 + b"\x18abc" + repeated) == b"abcabc"


def test_what_everybody_knows_stands_before() -> None:
    assert unpack_rtf(b"\0" * 8 + b"LZFu" + b"\0" * 4 + b"\x01" + (0 << 4 | 4).to_bytes(2, "big")) == rb"{\rtf1"


def test_plain_text_is_left_alone() -> None:
    assert unpack_rtf(b"\0" * 8 + b"MELA" + b"\0" * 4 + b"{}") == b"{}"


def test_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="x"):
        unpack_rtf(b"x" * 20)


@given(st.binary(max_size=300))
def test_nothing_hangs(packed: bytes) -> None:
    unpack_rtf(b"\0" * 8 + b"LZFu" + b"\0" * 4 + packed)

"""CBOR is spelled one way, and only that way is read: the RFC's own examples, and whatever Hypothesis thinks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.signing.cbor import Value, decode, decode_first, encode

RFC_8949_APPENDIX_A: list[tuple[Value, str]] = [
    (0, "00"), (1, "01"), (10, "0a"), (23, "17"), (24, "1818"), (25, "1819"), (100, "1864"), (1000, "1903e8"),
    (1000000, "1a000f4240"), (1000000000000, "1b000000e8d4a51000"), (18446744073709551615, "1bffffffffffffffff"),
    (-18446744073709551616, "3bffffffffffffffff"), (-1, "20"), (-10, "29"), (-100, "3863"), (-1000, "3903e7"),
    (False, "f4"), (True, "f5"), (None, "f6"), (b"", "40"), (b"\x01\x02\x03\x04", "4401020304"), ("", "60"), ("a", "6161"),
    ("IETF", "6449455446"), ('"\\', "62225c"), ("\u00fc", "62c3bc"), ("\u6c34", "63e6b0b4"), ("\U00010151", "64f0908591"),
    ([], "80"), ([1, 2, 3], "83010203"), ([1, [2, 3], [4, 5]], "8301820203820405"),
    (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
    ({}, "a0"), ({1: 2, 3: 4}, "a201020304"), ({"a": 1, "b": [2, 3]}, "a26161016162820203"), (["a", {"b": "c"}], "826161a161626163"),
    ({"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}, "a56161614161626142616361436164614461656145"),
]  # fmt: skip

VALUES: st.SearchStrategy[Value] = st.recursive(
    st.integers(-(1 << 64), (1 << 64) - 1) | st.booleans() | st.none() | st.binary(max_size=40) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(-99, 99) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(("value", "spelled"), RFC_8949_APPENDIX_A)
def test_the_examples_of_the_rfc(value: Value, spelled: str) -> None:
    assert encode(value).hex() == spelled
    assert decode(bytes.fromhex(spelled)) == value


@pytest.mark.parametrize(
    "spelled",
    [
        "", "18", "1817", "190017", "1a0000ffff", "1b00000000ffffffff", "f90000", "fb3ff199999999999a", "c074", "f7", "f0", "f818",
        "5f42010243030405ff", "7f657374726561646d696e67ff", "9fff", "bfff", "41", "61", "62ff", "81", "a1", "a101", "a10102ff",
        "a203040102", "a201020103", "a14100f6", "a1f500", "0000", "81" * 20 + "00",
    ],
)  # fmt: skip
def test_every_other_spelling_is_refused(spelled: str) -> None:
    """Long forms, floats, tags, indefinite lengths, truncation, keys out of order or twice or of bytes, too deep."""
    with pytest.raises(ValueError, match=r"."):
        decode(bytes.fromhex(spelled))


@given(VALUES)
def test_what_was_written_reads_back(value: Value) -> None:
    assert decode_first(encode(value) + b"\xff") == (value, b"\xff")


@given(st.binary(max_size=60))
def test_whatever_is_read_was_spelled_so(data: bytes) -> None:
    try:
        value = decode(data)
    except ValueError:
        return
    assert encode(value) == data


@pytest.mark.parametrize("wrong", [1.5, {1, 2}, 1 << 64, -(1 << 64) - 1])
def test_what_cannot_be_said_is_not_written(wrong: Value) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(wrong)

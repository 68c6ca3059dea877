"""Unpadded base64: one text for each value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import unpadded

# RFC 4648 section 10, without the padding.
KNOWN = {
    b"": "",
    b"f": "Zg",
    b"fo": "Zm8",
    b"foo": "Zm9v",
    b"foob": "Zm9vYg",
    b"fooba": "Zm9vYmE",
    b"foobar": "Zm9vYmFy",
}


@pytest.mark.parametrize("data", KNOWN)
def test_a_value_is_the_known_text(data: bytes) -> None:
    assert unpadded.encode(data) == KNOWN[data]
    assert unpadded.decode(KNOWN[data]) == data


@pytest.mark.parametrize("text", ["Zg==", "Zm8=", "Zh", "Zm9", "Z", "Zm9v\n", " Zm9v", "Zm-v", "Zm_v", "Zm9vä", "="])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        unpadded.decode(text)


def test_another_size_is_refused() -> None:
    assert unpadded.decode("Zm9v", size=3) == b"foo"
    with pytest.raises(ValueError, match="3 bytes where 4 belong"):
        unpadded.decode("Zm9v", size=4)


@given(st.binary(max_size=100))
def test_a_value_reads_back(data: bytes) -> None:
    assert unpadded.decode(unpadded.encode(data)) == data


@given(st.text(alphabet="ABCDwxyz0189+/=", max_size=12))
def test_no_value_has_two_texts(text: str) -> None:
    try:
        data = unpadded.decode(text)
    except ValueError:
        return
    assert unpadded.encode(data) == text

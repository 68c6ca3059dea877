"""A number and a hash have one spelling each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.ledger.encoding import read_base64, read_decimal, write_base64


@pytest.mark.parametrize(
    "text", ["", "05", "+5", "-5", " 5", "5 ", "5_0", "５", "٥", "5\n", "0x5", "5.0", "1e3", str(1 << 63), "9" * 30]
)
def test_a_number_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="decimal"):
        read_decimal(text)


@given(st.integers(min_value=0, max_value=(1 << 63) - 1))
def test_a_number_reads_as_it_prints(number: int) -> None:
    assert read_decimal(str(number)) == number


@pytest.mark.parametrize("text", ["AB==", "AA=", "AA", "A A==", "AA==\n", "AA===", "_-==", "ＡＡ==", "AAA=AAA="])
def test_base64_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_base64(text)


@given(st.binary())
def test_bytes_come_back_from_base64(data: bytes) -> None:
    assert read_base64(write_base64(data)) == data

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.code_sets import CodeSet, numbers_of


@given(st.sets(st.integers(0, 999)))
def test_a_set_has_its_numbers_and_no_others(numbers: set[int]) -> None:
    codes = CodeSet(np.array(sorted(numbers), np.int64), digits=3)

    assert set(np.flatnonzero(codes.have(np.arange(1000))).tolist()) == numbers
    assert {number for number in range(1000) if f"{number:03}" in codes} == numbers
    assert len(codes) == len(numbers)


def test_only_digits_of_the_right_number_are_codes() -> None:
    codes = CodeSet(np.arange(1000), digits=3)

    assert not any(other in codes for other in ("", "12", "1234", "-12", "１２３", "12x", 123))


def test_packed_numbers_ascend() -> None:
    for name in ("postal_codes.bin", "banks.bin"):
        numbers = numbers_of(name)
        assert (np.diff(numbers) > 0).all()
        assert 0 < numbers[0] < numbers[-1] < 10**7

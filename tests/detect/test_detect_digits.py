from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect import check_digits, digits
from sekisho.detect.digits import Digits
from sekisho.readers.structure import Mask


def _columns(numbers: list[str]) -> Digits:
    return np.array([[int(c) for c in number] for number in numbers], np.uint8).T


_ISSUERS = ["", "4", "51", "2720", "34", "3528", "305", "36", "6011", "649"]


def _near(check: Callable[[str], bool], size: int) -> st.SearchStrategy[str]:
    """Numbers of which a good share passes, as by lot alone one in ten would: their check digit is put right."""
    lot = st.builds(
        lambda start, rest: (start + rest)[:size],
        st.sampled_from(_ISSUERS),
        st.text("0123456789", min_size=size, max_size=size),
    )
    return lot | lot.map(lambda number: _put_right(number, check)) | st.sampled_from(["0", "7"]).map(lambda c: c * size)


def _put_right(number: str, check: Callable[[str], bool]) -> str:
    """The number with its first or last digit so that it passes, where there is such a digit."""
    others = [other for digit in "0123456789" for other in (number[:-1] + digit, digit + number[1:])]
    return next(filter(check, others), number)


@pytest.mark.parametrize(
    ("array", "scalar", "size"),
    [
        (digits.my_number, check_digits.my_number, 12),
        (digits.corporate_number, check_digits.corporate_number, 13),
        (digits.insurer_number, check_digits.insurer_number, 6),
        (digits.insurer_number, check_digits.insurer_number, 8),
        (digits.nhs_number, check_digits.nhs_number, 10),
        *[(digits.payment_card, check_digits.payment_card, size) for size in range(14, 20)],
    ],
)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_arrays_agree_with_the_formulas(
    array: Callable[[Digits], Mask], scalar: Callable[[str], bool], size: int, data: st.DataObject
) -> None:
    numbers = data.draw(st.lists(_near(scalar, size), min_size=1, max_size=20))

    expected = [scalar(number) and not check_digits.is_dummy(number) for number in numbers]

    assert array(_columns(numbers)).tolist() == expected


@settings(deadline=None)
@given(numbers=st.lists(st.text("0123456789", min_size=9, max_size=9), min_size=1, max_size=9))
def test_ssn_ranges_agree(numbers: list[str]) -> None:
    assert digits.ssn(_columns(numbers)).tolist() == [check_digits.ssn(number) for number in numbers]


@settings(deadline=None)
@given(letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), number=st.text("0123456789", min_size=9, max_size=9))
def test_taiwan_ids_agree(letter: str, number: str) -> None:
    found = digits.tw_id(np.array([ord(letter) - ord("A")], np.uint8), _columns([number]))

    assert found.tolist() == [check_digits.tw_id(letter + number)]


@settings(deadline=None)
@given(symbol=st.from_regex("1[0-9]{3}0", fullmatch=True), number=st.from_regex("[0-9]{7}1", fullmatch=True))
def test_yucho_accounts_agree(symbol: str, number: str) -> None:
    found = digits.yucho_account(_columns([symbol]), _columns([number]))

    assert found.tolist() == [check_digits.yucho_account(symbol, number)]


@settings(deadline=None)
@given(
    numbers=st.lists(
        st.from_regex("[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])[1-4][0-9]{6}", fullmatch=True), min_size=1
    )
)
def test_korean_numbers_agree_where_the_birth_date_is_plausible(numbers: list[str]) -> None:
    assert digits.kr_rrn(_columns(numbers)).tolist() == [check_digits.kr_rrn(number) for number in numbers]


@settings(deadline=None)
@given(number=st.integers(0, 99_999_999))
def test_days_are_those_of_the_calendar(number: int) -> None:
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    try:
        real = date(year, month, day) is not None
    except ValueError:
        real = False

    found = digits.calendar_day(_columns([f"{number:08d}"]))

    assert found.tolist() == [real and digits.FIRST_YEAR <= year <= digits.LAST_YEAR]


@pytest.mark.parametrize(("text", "real"), [("20230229", False), ("20240229", True), ("19000229", False)])
def test_leap_days(text: str, *, real: bool) -> None:
    assert digits.calendar_day(_columns([text])).tolist() == [real]


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("09012345678", True),
        ("05012345678", True),
        ("03012345678", False),
        ("0312345678", True),
        ("0012345678", False),
        ("0901234567", False),
        ("1312345678", False),
        ("0742223333", True),
        ("0741223333", False),
        ("0120123456", True),
    ],
)
def test_telephone_numbers(number: str, *, fits: bool) -> None:
    assert digits.phone(_columns([number])).tolist() == [fits]

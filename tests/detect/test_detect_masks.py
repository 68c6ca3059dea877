import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.masks import LONGEST, mask


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("090-1234-5678", "***-****-**78"),
        ("123456789018", "**********18"),
        ("１２３４５６７", "＊＊＊＊＊６７"),
        ("123456", "******"),
        ("TK1234567", "*******67"),
        ("山田　太郎", "＊＊　＊＊"),
        ("兵庫県汐見市1-2-3", "＊＊＊＊＊＊*-*-*"),
        ("", ""),
    ],
)
def test_masks(value: str, masked: str) -> None:
    assert mask(value, tail=True) == masked


def test_without_a_tail_nothing_is_left() -> None:
    assert mask("19850102", tail=False) == "********"


@settings(deadline=None)
@given(value=st.text(), tail=st.booleans())
def test_no_more_than_two_letters_or_digits_show(value: str, tail: bool) -> None:
    masked = mask(value, tail=tail)

    assert len(re.sub(r"[*＊\-/.:@()+ ,　・…]", "", masked)) <= (2 if tail else 0)
    assert len(masked) <= LONGEST

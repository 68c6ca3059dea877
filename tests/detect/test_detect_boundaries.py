import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.recognisers.boundaries import BOUNDARY, mended


@pytest.mark.parametrize(
    ("regex", "text", "found"),
    [
        (r"\b\d{12}\b", "番号123456789018です", "123456789018"),
        (r"\b\d{4}\b", "a1234 x1234_ 12345", None),
        (r"\b山田\b", "様は山田太郎", "山田"),
        (r"\b(?:cat|dog)\b", "concat dog", "dog"),
        (r"\bfoo\B", "foo foobar", "foo"),
        (r"[\b]x", "\bx", "\bx"),
        (r"[]\b]x", "]x", "]x"),
        (r"[^]\b]x", "ax", "ax"),
        (r"\\b", r"\b", r"\b"),
        (r"\[\b7\b", "a[7", "[7"),
        (r"[\[\]\b]7\b", "]7", "]7"),
    ],
)
def test_boundaries_hold_beside_japanese(regex: str, text: str, found: str | None) -> None:
    match = re.search(mended(regex), text)

    assert (match[0] if match else None) == found


def test_flags_go_to_the_front() -> None:
    assert re.search(mended(r"\b(?i)ab(?s).\b"), "xAB\n ab\n") is not None
    assert mended(r"[(?i)]x(?i:y)") == r"[(?i)]x(?i:y)"


def test_nothing_else_is_touched() -> None:
    assert mended(r"(?P<b>[a\b-\]b])\.\d{2,}\bb") == rf"(?P<b>[a\b-\]b])\.\d{{2,}}{BOUNDARY}b"


@given(st.text(string.ascii_letters + string.digits + "_ -.", max_size=20))
def test_between_ascii_words_they_are_what_they_were(text: str) -> None:
    assert re.findall(mended(r"\b\w+\b"), text, re.ASCII) == re.findall(r"\b\w+\b", text, re.ASCII)

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.readers.escapes import read_json, read_percent


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_json_says_what_it_meant(text: str) -> None:
    assert read_json(json.dumps(text).encode()) in (f'"{text}"'.encode(), read_percent(f'"{text}"'.encode()))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"\n090", " 090"),
        (rb"C:\\users", r"C:\users"),
        (rb"\u000a\u2028", "  "),
        (rb"\ud83d", "�"),
        (rb"\uZZ", r"\uZZ"),
        (b"\\", "\\"),
        (b"a\\\nb", "a\\\nb"),
    ],
)
def test_a_line_stays_a_line(source: bytes, text: str) -> None:
    assert read_json(source).decode() == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"%20%40x", "%20%40x"),
        (b"%E5%B1%B1%20a", "山 a"),
        (b"%8E%52", "%8E%52"),
        (b"100%E", "100%E"),
        (b"%0A%E5%B1%B1", " 山"),
    ],
)
def test_percent_encoding_is_read_where_it_hides_characters(source: bytes, text: str) -> None:
    assert read_percent(source).decode() == text

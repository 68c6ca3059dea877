from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.candidates import find_flat, mask_of
from sekisho.detect.hits import Shape
from sekisho.detect.shapes import ALL_SHAPES, find

_TEXT = st.lists(
    st.one_of(
        st.text(st.sampled_from("0123456789-/. ()+AT_漢ー－\u00a0\u3000\n"), max_size=12),
        st.from_regex("[0-9]{1,20}", fullmatch=True),
        st.from_regex("0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}", fullmatch=True),
        st.sampled_from(["090-1234-5678", "123456789018", "4111 1111 1111 1111", "1.2.3.4", "T8700110005901"]),
    )
).map("".join)


def _found(text: str, shapes: Iterable[Shape] = Shape) -> list[tuple[str, str]]:
    data = text.encode()
    found = find_flat(data, mask_of(shapes))
    places = zip(found.starts.tolist(), found.stops.tolist(), found.shapes.tolist(), strict=True)
    return [(Shape(shape).name, data[start:stop].decode()) for start, stop, shape in places]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("開始 2022-06-21 10:30 終了", [("DATE", "2022-06-21")]),
        ("電話 090-1234-5678 123", [("PHONE", "090-1234-5678")]),
        ("123456789018 090-1234-5678", [("MY_NUMBER", "123456789018"), ("PHONE", "090-1234-5678")]),
        ("〒660-0051 1-2-3", [("POSTAL_CODE", "660-0051")]),
        ("4111 1111 1111 1111 12", [("PAYMENT_CARD", "4111 1111 1111 1111")]),
        ("090(1234)5678", [("PHONE", "090(1234)5678")]),
        ("+81-90-1234-5678", [("PHONE", "+81-90-1234-5678")]),
        ("+819012345678", [("PHONE", "+819012345678")]),
        ("030-1234-5678", []),
        ("0.123456789018", []),
        ("123456789018\n1234", [("MY_NUMBER", "123456789018")]),
        ("1234\n5678", []),
        ("1234-\n5678-9018", []),
    ],
)
def test_numbers_stand_apart_from_their_neighbours(text: str, expected: list[tuple[str, str]]) -> None:
    asked = [Shape.DATE, Shape.PHONE, Shape.MY_NUMBER, Shape.POSTAL_CODE, Shape.PAYMENT_CARD]

    assert _found(text, asked) == expected


@pytest.mark.parametrize("card", ["35300000000000003", "353000000000000009", "3530000000000000007"])
def test_long_cards_are_found(card: str) -> None:
    assert ("LONG", card) in _found(card)


def test_only_what_is_asked_for_is_found() -> None:
    assert _found("1234567 12345678 123456789018", [Shape.SEVEN]) == [("SEVEN", "1234567")]


def test_nothing_is_in_nothing() -> None:
    assert len(find_flat(b"")) == 0


@settings(deadline=None)
@given(text=_TEXT)
def test_what_a_table_holds_a_text_holds_in_order(text: str) -> None:
    line = text.encode() + b"\n"

    found = find_flat(memoryview(text.encode()))

    expected = sorted(
        (start, stop, int(hits.shape))
        for hits in find(line, np.array([len(line) - 1]))
        for start, stop in zip(hits.starts.tolist(), hits.stops.tolist(), strict=True)
    )
    assert list(zip(found.starts.tolist(), found.stops.tolist(), found.shapes.tolist(), strict=True)) == expected


@settings(deadline=None)
@given(text=_TEXT, shapes=st.integers(0, ALL_SHAPES))
def test_asking_for_less_finds_the_same_of_it(text: str, shapes: int) -> None:
    asked = [shape for shape in Shape if shapes >> shape & 1]

    assert _found(text, asked) == [each for each in _found(text) if Shape[each[0]] in asked]

import numpy as np
import pytest

from sekisho.detect.hits import Shape
from sekisho.detect.uniform import UniformColumn, places_in, uniform_columns
from sekisho.readers.structure import insides, measure


def _columns(*cells: str) -> list[UniformColumn]:
    text = "".join(f"{cell},\n" for cell in cells).encode()
    ends = measure(text, delimiter=",", width=2)
    assert ends is not None
    data = np.frombuffer(text, np.uint8)
    return list(uniform_columns(data, *insides(data, ends), 2))


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (("123456789018", "", "987654321093"), b"000000000000"),
        (("1985-01-02", "1990-12-31"), b"0000-00-00"),
        (('"660-0051"', '"660-0052"'), b"000-0000"),
    ],
)
def test_columns_of_one_form_are_told(cells: tuple[str, ...], form: bytes) -> None:
    (column,) = _columns(*cells)

    assert (column.form, len(column.starts)) == (form, sum(cell != "" for cell in cells))


@pytest.mark.parametrize(
    "cells", [("1234567", "123456"), ("1985-01-02", "1985/01/02"), ("T1234567", "T7654321"), ("山田", "鈴木"), ("", "")]
)
def test_others_are_left_to_the_search(cells: tuple[str, ...]) -> None:
    assert _columns(*cells) == []


def test_places_are_those_of_the_form() -> None:
    place = next(place for place in places_in("〒000-0000".encode()) if place.shape is Shape.POSTAL_CODE)

    assert (place.start, place.stop, place.digits) == (3, 11, (3, 4, 5, 7, 8, 9, 10))

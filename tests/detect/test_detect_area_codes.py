import numpy as np
import pytest

from sekisho.detect.area_codes import are_area_codes, are_assigned

_CITIES = "06 011 075 0798 0742 01267 04992 0178 0596 0952 0980"


@pytest.mark.parametrize("code", _CITIES.split())
def test_numbers_of_real_cities_can_exist(code: str) -> None:
    assert are_assigned(np.array([int(f"{code}2345"[1:4])], np.int32)).tolist() == [True]


@pytest.mark.parametrize("digits", ["000", "100", "111", "210", "300", "701", "801", "999"])
def test_the_rest_cannot(digits: str) -> None:
    assert are_assigned(np.array([int(digits)], np.int32)).tolist() == [digits == "999"]


def test_about_half_of_three_digits_are_no_area_code() -> None:
    codes = are_area_codes(np.arange(100, dtype=np.int32), 3)

    assert codes.sum() == 48
    assert codes[[11, 42, 75, 99]].all()
    assert not codes[[10, 31, 41, 74, 90]].any()


def test_two_digits_are_three_cities_regions() -> None:
    assert np.flatnonzero(are_area_codes(np.arange(10, dtype=np.int32), 2)).tolist() == [3, 4, 6]

"""People live in households as a Japanese city of the case's size does, and there are exactly as many as asked."""

import numpy as np
import pytest

from sekisho.demo.households import YEAR, Place, settle
from sekisho.invented.dice import Dice


@pytest.mark.parametrize("people", [1_000, 1_001, 7_777])
def test_there_are_exactly_so_many_people_each_household_with_its_head_first(people: int) -> None:
    city = settle(Dice(1, "households"), people)
    first = np.flatnonzero(np.diff(city.household, prepend=-1))
    assert len(city.age) == len(city.household) == people
    assert np.array_equal(first, np.flatnonzero(city.place == Place.HEAD))
    assert city.households == len(first)


def test_the_mix_is_that_of_a_city() -> None:
    city = settle(Dice(1, "households"), 40_000)
    assert 1.9 < 40_000 / city.households < 2.1
    assert 0.10 < (city.age < 15 * YEAR).mean() < 0.15
    assert 0.25 < (city.age >= 65 * YEAR).mean() < 0.31
    assert 0.02 < city.foreign.mean() < 0.035


def test_heads_and_spouses_are_adults() -> None:
    city = settle(Dice(1, "households"), 20_000)
    assert city.adult[np.isin(city.place, (Place.HEAD, Place.SPOUSE))].all()


def test_strangers_who_share_name_and_birth_date_live_alone() -> None:
    city = settle(Dice(1, "households"), 20_000)
    alike = np.flatnonzero(city.alike != np.arange(20_000))
    pairs = np.concatenate([alike, city.alike[alike]])
    assert len(alike) == 3
    assert np.array_equal(city.age[alike], city.age[city.alike[alike]])
    assert np.array_equal(city.male[alike], city.male[city.alike[alike]])
    assert (np.bincount(city.household)[city.household[pairs]] == 1).all()

"""Addresses in the invented city (:mod:`sekisho.invented.places`): houses of one's own, and buildings shared by many."""

import numpy as np
import polars as pl

from sekisho.invented.dice import Dice, Floats, Ints
from sekisho.invented.places import Buildings, places

_IN_BUILDING = 0.56
_HOMES_A_BUILDING = 14
_ROOMS_A_FLOOR = 4
_FULL_WIDTH_CHANCE = 0.005  # entries older than the present system, which stores half width
_FULL_WIDTH = dict(zip("0123456789", "０１２３４５６７８９", strict=True))


def house(dice: Dice, households: int) -> pl.DataFrame:
    """Return a ``postal_code``, an ``address`` and, in a shared house, a ``building`` with its room for each household."""
    city = places()
    towns = city.towns()
    buildings = max(households // _HOMES_A_BUILDING, 1)
    crowd = 0.3 + dice.fractions(len(towns))
    sites = _sites(dice, towns, crowd, buildings + households)
    shared = dice.chance(_IN_BUILDING, households)
    building = dice.below(buildings, households)
    site = np.where(shared, building, buildings + np.arange(households))
    names = _building_names(dice, city.buildings, buildings)
    return sites[site].with_columns(
        address=pl.lit(city.prefecture + city.city) + pl.col("address"),
        building=pl.when(pl.Series(shared)).then(names.gather(building) + _rooms(building)),
    )


def _sites(dice: Dice, towns: pl.DataFrame, crowd: Floats, count: int) -> pl.DataFrame:
    """Return plots of land with a number: ``postal_code`` and ``address`` below the city."""
    numbers = {"chome": 6, "block": 30, "house": 25, "lot": 1_800, "branch": 12}
    drawn = {part: dice.below(bound, count) + 1 for part, bound in numbers.items()}
    by_block = pl.format("{}{}丁目{}番{}号", "town", "chome", "block", "house")
    by_lot = pl.format("{}{}番地の{}", "town", "lot", "branch")
    plots = towns[dice.pick(crowd, count)].with_columns(**{part: pl.Series(values) for part, values in drawn.items()})
    address = pl.when("by_lot").then(by_lot).otherwise(by_block)
    old_entry = pl.Series(dice.chance(_FULL_WIDTH_CHANCE, count))
    return plots.select(
        "postal_code",
        address=pl.when(old_entry).then(address.str.replace_many(_FULL_WIDTH)).otherwise(address),
    )


def _building_names(dice: Dice, buildings: Buildings, count: int) -> pl.Series:
    kinds, words = (pl.Series(each).gather(dice.below(len(each), count)) for each in (buildings.kinds, buildings.words))
    return kinds + words


def _rooms(building: Ints) -> pl.Series:
    """Number the rooms of each building from 101, so that no two households share one."""
    nth = pl.int_range(pl.len()).over("building")
    number = 100 * (nth // _ROOMS_A_FLOOR + 1) + nth % _ROOMS_A_FLOOR + 1
    return pl.DataFrame({"building": building}).select(pl.format("{}号", number)).to_series()

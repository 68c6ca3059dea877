"""The residents with all that any table tells of them: one wide frame from which the tables are cut.

Codes are given out at registration, so whoever has been a resident longer has the smaller one; a household is
therefore scattered over the register, as in a real one. Codes are internal numbers of ten digits with leading zeros,
not My Numbers.
"""

from datetime import date

import numpy as np
import polars as pl

from sekisho.demo.households import YEAR, Days, People, Place, settle
from sekisho.demo.names import name_people
from sekisho.demo.places import house
from sekisho.invented.dice import Dice, Floats

_LONGEST_STAY = 90 * YEAR
_MOVED_WITHIN_CITY = 0.4
_HIGHEST_SERIAL = 10**8
_FOREIGNERS_REGISTERED_SINCE = date(2012, 7, 9)  # amended Residential Basic Book Act


def residents_of(seed: int, people: int, day: date) -> pl.DataFrame:
    """Return everybody, by rising code, as of ``day``.

    Columns: ``code``, ``name``, ``kana``, ``birth``, ``male``, ``foreign``, ``adult``, ``household`` (from 0),
    ``household_number``, ``place`` (:class:`Place`), ``postal_code``, ``address``, ``building``, ``arrived``,
    ``settled`` (at this address), ``born_here``, ``need`` (how readily the household receives the benefit).
    """
    city = settle(Dice(seed, "households"), people)
    birth = _days_before(day, city.age)
    dice = Dice(seed, "residents")
    stay, at_address = _stays(dice, city, day)
    homes = house(Dice(seed, "places"), city.households)
    numbers = pl.Series(dice.serials(_HIGHEST_SERIAL, city.households))
    frame = name_people(Dice(seed, "names"), city, birth.astype("datetime64[Y]").astype(np.int64) + 1970).with_columns(
        *homes[city.household],
        birth=pl.Series(birth),
        male=pl.Series(city.male),
        foreign=pl.Series(city.foreign),
        adult=pl.Series(city.adult),
        household=pl.Series(city.household),
        household_number=_padded(numbers.gather(city.household), 9),
        place=pl.Series(city.place),
        arrived=pl.Series(_days_before(day, stay)),
        settled=pl.Series(_days_before(day, at_address)),
        born_here=pl.Series(stay == city.age),
        need=pl.Series(city.need).gather(city.household),
    )
    registered = np.lexsort((dice.order(people), -stay))
    return frame[registered].with_columns(code=_padded(pl.Series(dice.serials(_HIGHEST_SERIAL, people)), 10))


def heads_of(residents: pl.DataFrame) -> pl.DataFrame:
    """Return the heads among the residents, one a household, in the order of ``household``."""
    return residents.filter(pl.col("place") == Place.HEAD).sort("household")


def _stays(dice: Dice, city: People, day: date) -> tuple[Floats, Floats]:
    """Return for how many days everyone has been in the city, and at the address; short stays are the likely ones."""
    share = dice.fractions(city.households)
    household = np.floor(_LONGEST_STAY * share * np.sqrt(share)) + 1
    moved = dice.chance(_MOVED_WITHIN_CITY, city.households)
    at_address = np.where(moved, np.floor(household * dice.fractions(city.households)) + 1, household)
    longest = np.where(city.foreign, (day - _FOREIGNERS_REGISTERED_SINCE).days, np.inf)
    stay = np.minimum.reduce([city.age, household[city.household], longest])
    return stay, np.minimum(stay, at_address[city.household])


def _days_before(day: date, count: Floats) -> Days:
    return np.datetime64(day, "D") - count.astype("timedelta64[D]")


def _padded(numbers: pl.Series, width: int) -> pl.Series:
    return numbers.cast(pl.String).str.zfill(width)

"""Names of invented people: a surname for the household, a given name by sex and decade of birth, and their readings.

Every list is in falling order of frequency and the order gives the weight: the r-th entry weighs 1 / (r + flatness), a
Zipf law with a flat head, as names have it. Nobody in one household bears a given name twice. What is drawn is chance
alone: that somebody somewhere has the same name cannot be avoided, and says nothing.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from sekisho.demo.households import People, Place
from sekisho.invented.data import read
from sekisho.invented.dice import Dice, Ints, by_rank
from sekisho.invented.foreign import foreign_names
from sekisho.invented.given_names import GivenNames

_BLANK = "\u3000"
_FLATNESS = 16


def name_people(dice: Dice, people: People, birth_year: Ints) -> pl.DataFrame:
    """Return everyone's ``name`` and ``kana``, surname first, an ideographic blank between."""
    surnames, given_names = read("surnames", dict[str, str])["names"].split(), GivenNames()
    surname = _draw_surnames(dice, people, len(surnames))[people.alike]
    given = _draw_given_names(dice, people, birth_year, given_names)[people.alike]
    written = _joined(surnames, surname, given_names.entries, given, part=0)
    kana = _joined(surnames, surname, given_names.entries, given, part=1)
    foreign = np.flatnonzero(people.foreign)
    theirs = foreign_names(
        dice, household=people.household[foreign], place=people.place[foreign], male=people.male[foreign]
    )
    written = written.scatter(foreign, [each.written for each in theirs])
    kana = kana.scatter(foreign, [each.kana for each in theirs])
    return pl.DataFrame({"name": written, "kana": kana})


def _draw_surnames(dice: Dice, people: People, choices: int) -> Ints:
    """Draw one surname a household, and a lodger's own."""
    weights = by_rank(choices, _FLATNESS)
    surname = dice.pick(weights, people.households)[people.household]
    lodgers = np.flatnonzero(people.place == Place.LODGER)
    surname[lodgers] = dice.pick(weights, len(lodgers))
    return surname


def _draw_given_names(dice: Dice, people: People, birth_year: Ints, names: GivenNames) -> Ints:
    given = names.draw(dice, birth_year, people.male)
    while len(again := _repeated(people.household, names.writings[given])):
        given[again] = names.draw(dice, birth_year[again], people.male[again])
    return given


def _repeated(household: Ints, writing: Ints) -> Ints:
    """Return whose given name is written as that of somebody before them in the household."""
    _, first = np.unique(household * (int(writing.max()) + 1) + writing, return_index=True)
    repeated = np.ones(len(writing), dtype=np.bool_)
    repeated[first] = False
    return np.flatnonzero(repeated)


def _joined(surnames: Sequence[str], surname: Ints, given_names: Sequence[str], given: Ints, *, part: int) -> pl.Series:
    """Join surname and given name, both as written (part 0) or both as read (part 1)."""
    before = pl.Series([entry.split("/")[part] + _BLANK for entry in surnames]).gather(surname)
    return before + pl.Series([entry.split("/")[part] for entry in given_names]).gather(given)

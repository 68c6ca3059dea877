"""Who lives with whom: households drawn by the habits of ``households.toml``, and the people in them.

A household is a row of places (head, spouse, children, the head's parents, a lodger); a place is taken or not. People
come out household by household with the head first, so that cutting the last household short leaves a household.
Everything is an array with one entry a person; ages are days, counted back from the day of the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sekisho.demo.data import read
from sekisho.invented.dice import Bools, Dice, Floats, Ints

Days = npt.NDArray[np.datetime64]

YEAR = 365.25
OF_AGE = 18 * YEAR

_EARLIEST_PARENT, _LATEST_PARENT, _OLDEST = 19.0, 36.0, 103.0
_TWIN_CHANCE = 0.012
_FOREIGN_CHANCE = 0.026
_FEWEST_PAIRS, _PEOPLE_A_PAIR = 3, 20_000


class Place(IntEnum):
    """A place in a household."""

    HEAD = 0
    SPOUSE = 1
    CHILD = 2
    SECOND_CHILD = 3
    THIRD_CHILD = 4
    MOTHER = 5
    FATHER = 6
    LODGER = 7


CHILDREN = (Place.CHILD, Place.SECOND_CHILD, Place.THIRD_CHILD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way of living together, as ``households.toml`` describes it."""

    name: str
    weight: float
    ages: tuple[float, float]
    men: float
    spouse: float
    children: tuple[float, float, float]
    mother: float
    father: float
    lodger: float
    need: float


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of the city; all arrays have one entry a person unless they say otherwise.

    Attributes:
        household: number of the household, from 0, never falling.
        place: a :class:`Place` in it.
        male: the sex the register knows.
        age: in days on the day of the case.
        foreign: registered as a foreign resident.
        alike: the person whose name, sex and birth date they share by coincidence; nearly always themselves.
        need: how readily the household pays no resident tax and receives the benefit, one entry a household.
    """

    household: Ints
    place: Ints
    male: Bools
    age: Floats
    foreign: Bools
    alike: Ints
    need: Floats

    @property
    def households(self) -> int:
        """How many households there are."""
        return len(self.need)

    @property
    def adult(self) -> Bools:
        """Who is 18 or older."""
        return self.age >= OF_AGE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One place of all households at once: taken or not, how old, which sex."""

    here: Bools
    age: Floats
    male: Bools


def settle(dice: Dice, people: int) -> People:
    """Return exactly so many people in their households."""
    kinds = read("households", dict[str, list[Kind]])["kind"]
    kind = dice.pick([each.weight for each in kinds], people)
    members = _members(dice, kinds, kind)
    here = np.stack([member.here for member in members], axis=1)
    household, place = (each[:people] for each in np.nonzero(here))
    homes = int(household[-1]) + 1
    foreign = dice.chance(_FOREIGN_CHANCE, homes)[household]
    alike = _coincidences(dice, (np.bincount(household)[household] == 1) & ~foreign)
    return People(
        household=household,
        place=place,
        male=np.stack([member.male for member in members], axis=1)[household, place][alike],
        age=np.floor(np.stack([member.age for member in members], axis=1)[household, place])[alike],
        foreign=foreign,
        alike=alike,
        need=np.array([each.need for each in kinds])[kind[:homes]],
    )


def _coincidences(dice: Dice, candidates: Bools) -> Ints:
    """Let a few people who live alone share name and birth date with another: the trap for every match by both."""
    alike = np.arange(len(candidates))
    pairs = max(_FEWEST_PAIRS, len(candidates) // _PEOPLE_A_PAIR)
    first, second = np.flatnonzero(candidates)[dice.order(int(candidates.sum()))][: 2 * pairs].reshape(2, pairs)
    alike[second] = first
    return alike


def _members(dice: Dice, kinds: Sequence[Kind], kind: Ints) -> list[_Member]:
    """Fill every place of every household, in the order of :class:`Place`."""
    head = _head(dice, kinds, kind)
    spouse = _spouse(dice, _by(kind, [each.spouse for each in kinds]), head)
    younger = np.where(spouse.here, np.minimum(head.age, spouse.age), head.age)
    chances = [_by(kind, [each.children[child] for each in kinds]) for child in range(len(CHILDREN))]
    mother_age = head.age + _years(dice, 20, 35, len(kind))
    father_age = mother_age + _years(dice, 0, 6, len(kind))
    return [
        head,
        spouse,
        *_children(dice, chances, younger),
        _parent(dice, _by(kind, [each.mother for each in kinds]), mother_age, male=False),
        _parent(dice, _by(kind, [each.father for each in kinds]), father_age, male=True),
        _lodger(dice, _by(kind, [each.lodger for each in kinds])),
    ]


def _head(dice: Dice, kinds: Sequence[Kind], kind: Ints) -> _Member:
    count = len(kind)
    youngest, oldest = (_by(kind, [each.ages[end] for each in kinds]) * YEAR for end in (0, 1))
    middle = (dice.fractions(count) + dice.fractions(count)) / 2
    male = dice.chance(_by(kind, [each.men for each in kinds]), count)
    return _Member(here=np.ones(count, dtype=np.bool_), age=youngest + (oldest - youngest) * middle, male=male)


def _spouse(dice: Dice, chance: Floats, head: _Member) -> _Member:
    count = len(chance)
    gap = _years(dice, -4, 6, count)
    age = np.maximum(head.age - np.where(head.male, gap, -gap), _EARLIEST_PARENT * YEAR)
    return _Member(here=dice.chance(chance, count), age=age, male=~head.male)


def _children(dice: Dice, chances: Sequence[Floats], parent: Floats) -> list[_Member]:
    """Draw the eldest by a parent's age at the birth, each next one some years younger, or a twin."""
    count = len(parent)
    latest = np.minimum(_LATEST_PARENT * YEAR, parent)
    age = parent - dice.between(_EARLIEST_PARENT * YEAR, latest, count)
    here = np.ones(count, dtype=np.bool_)
    children = []
    for order, chance in enumerate(chances):
        if order:
            age = age - np.where(dice.chance(_TWIN_CHANCE, count), 0.0, _years(dice, 1.7, 5, count))
        here = here & dice.chance(chance, count) & (age >= 0)
        children.append(_Member(here=here, age=age, male=dice.chance(0.512, count)))
    return children


def _parent(dice: Dice, chance: Floats, age: Floats, *, male: bool) -> _Member:
    here = dice.chance(chance, len(chance)) & (age < _OLDEST * YEAR)
    return _Member(here=here, age=age, male=np.full_like(here, male))


def _lodger(dice: Dice, chance: Floats) -> _Member:
    count = len(chance)
    return _Member(here=dice.chance(chance, count), age=_years(dice, 20, 60, count), male=dice.chance(0.5, count))


def _years(dice: Dice, low: float, high: float, count: int) -> Floats:
    return dice.between(low * YEAR, high * YEAR, count)


def _by(kind: Ints, values: Sequence[float]) -> Floats:
    """Give every household the value of its kind."""
    return np.array(values)[kind]

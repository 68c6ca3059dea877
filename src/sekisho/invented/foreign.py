"""Names of foreign residents: kanji, Latin capitals as on a residence card, or the katakana they asked the office for.

One origin, one script and the same family names for a household; given names by sex, none twice in a household. Some
are long on purpose: ``DE LOS SANTOS VILLANUEVA MARIA CRISTINA`` is what narrow columns cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np

from sekisho.invented.data import read
from sekisho.invented.dice import Bools, Dice, Ints

_KATAKANA_CHANCE = 1 / 3
_FACES = 1 << 32  # of a die that is reduced to a list's length later
_BLANK = "\u3000"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignName:
    """A name as the register writes it, and its reading."""

    written: str
    kana: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    name: str
    weight: float
    script: str
    families: int
    family: str
    male: str
    female: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origins:
    origin: list[_Origin]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignNames:
    """All names that the lists make, of one sex.

    Attributes:
        names: each once.
        weights: how likely each is.
    """

    names: list[ForeignName]
    weights: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    origin: _Origin
    script: str
    names: Sequence[str]
    first_given: int


def foreign_names(dice: Dice, *, household: Ints, place: Ints, male: Bools) -> list[ForeignName]:
    """Return a name for each of these people, given their household, their place in it and their sex."""
    homes, home = np.unique(household, return_inverse=True)
    families = _families(dice, len(homes))
    return [_name(families[at], int(where), male=bool(sex)) for at, where, sex in zip(home, place, male, strict=True)]


@cache
def all_foreign_names(*, male: bool) -> ForeignNames:
    """Return every name of one sex that the lists make, each in its origin's script and in katakana."""
    names, weights = list[ForeignName](), list[float]()
    for origin in read("foreign_names", _Origins).origin:
        families = list(permutations(origin.family.split(), origin.families))
        given = (origin.male if male else origin.female).split()
        for script, share in ((origin.script, 1 - _KATAKANA_CHANCE), ("katakana", _KATAKANA_CHANCE)):
            names += [_written([*family, own], script) for family in families for own in given]
            count = len(families) * len(given)
            weights += [origin.weight * share / count] * count
    return ForeignNames(names=names, weights=weights)


def _families(dice: Dice, count: int) -> list[_Family]:
    origins = read("foreign_names", _Origins).origin
    origin = dice.pick([each.weight for each in origins], count)
    katakana = dice.chance(_KATAKANA_CHANCE, count)
    faces = dice.below(_FACES, 3 * count).reshape(count, 3).tolist()
    return [_family(origins[number], faces[home], katakana=bool(katakana[home])) for home, number in enumerate(origin)]


def _family(origin: _Origin, faces: Sequence[int], *, katakana: bool) -> _Family:
    choices = origin.family.split()
    return _Family(
        origin=origin,
        script="katakana" if katakana else origin.script,
        names=[choices[face % len(choices)] for face in faces[: origin.families]],
        first_given=faces[-1],
    )


def _name(family: _Family, place: int, *, male: bool) -> ForeignName:
    given = (family.origin.male if male else family.origin.female).split()
    return _written([*family.names, given[(family.first_given + place) % len(given)]], family.script)


def _written(entries: Sequence[str], script: str) -> ForeignName:
    """Return a name of these entries in a script."""
    written, kana = (" ".join(words).replace("+", " ") for words in zip(*(e.split("/") for e in entries), strict=True))
    reading = kana.replace(" ", _BLANK)
    if script == "katakana":
        written = reading
    elif script == "kanji":
        written = written.replace(" ", _BLANK)
    return ForeignName(written=written, kana=reading)

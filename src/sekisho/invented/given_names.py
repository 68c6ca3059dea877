"""Given names by sex and decade of birth: half from the decade's list, half composed of two parts of the time."""

from collections.abc import Callable
from dataclasses import dataclass
from math import fsum

import numpy as np

from sekisho.invented.data import read
from sekisho.invented.dice import Bools, Dice, Floats, Ints, by_rank, picked
from sekisho.invented.draws import Draws

_FLATNESS = 9
_COMPOSED_SHARE = 0.5
_FASHION = 8  # a decade's names are given this many years before and after it, too


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decade:
    since: int
    male: str
    female: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    first: str
    last: str

    def names(self) -> list[str]:
        """Return every first part with every last part, save a doubled one (美美)."""
        pairs = ((first.split("/"), last.split("/")) for first in self.first.split() for last in self.last.split())
        return [f"{first[0]}{last[0]}/{first[1]}{last[1]}" for first, last in pairs if first[1] != last[1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composed:
    since: int
    male: _Parts
    female: _Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    decade: list[_Decade]
    composed: list[_Composed]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The names of one decade and sex: numbers in ``entries``, and how likely each is."""

    numbers: Ints
    weights: Floats


class GivenNames:
    """The given names of all decades, each once, and which of them each decade gave to whom.

    Attributes:
        entries: every name as ``written/kana``.
        writings: for each entry, a number that it shares with those written alike (優花, ユウカ or ユカ).
    """

    def __init__(self) -> None:
        lists = read("given_names", _Lists)
        self._first = lists.decade[0].since
        self._number: dict[str, int] = {}
        self._pools = [self._decade_pools(decade, lists.composed) for decade in lists.decade]
        self.entries = list(self._number)
        _, self.writings = np.unique([entry.split("/")[0] for entry in self.entries], return_inverse=True)

    def draw(self, dice: Dice, birth_year: Ints, male: Bools) -> Ints:
        """Return a number in ``entries`` for everyone."""
        blur = dice.below(2 * _FASHION + 1, len(birth_year))
        return self._chosen(blur, birth_year, male, lambda who: dice.fractions(len(who)))

    def of(self, draws: Draws, birth_year: Ints, male: Bools) -> Ints:
        """Return a number in ``entries`` for the word of everyone."""
        blur, fractions = draws.below("given/fashion", 2 * _FASHION + 1), draws.fractions("given")
        return self._chosen(blur, birth_year, male, lambda who: fractions[who])

    def _chosen(self, blur: Ints, birth_year: Ints, male: Bools, fractions: Callable[[Ints], Floats]) -> Ints:
        decade = np.clip((birth_year + blur - _FASHION - self._first) // 10, 0, len(self._pools) - 1)
        drawn = np.empty(len(birth_year), dtype=np.int64)
        for number, pools in enumerate(self._pools):
            for sex, pool in enumerate(pools):
                who = np.flatnonzero((decade == number) & (male == bool(sex)))
                drawn[who] = pool.numbers[picked(pool.weights, fractions(who))]
        return drawn

    def _decade_pools(self, decade: _Decade, composed: list[_Composed]) -> tuple[_Pool, _Pool]:
        """Return the pools of a decade's women and men."""
        parts = [each for each in composed if each.since <= decade.since][-1]
        return self._pool(decade.female, parts.female), self._pool(decade.male, parts.male)

    def _pool(self, listed: str, parts: _Parts) -> _Pool:
        common, rare = listed.split(), parts.names()
        by_list = by_rank(len(common), _FLATNESS)
        return _Pool(
            numbers=np.array([self._number.setdefault(entry, len(self._number)) for entry in [*common, *rare]]),
            weights=np.concatenate(
                [
                    by_list / fsum(by_list) * (1 - _COMPOSED_SHARE),
                    np.full(len(rare), _COMPOSED_SHARE / len(rare)),
                ]
            ),
        )

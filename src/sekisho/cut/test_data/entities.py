"""Who invented tables are about: people and households that do not exist, with keys that no source has.

The same ones stand in all tables, as often found from one in another as in the sources. Which of them have a row in a table
is drawn, so that no row of it follows a row of the source, not even in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sekisho.cut.test_data.names import named
from sekisho.cut.test_data.seen import BORN, Seen
from sekisho.cut.test_data.shape import ColumnShape, TableShape
from sekisho.cut.test_data.signs import filled
from sekisho.invented.banks import half_width
from sekisho.invented.dice import Ints
from sekisho.invented.draws import Draws, Words
from sekisho.invented.people import Days, birth_days, kana, names

Randomness = Callable[[int], bytes]

_TRIES, _TRIES_A_LENGTH = 50, 5


@dataclass(frozen=True, slots=True)
class Entities:
    """People, or households: each a word, from which all about it is drawn, and a key.

    Attributes:
        words: one each.
        keys: one each, rising.
    """

    words: Words
    keys: pl.Series

    def __len__(self) -> int:
        return len(self.words)


def random_words(randomness: Randomness, count: int) -> Words:
    """Return so many random words."""
    return np.frombuffer(randomness(8 * count), np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """What holds of everybody who is invented.

    Attributes:
        births: first and last year of birth; None if no source says it.
        scripts: the styles in which names are written.
        longest_name: signs that a name has at most.
        longest_reading: signs that its reading has at most, in half width.
        seen: what stands in the sources.
    """

    births: tuple[int, int] | None
    scripts: tuple[str, ...]
    longest_name: int
    longest_reading: int
    seen: Seen

    def birth_days(self, draws: Draws) -> Days:
        """Return when people were born."""
        born = birth_days(draws)
        if self.births is None:
            return born
        first, after = (np.datetime64(f"{year}-01-01") for year in (self.births[0], self.births[1] + 1))
        within = first + draws.below("born", int((after - first).astype(int)))
        return np.where((born >= first) & (born < after), born, within)

    def words(self, count: int, randomness: Randomness) -> Words:
        """Return words of so many people of whom none has name and birth date of somebody in the sources."""
        words = random_words(randomness, count).copy()
        doubted = np.arange(count)
        for attempt in range(_TRIES):
            draws = Draws(words[doubted])
            wrong = self._lived(draws)
            if attempt < _TRIES // 2:  # where every name is too long, one has to be
                wrong |= self._is_too_long(draws)
            doubted = doubted[wrong]
            if not len(doubted):
                break
            words[doubted] = random_words(randomness, len(doubted))
        return words

    def _lived(self, draws: Draws) -> npt.NDArray[np.bool_]:
        """Tell who has name and birth date of somebody in the sources, in any script in which names are written."""
        born, found = pl.Series(self.birth_days(draws)).cast(pl.Date), np.zeros(len(draws), np.bool_)
        for script in self.scripts:
            found |= self.seen.holds(BORN, self.seen.pairs(named(script, draws), born))
        return found

    def _is_too_long(self, draws: Draws) -> npt.NDArray[np.bool_]:
        signs = kana(draws).str.replace_many(half_width()).str.len_chars()
        return ((names(draws).str.len_chars() > self.longest_name) | (signs > self.longest_reading)).to_numpy()


def entities_of(
    domain: str, count: int, keys: ColumnShape, lives: Lives, *, are_people: bool, randomness: Randomness
) -> Entities:
    """Return so many that do not exist.

    Args:
        domain: the kind of their keys.
        count: how many.
        keys: what a column of their keys looks like.
        lives: what holds of people.
        are_people: whether rows are about them; households alone have no names.
        randomness: returns so many random bytes.
    """
    words = lives.words(count, randomness) if are_people else random_words(randomness, count)
    return Entities(words, _keys(domain, count, keys, lives.seen, randomness))


def _keys(domain: str, count: int, shape: ColumnShape, seen: Seen, randomness: Randomness) -> pl.Series:
    """Return so many different keys that no source has, longer ones where there are not enough so long."""
    found = pl.Series([], dtype=pl.String)
    pattern = max(shape.styles, key=lambda style: style[1])[0].partition("/")[2]
    for attempt in range(1, _TRIES):
        if attempt % _TRIES_A_LENGTH == 0:
            pattern += "0"
        wanted = count - len(found)
        draws = Draws(random_words(randomness, wanted + wanted // 8 + 8))
        drawn = "0" * shape.zeros + filled(pl.repeat(pattern[shape.zeros :], len(draws), eager=True), draws)
        free = drawn.filter(~pl.Series(seen.holds(domain, seen.hashes(drawn))))
        found = pl.concat([found, free]).unique(maintain_order=True).head(count)
        if len(found) == count:
            break
    return found.sort()


def about(shape: TableShape, entities: Entities, of_most: int, randomness: Randomness) -> Ints:
    """Return for every row of a table the place of the entity that it is about, each of them at least once.

    Args:
        shape: of the table.
        entities: all there are.
        of_most: how many of them, the first ones, are in the table of most people.
        randomness: returns so many random bytes.
    """
    order = np.argsort(random_words(randomness, of_most), kind="stable")[: shape.known]
    others = of_most + np.argsort(random_words(randomness, len(entities) - of_most), kind="stable")
    chosen = np.concatenate([order, others[: shape.keys - len(order)]])
    again = Draws(random_words(randomness, max(shape.rows - len(chosen), 0)))
    rows = np.concatenate([chosen, chosen[again.below("again", max(len(chosen), 1))]])[: shape.rows].astype(np.int64)
    if shape.rising:
        return np.sort(rows)
    return rows[np.argsort(random_words(randomness, len(rows)), kind="stable")]

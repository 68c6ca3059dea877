"""Who invented tables are about: people and households that do not exist, with keys that no source has.

The same ones stand in all tables, as often found from one in another as in the sources. Which of them have a row in a table
is drawn, so that no row of it follows a row of the source, not even in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from sekisho.cut.test_data.seen import Seen
from sekisho.cut.test_data.shape import ColumnShape, TableShape
from sekisho.cut.test_data.signs import filled
from sekisho.invented.dice import Ints
from sekisho.invented.draws import Draws, Words
from sekisho.invented.people import birth_days, kana, names

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


def entities_of(domain: str, count: int, keys: ColumnShape, seen: Seen, randomness: Randomness) -> Entities:
    """Return so many that do not exist.

    Args:
        domain: the kind of their keys.
        count: how many.
        keys: what a column of their keys looks like.
        seen: what stands in the sources.
        randomness: returns so many random bytes.
    """
    words = random_words(randomness, count).copy()
    for _ in range(_TRIES):
        lived = np.flatnonzero(_lives(Draws(words), seen))
        if not len(lived):
            break
        words[lived] = random_words(randomness, len(lived))
    return Entities(words, _keys(domain, count, keys, seen, randomness))


def _lives(draws: Draws, seen: Seen) -> np.ndarray:
    """Tell who has name and birth date of somebody real."""
    born = pl.Series(birth_days(draws)).cast(pl.Date)
    by_name = seen.holds("born/name", seen.pairs(names(draws), born))
    return np.asarray(by_name | seen.holds("born/name_kana", seen.pairs(kana(draws), born)))


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

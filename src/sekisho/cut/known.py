"""Texts that are known by their place: learnt once, found again block by block at some million a second."""

from typing import Protocol

import numpy as np
import polars as pl

from sekisho.kernel.columns import Columns, columns, slots_for
from sekisho.kernel.functions import Positions

_TEXT, _PLACE = "text", "place"


class Known(Protocol):
    """Texts and where each of them first stands."""

    @property
    def texts(self) -> pl.Series:
        """The texts, in the order in which they were learnt."""
        ...

    @property
    def distinct(self) -> int:
        """How many of them differ."""
        ...

    def places(self, asked: pl.Series) -> Positions:
        """Return where each text first stands, from 0; -1 for one that is not known and for a null."""
        ...


def gather(cells: pl.Series, places: Positions) -> pl.Series:
    """Return the cells of a column at some places, null where the place is negative."""
    compiled = columns()
    if compiled and len(cells) and cells.dtype == pl.String:
        return pl.Series(compiled.gather(cells.rechunk(), places)).alias(cells.name)
    found = pl.Series(places)
    return cells.gather(found.set(found < 0, None))


def learn(texts: pl.Series) -> Known:
    """Learn a column of texts; nulls are nobody's."""
    compiled = columns()
    texts = texts.rechunk().alias(_TEXT)
    return ByKernel(texts, compiled) if compiled and len(texts) else ByJoin(texts)


class ByKernel:
    """In a table of hashes that is made once."""

    def __init__(self, texts: pl.Series, compiled: Columns) -> None:
        """Learn a column that is not empty and in one piece."""
        self.texts = texts
        self._compiled = compiled
        self._slots = slots_for(len(texts))
        first = compiled.learn(texts, self._slots, len(texts))
        self.distinct = int(np.count_nonzero(first == np.arange(len(texts))))

    def places(self, asked: pl.Series) -> Positions:
        """Return where each text first stands."""
        if asked.is_empty():
            return np.zeros(0, np.int64)
        return self._compiled.look_up(self.texts, self._slots, asked.rechunk(), len(asked))


class ByJoin:
    """By a join a block, without the kernel."""

    def __init__(self, texts: pl.Series) -> None:
        """Learn a column."""
        self.texts = texts
        places = pl.int_range(len(texts), dtype=pl.Int64, eager=True).alias(_PLACE)
        self._places = pl.DataFrame([texts, places]).drop_nulls(_TEXT).unique(_TEXT, keep="first")
        self.distinct = self._places.height

    def places(self, asked: pl.Series) -> Positions:
        """Return where each text first stands."""
        rows = pl.DataFrame([asked.alias(_TEXT)])
        found = rows.join(self._places, on=_TEXT, how="left", maintain_order="left")[_PLACE]
        return found.fill_null(-1).to_numpy()

"""Who can be asked about, block by block: their keys in one form, tokens of every spelling, and who is in the table.

A person may be asked about by several readings, dates or postal codes (a former surname, a former address): each is a
token of its own, made here once, never tried when somebody asks, or quotas and timing would tell.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.canon.date import parse_date
from sekisho.canon.name import LONG_VOWELS, kana, kana_signs
from sekisho.canon.number import postal_code
from sekisho.cut.forms import days
from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.cut.parts import Keys
from sekisho.cut.run import ANSWER, NUMBER, expose
from sekisho.desk.answer_table import ROW, Built, assemble
from sekisho.desk.query import Asker
from sekisho.kernel.columns import columns
from sekisho.people.index import Index

_PLACE = "\x00place"
_DATES = 1 << 16
_CHARACTERS = 0x3100  # what a table of kana reaches up to


class Asked:
    """Takes blocks of people and gives the table that answers about them.

    Attributes:
        unanswerable: people without usable kana, birth date or postal code.
    """

    def __init__(self, keys: Keys, index: Index, kinds: tuple[str, ...]) -> None:
        """Take the columns by which people ask, and where to record with which kinds they are in the table."""
        self.unanswerable = 0
        self._keys = keys
        self._index = index
        self._kinds = kinds
        self._rows = 0
        self._codes: list[NDArray[np.uint8]] = [np.zeros((0, ROW), np.uint8)]
        self._answers: list[NDArray[Any]] = [np.zeros(0, np.uint8)]
        self._places: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]

    def take(self, block: pl.DataFrame, asker: Asker) -> None:
        """Take a block as :func:`sekisho.cut.run.cut_answers` gives it."""
        block = block.with_columns(pl.int_range(self._rows, self._rows + block.height, dtype=pl.Int64).alias(_PLACE))
        forms = self._forms(block)
        answerable = np.zeros(block.height, np.bool_)
        for spelling in self._keys.spellings:
            found = pl.DataFrame(
                [forms[key].alias(str(place)) for place, key in enumerate(zip("kdp", spelling, strict=True))]
            )
            whole = found.with_columns(block[ANSWER], block[_PLACE]).drop_nulls()
            answerable[whole[_PLACE].to_numpy() - self._rows] = True
            parts = [whole[str(place)].rechunk() for place in range(len(spelling))]
            self._codes.append(asker.evaluate_all(parts, whole.height, keep=ROW))
            self._answers.append(whole[ANSWER].to_numpy() + 1)
            self._places.append(whole[_PLACE].to_numpy())
        numbers = block[NUMBER].filter(pl.Series(answerable))
        self.unanswerable += block.height - len(numbers)
        self._index.unresolved += numbers.null_count()
        for kind_id in self._kinds:
            expose(self._index, numbers, kind_id)
        self._rows += block.height

    def table(self, *, rows_at_least: int, randomness: Callable[[int], bytes]) -> Built:
        """Return the table; with rows that are nobody's, if it would have fewer than so many."""
        codes, answers = np.concatenate(self._codes), np.concatenate(self._answers)
        rows = np.concatenate(self._places)
        built = assemble(codes, answers, rows)
        if built.rows >= rows_at_least:
            return built
        return assemble(codes, answers, rows, padding=randomness(ROW * (rows_at_least - built.rows)))

    def _forms(self, block: pl.DataFrame) -> dict[tuple[str, str], pl.Series]:
        """Return each key column in the form in which it is asked for."""
        wanted = dict.fromkeys(key for spelling in self._keys.spellings for key in zip("kdp", spelling, strict=True))
        return {(role, column): _FORMS[role](block[column]) for role, column in wanted}


def readings(cells: pl.Series) -> pl.Series:
    """Return a column of readings in the form of :func:`sekisho.canon.name.kana`; null where nothing is said."""
    compiled = columns()
    if compiled is None or cells.is_empty():
        return by_distinct_value(cells, _reading)
    written, odd = compiled.kana(cells.rechunk(), len(cells), *_kana_tables())
    forms = pl.Series(written)
    if odd.any():
        forms = forms.scatter(np.flatnonzero(odd), by_distinct_value(cells.filter(pl.Series(odd)), _reading))
    return forms


def _days(cells: pl.Series) -> pl.Series:
    return days.written(cells, 10, _iso)


def _postal_codes(cells: pl.Series) -> pl.Series:
    return by_distinct_value(cells, postal_code)


_FORMS: dict[str, Callable[[pl.Series], pl.Series]] = {"k": readings, "d": _days, "p": _postal_codes}


def _reading(text: str) -> str | None:
    return kana(text) or None


@lru_cache(maxsize=_DATES)
def _iso(text: str) -> str | None:
    day = parse_date(text)
    return day.isoformat() if day else None


@cache
def _kana_tables() -> tuple[NDArray[np.uint16], tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Return what the kernel has to know of kana: what each character becomes, and which vowels lengthen which sounds.

    Only signs that stand for themselves beside any other are in it: no mark that joins the sign before it.
    """
    usual = np.full(_CHARACTERS, 0xFFFF, np.uint16)
    for code in kana_signs():
        form = kana(chr(code))
        usual[code] = ord(form) if form else 0
    before, after = np.zeros(_CHARACTERS, np.uint8), np.zeros(_CHARACTERS, np.uint8)
    for bit, (sounds, vowels) in enumerate(LONG_VOWELS):
        before[list(map(ord, sounds))] |= np.uint8(1 << bit)
        after[list(map(ord, vowels))] |= np.uint8(1 << bit)
    return usual, (before, after)

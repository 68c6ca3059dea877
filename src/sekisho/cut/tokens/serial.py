"""Case numbers (``token.serial``): random numbers with a check digit that stand for people outside the office.

Drawn from the operating system's generator out of a space much larger than the population, so that a number says nothing
about a person, a guessed one is hardly ever somebody's, and one copy's numbers differ from another's. The map back stays
inside.

All numbers of one cut have one width. Up to four and a half million people get nine digits. More get fourteen, of which
the first is 1 or 2. Neither can be taken for a My Number (12), a resident code (10 or 11), a corporate number (13) or a
card (14 digits from 3 on, 15 and more). No number begins with a zero, so that none is lost where a spreadsheet opens it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.codes import spoken_digits
from sekisho.cut.tokens.damm import check_digits
from sekisho.cut.tokens.fixed_width import spread
from sekisho.errors import Refused
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY

VERDICT: Final = pl.Enum(["known", "misread", "unknown"])

_Number = TypeVar("_Number", np.uint32, np.uint64)

_ROWS = 1 << 20
_NONE = pl.Series([None], dtype=pl.UInt64)
_Values = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The numbers that are drawn from, without their check digits.

    Attributes:
        first: the lowest.
        count: how many there are.
        cells: into how many cells they fall; each holds one person at most, which is what tells a number drawn twice.
        most: how many people it is meant for: a full space could be guessed, any number would be somebody's.
    """

    first: int
    count: int
    cells: int
    most: int

    @property
    def digits(self) -> int:
        """How many digits a number has, without its check digit."""
        return len(str(self.first))


def space_for(people: int) -> Space:
    """Return the space for so many people: twenty numbers for each, at least, and room for twice as many people."""
    if people <= _NINE.most:
        return _NINE
    cells = 40 * min(people, _WORLD)
    return Space(first=10**12, count=2 * 10**12, cells=cells, most=cells // 20)


_WORLD = 250_000_000  # twice Japan; what a purpose expects beyond is a slip of the pen
_NINE = Space(first=10**7, count=9 * 10**7, cells=9 * 10**7, most=9 * 10**7 // 20)


class CaseTokens:
    """Person number → case number, for one cut: eight bytes a person, and two and a half to five a person expected."""

    def __init__(self, randomness: Callable[[int], bytes], *, expected: int = 0) -> None:
        """Start empty.

        Args:
            randomness: returns so many random bytes; :func:`os.urandom`.
            expected: how many people there will be at most, as far as is known: it decides how many digits all get.
        """
        self._randomness = randomness
        self._space = space_for(expected)
        self._is_taken = np.zeros(self._space.cells // 8 + 1, np.uint8)
        self._tables = (_Table(0), _Table(FIRST_NUMBER_OF_NOBODY))
        self._people = 0

    def give(self, numbers: pl.Series) -> pl.Series:
        """Return each person's case number, the same one every time; nobody (null) gets none.

        Canaries, who have the numbers of nobody, get case numbers like everybody else.

        Raises:
            Refused: more people than the space of numbers is meant for.
        """
        is_somebody = numbers.is_not_null()
        people = numbers.drop_nulls().cast(pl.UInt32).to_numpy()
        persons, canaries = self._tables
        is_canary = people >= np.uint32(FIRST_NUMBER_OF_NOBODY)
        if is_canary.any():
            tokens = np.zeros(len(people), np.uint64)
            tokens[~is_canary] = persons.give(people[~is_canary], self._draw)
            tokens[is_canary] = canaries.give(people[is_canary], self._draw)
        else:
            tokens = persons.give(people, self._draw)
        return spread(pl.Series(tokens).cast(pl.String), is_somebody).alias(numbers.name)

    def __len__(self) -> int:
        return self._people

    @property
    def given(self) -> pl.DataFrame:
        """The map: ``number`` and ``token``. It leads back to people and stays inside."""
        return pl.concat(self.blocks())

    def blocks(self, rows: int = _ROWS) -> Iterator[pl.DataFrame]:
        """Yield the map in blocks of people's numbers; at least one, which may be empty."""
        for table in self._tables:
            yield from table.blocks(rows)

    def _draw(self, count: int) -> _Values:
        """Draw case numbers that nobody has."""
        self._people += count
        if self._people > self._space.most:
            raise Refused("cut.too_many_tokens", people=self._people, most=self._space.most)
        drawn = np.zeros(0, np.uint64)
        while len(drawn) < count:
            drawn = np.concatenate([drawn, self._free(self._uniform(count - len(drawn)))])
        numbers: _Values = drawn + np.uint64(self._space.first)
        tokens: _Values = numbers * np.uint64(10) + check_digits(numbers, digits=self._space.digits)
        return tokens

    def _free(self, values: _Values) -> _Values:
        """Return those of the values that fall into a free cell, the first of each, and take their cells."""
        cells = values % np.uint64(self._space.cells)
        place, bits = cells >> np.uint64(3), (cells & np.uint64(7)).astype(np.uint8)
        is_free: NDArray[np.bool_] = self._is_taken[place] >> bits & np.uint8(1) == 0
        is_free[is_free] = _is_first(cells[is_free])
        for bit in range(8):  # within one bit no byte comes twice
            self._is_taken[place[is_free & (bits == bit)]] |= np.uint8(1 << bit)
        return values[is_free]

    def _uniform(self, count: int) -> _Values:
        """Draw numbers below the space, each equally likely: what would favour the low ones is thrown away."""
        raw = np.frombuffer(self._randomness(8 * count), np.uint64)
        fair = raw[raw < np.uint64(2**64 // self._space.count * self._space.count)]
        below: _Values = np.mod(fair, np.uint64(self._space.count))
        return below


class _Table:
    """The case numbers of those whose own numbers lie close together from a first one on; 0 without one."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._tokens = np.zeros(0, np.uint64)

    def give(self, people: NDArray[np.uint32], draw: Callable[[int], _Values]) -> _Values:
        places = people - np.uint32(self._first)
        self._make_room(places)
        new = _once(places[self._tokens[places] == 0])
        self._tokens[new] = draw(len(new))
        tokens: _Values = self._tokens[places]
        return tokens

    def blocks(self, rows: int) -> Iterator[pl.DataFrame]:
        for start in range(0, max(len(self._tokens), 1), rows):
            tokens = self._tokens[start : start + rows]
            have = np.flatnonzero(tokens)
            numbers = pl.Series((have + start + self._first).astype(np.uint32))
            yield pl.DataFrame({"number": numbers, "token": pl.Series(tokens[have]).cast(pl.String)})

    def _make_room(self, places: NDArray[np.uint32]) -> None:
        needed = int(places.max()) + 1 if len(places) else 0
        if needed > len(self._tokens):
            larger = np.zeros(max(needed, 2 * len(self._tokens)), np.uint64)
            larger[: len(self._tokens)] = self._tokens
            self._tokens = larger


class CaseMap:
    """Case number → person number, for what comes back."""

    def __init__(self, given: pl.DataFrame) -> None:
        """Take the map as :attr:`CaseTokens.given` has it."""
        self._known = given.select(pl.col("token").cast(pl.UInt64), pl.col("number").cast(pl.UInt32))
        self._width = int(given["token"].str.len_bytes().item(0)) if given.height else 0

    def read(self, tokens: pl.Series) -> pl.DataFrame:
        """Return whose each case number is: ``number``, and a ``verdict`` of :data:`VERDICT`.

        Full-width digits, blanks and hyphens between digits are read as they are meant. ``misread`` is what is no number
        of this cut's width or has a wrong check digit; ``unknown`` is one that could be and is nobody's, such as one of
        another copy. A null has neither number nor verdict.
        """
        values = _values(tokens, self._width)
        found = pl.DataFrame({"token": values}).join(self._known, on="token", how="left", maintain_order="left")
        verdict = (
            pl.when(tokens.is_null()).then(None).when(values.is_null()).then(pl.lit("misread"))
            .when(pl.col("number").is_null()).then(pl.lit("unknown")).otherwise(pl.lit("known"))
        )  # fmt: skip
        return found.select("number", verdict=verdict.cast(VERDICT))


def _values(tokens: pl.Series, width: int) -> pl.Series:
    """Return case numbers as numbers; null for a null and for what is misread."""
    values = _plain(tokens, width)
    if values.null_count() > tokens.null_count():
        odd = (values.is_null() & tokens.is_not_null()).arg_true()
        read = pl.Series([spoken_digits(token) for token in tokens.gather(odd).to_list()], dtype=pl.String)
        values = values.scatter(odd, _plain(read, width))
    checked = values.drop_nulls()
    holds = pl.Series(check_digits(checked.to_numpy(), digits=width) == 0)
    return values if holds.all() else spread(checked.zip_with(holds, _NONE), values.is_not_null())


def _plain(tokens: pl.Series, width: int) -> pl.Series:
    """Return ASCII digits of one width as numbers; the cast takes a plus sign, which no digit stands for."""
    values = tokens.cast(pl.UInt64, strict=False)
    is_plain = (tokens.str.len_bytes() == width) & ~tokens.str.starts_with("+")
    return values if is_plain.all() else values.zip_with(is_plain, _NONE)


def _once(values: NDArray[_Number]) -> NDArray[_Number]:
    """Return the different values in order; sorting whole arrays is many times faster than a set of them."""
    in_order = np.sort(values)
    is_new = np.ones(len(in_order), np.bool_)
    is_new[1:] = in_order[1:] != in_order[:-1]
    return in_order[is_new]


def _is_first(cells: _Values) -> NDArray[np.bool_]:
    """Tell which cells have not come before; hardly any has."""
    in_order = np.sort(cells)
    twice = _once(in_order[1:][in_order[1:] == in_order[:-1]])
    first = np.ones(len(cells), np.bool_)
    again = np.flatnonzero(np.isin(cells, twice)) if len(twice) else np.zeros(0, np.int64)
    first[again] = False
    first[again[np.unique(cells[again], return_index=True)[1]]] = True
    return first

"""Tables of the same shape about people who do not exist, block by block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sekisho.cut.test_data.entities import Entities, Lives, Randomness, about, entities_of, random_words
from sekisho.cut.test_data.kinds import GUARDED, NAMES, OF_THE_ROW
from sekisho.cut.test_data.seen import Hashes, Seen, is_in, rising
from sekisho.cut.test_data.shape import ColumnShape, TableShape
from sekisho.cut.test_data.styles import dressed
from sekisho.invented.draws import Draws
from sekisho.invented.people import Days

_ROWS_A_BLOCK = 1 << 16
_TRIES = 40
_LONGEST = 1 << 30
_FIRST_YEAR, _LAST_YEAR = 2000, 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who all tables are about.

    Attributes:
        entities: those of each domain.
        of_most: how many of a domain are in the table of most of them.
        lives: what holds of everybody.
    """

    entities: Mapping[str, Entities]
    of_most: Mapping[str, int]
    lives: Lives

    @property
    def seen(self) -> Seen:
        """What stands in the sources."""
        return self.lives.seen


def cast_of(shapes: Sequence[TableShape], seen: Seen, randomness: Randomness) -> Cast:
    """Return people and households for tables of these shapes."""
    domains = dict[str, list[tuple[TableShape, ColumnShape]]]()
    for shape in shapes:
        for column in shape.columns:
            if column.domain:
                domains.setdefault(column.domain, []).append((shape, column))
    lives = _lives_in(shapes, seen)
    entities, of_most = dict[str, Entities](), dict[str, int]()
    for domain, held in domains.items():
        subjects = [shape for shape, column in held if column.is_subject]
        most = max((shape.keys for shape in subjects), default=0) or max(column.distinct for _, column in held)
        beyond = max((shape.keys - shape.known for shape in subjects), default=0)
        widest = max(held, key=lambda each: each[0].rows)[1]
        entities[domain] = entities_of(
            domain, max(most + beyond, 1), widest, lives, are_people=bool(subjects), randomness=randomness
        )
        of_most[domain] = max(most, 1)
    return Cast(entities=entities, of_most=of_most, lives=lives)


def _lives_in(shapes: Sequence[TableShape], seen: Seen) -> Lives:
    """Return what holds of everybody, so that one person fits all tables."""
    columns = [column for shape in shapes for column in shape.columns]
    years = [column.years for column in columns if column.kind == "birth_date" and column.years]
    return Lives(
        births=(min(first for first, _ in years), max(last for _, last in years)) if years else None,
        scripts=_scripts(columns),
        longest_name=_longest(columns, "name"),
        longest_reading=min(_longest(columns, "name_kana"), _longest(columns, "account_holder")),
        seen=seen,
    )


def _scripts(columns: Sequence[ColumnShape]) -> tuple[str, ...]:
    """Return a style of whole names in each script in which any column has them, and those in which they are drawn."""
    styles = (style for column in columns if column.kind in NAMES for style, _ in column.styles)
    scripts = {style.removeprefix("name/").split(" ")[0] for style in styles if style.startswith("name/")}
    return tuple(f"{script} space full" for script in sorted(scripts))


def _longest(columns: Sequence[ColumnShape], kind: str) -> int:
    return min((column.longest for column in columns if column.kind == kind and column.longest), default=_LONGEST)


def rows_of(shape: TableShape, cast: Cast, randomness: Randomness) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table in blocks, its columns under their labels."""
    who = _subjects(shape, cast, randomness)
    taken = {column.label: np.zeros(0, np.uint64) for column in shape.columns if column.unique and not column.domain}
    for start in range(0, shape.rows, _ROWS_A_BLOCK):
        block = _Block(shape, cast, who[start : start + _ROWS_A_BLOCK], randomness, taken)
        yield pl.DataFrame([block.column(place, each) for place, each in enumerate(shape.columns)])


def _subjects(shape: TableShape, cast: Cast, randomness: Randomness) -> np.ndarray:
    """Return for each row the place of the one it is about; where no code tells that, each is about another."""
    entities = cast.entities.get(shape.subject)
    if entities is None or not any(column.is_subject for column in shape.columns):
        return np.arange(shape.rows)
    return about(shape, entities, cast.of_most[shape.subject], randomness)


class _Block:
    """Some rows of a table."""

    def __init__(
        self, shape: TableShape, cast: Cast, who: np.ndarray, randomness: Randomness, taken: dict[str, Hashes]
    ) -> None:
        self._cast = cast
        self._who = who
        self._taken = taken
        self._rows = Draws(random_words(randomness, len(who)))
        entities = cast.entities.get(shape.subject)
        known = any(column.is_subject for column in shape.columns)
        self._people = Draws(entities.words[who] if entities and known else cast.lives.words(len(who), randomness))

    def column(self, place: int, shape: ColumnShape) -> pl.Series:
        """Return a column's cells."""
        chance = self._rows.again(f"column/{place}")
        cells = self._keys(shape, chance) if shape.domain else self._values(shape, chance)
        null = pl.Series(chance.chance("null", shape.nulls))
        return pl.select(pl.when(~null).then(cells)).to_series().alias(shape.label)

    def _keys(self, shape: ColumnShape, chance: Draws) -> pl.Series:
        """Return keys: of those the rows are about, of their households, or of anybody."""
        entities = self._cast.entities[shape.domain]
        if shape.is_subject:
            return entities.keys.gather(self._who)
        draws = self._people if shape.domain == "household" else chance
        return entities.keys.gather(draws.below(f"key/{shape.domain}", len(entities)))

    def _values(self, shape: ColumnShape, chance: Draws) -> pl.Series:
        """Return values: the words that many have as often as they have them, else invented ones."""
        words, shares = [word for word, _ in shape.words], [share for _, share in shape.words]
        rest = max(1 - shape.nulls - sum(shares), 0.0)
        chosen = chance.pick("word", [*shares, rest or 1e-12])
        told = pl.Series([*words, None], dtype=pl.String).gather(chosen)
        invented = np.flatnonzero(chosen == len(words))
        if len(invented):
            told = told.scatter(invented, self._invented(shape, chance, invented))
        return told

    def _invented(self, shape: ColumnShape, chance: Draws, rows: np.ndarray) -> pl.Series:
        """Return invented values for some rows, none of which a source has, nor the column twice if it must not."""
        draws = (chance if shape.kind in OF_THE_ROW else self._people).of(rows)
        styles = pl.Series([style for style, _ in shape.styles]).gather(
            chance.of(rows).pick("style", [weight for _, weight in shape.styles])
        )
        cells = self._dressed(shape, styles, draws)
        is_wrong = _Doubts(shape, self._cast.seen, self._taken.get(shape.label), cells)
        for _ in range(_TRIES):
            wrong = is_wrong.places()
            if not len(wrong):
                break
            draws = draws.again("value")
            other = self._dressed(shape, styles.gather(wrong), draws.of(wrong))
            is_wrong.see(wrong, other)
            cells = cells.scatter(wrong, other)
        else:
            cells = cells.str.head(shape.longest or _LONGEST)
            is_wrong.see(np.arange(len(cells)), cells)
            cells = cells.scatter(is_wrong.places(), None)
        if shape.unique:
            self._taken[shape.label] = rising([self._taken[shape.label], self._cast.seen.hashes(cells.drop_nulls())])
        return cells

    def _dressed(self, shape: ColumnShape, styles: pl.Series, draws: Draws) -> pl.Series:
        return dressed(shape.kind, styles, draws, days=self._days(shape, draws))

    def _days(self, shape: ColumnShape, draws: Draws) -> Days:
        """Return the days that dates tell: of birth those of the person, others within the years of the column."""
        if shape.kind == "birth_date":
            return self._cast.lives.birth_days(draws)
        years = shape.years or (_FIRST_YEAR, _LAST_YEAR)
        first, after = (np.datetime64(f"{year}-01-01") for year in (years[0], years[1] + 1))
        within: Days = first + draws.below("day", int((after - first).astype(int)))
        return within


class _Doubts:
    """Which of some invented cells may not be: a source has them, they are there twice though they must not, or too long."""

    def __init__(self, shape: ColumnShape, seen: Seen, taken: Hashes | None, cells: pl.Series) -> None:
        self._shape = shape
        self._seen = seen
        self._taken = taken
        self._wrong = np.zeros(len(cells), np.bool_)
        self._hashes = np.zeros(len(cells), np.uint64)
        self.see(np.arange(len(cells)), cells)

    def see(self, places: np.ndarray, cells: pl.Series) -> None:
        """Look at what stands in some places now."""
        wrong = (cells.str.len_chars() > (self._shape.longest or _LONGEST)).fill_null(value=False).to_numpy()
        if self._shape.kind in GUARDED or self._shape.unique:
            self._hashes[places] = self._seen.hashes(cells)
        if self._shape.kind in GUARDED:
            wrong = wrong | self._seen.holds(self._shape.kind, self._hashes[places])
        self._wrong[places] = wrong & cells.is_not_null().to_numpy()

    def places(self) -> np.ndarray:
        """Return the places of the cells that may not be."""
        wrong = self._wrong
        if self._shape.unique and self._taken is not None:
            order = np.argsort(self._hashes, kind="stable")
            again = np.zeros(len(wrong), np.bool_)
            again[order[1:]] = self._hashes[order[1:]] == self._hashes[order[:-1]]
            wrong = wrong | again | is_in(self._hashes, self._taken)
        return np.flatnonzero(wrong)

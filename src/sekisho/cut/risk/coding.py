"""Rows as small integers: every later question about risk costs by the distinct combinations, not by the rows.

A column is coded by the places of its values in its hierarchy; rows that are equal in all columns become one combination with
a weight. Blocks are collapsed one by one, so a table larger than memory passes through; what stays is codes, never cells.
An empty text and a missing cell are one value, which a CSV cannot tell apart. A row that is ``*`` in every column was
suppressed by whoever made the table: it is counted, and stands in no combination.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.cut.risk.hierarchy import ALL, Hierarchy, Label, plain
from sekisho.cut.risk.packing import Codes, Counts, collapse, fit, gather, joined, narrow, pack
from sekisho.errors import Refused

HierarchyMaker = Callable[[Sequence[Label]], Hierarchy]

_UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """A column that is not to be learnt, beside the combinations.

    Attributes:
        column: its name.
        hierarchy: its values; only their order and whether they are numbers matters.
        combinations: a combination, for every pair of combination and value that occurs; ascending.
        values: its value, by code.
        weights: the rows of it.
    """

    column: str
    hierarchy: Hierarchy
    combinations: Counts = field(repr=False)
    values: Codes = field(repr=False)
    weights: Counts = field(repr=False)

    def among(self, places: NDArray[np.int64]) -> "Sensitive":
        """Return this column beside other combinations.

        Args:
            places: for every combination here, its number there, ascending but for -1 where it is not there.
        """
        moved = places[self.combinations]
        kept = moved >= 0
        return replace(self, combinations=moved[kept], values=self.values[kept], weights=self.weights[kept])


@dataclass(frozen=True, kw_only=True)
class Coded:
    """The distinct combinations of a table's quasi-identifiers.

    Attributes:
        columns: the quasi-identifiers.
        hierarchies: theirs, in the same order.
        codes: for every column, the place in its hierarchy of every combination's value.
        weights: the rows of every combination.
        suppressed: rows that are ``*`` throughout; they are in no combination.
        sensitive: the sensitive columns.
    """

    columns: tuple[str, ...]
    hierarchies: tuple[Hierarchy, ...]
    codes: tuple[Codes, ...] = field(repr=False)
    weights: Counts = field(repr=False)
    suppressed: int = 0
    sensitive: tuple[Sensitive, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows stand in a combination."""
        return int(self.weights.sum())

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each column can have."""
        return tuple(len(hierarchy.leaves) for hierarchy in self.hierarchies)

    @property
    def matrix(self) -> NDArray[np.uint32]:
        """The codes, column by column, as the kernel reads them."""
        codes = np.empty((len(self.codes), len(self.weights)), np.uint32)
        for row, each in zip(codes, self.codes, strict=True):
            row[:] = each
        return codes

    def find(self, frame: pl.DataFrame) -> NDArray[np.int64]:
        """Return the combination of every row of a block, -1 for those that are ``*`` throughout.

        Raises:
            Refused: a row is not among the rows that were coded: the table has changed in between.
        """
        columns = [_coded(frame[name], each) for name, each in zip(self.columns, self.hierarchies, strict=True)]
        stars = _suppressed(frame, self.columns)
        known = np.flatnonzero(~stars)
        if any((column[known] == _UNKNOWN).any() for column in columns):
            raise Refused("cut.risk_changed")
        found = np.full(frame.height, _UNKNOWN, np.int64)
        rows = [narrow(column[known], size) for column, size in zip(columns, self.sizes, strict=True)]
        found[known] = self._places(rows)
        if (found[known] == _UNKNOWN).any():
            raise Refused("cut.risk_changed")
        return found

    def _places(self, rows: Sequence[Codes]) -> NDArray[np.int64]:
        if self._keys is not None:
            return _found(self._keys, pack(rows, self.sizes))
        # Packed together, so that numbers of rows that do not fit into 64 bits can be compared.
        both = zip(self.codes, rows, self.sizes, strict=True)
        packed = pack([joined(parts, most) for *parts, most in both], self.sizes)
        keys, wanted = packed[: len(self.weights)], packed[len(self.weights) :]
        order = np.argsort(keys)
        return np.append(order, _UNKNOWN)[_found(keys[order], wanted)]

    @cached_property
    def _keys(self) -> NDArray[np.uint64] | None:
        """The combinations as numbers, which ascend; None where they do not fit into 64 bits."""
        return pack(self.codes, self.sizes) if fit(self.sizes) else None


def code(
    frames: pl.DataFrame | Iterable[pl.DataFrame],
    quasi: Sequence[str],
    hierarchies: Mapping[str, Hierarchy | HierarchyMaker] | None = None,
    *,
    sensitive: Sequence[str] = (),
) -> Coded:
    """Code a table, or the blocks of one.

    Args:
        frames: the table.
        quasi: its quasi-identifiers, one at least.
        hierarchies: by column, a hierarchy or what makes one of the values that occur, such as
            :func:`~sekisho.cut.risk.hierarchy.dates`; a column without one is published as it stands or as ``*``.
        sensitive: columns that are not to be learnt.

    Raises:
        Refused: a value is not in the hierarchy given for its column.
    """
    made = hierarchies or {}
    coding = Coding(quasi=tuple(quasi), sensitive=tuple(sensitive))
    for frame in [frames] if isinstance(frames, pl.DataFrame) else frames:
        coding.add(frame)
    return coding.finish(made)


def coded_rows(
    columns: Sequence[Codes],
    hierarchies: Sequence[Hierarchy],
    *,
    quasi: Sequence[str],
    sensitive: Sequence[str] = (),
    weights: Counts | None = None,
) -> Coded:
    """Gather rows that are codes already.

    Args:
        columns: the places of every row's values in the hierarchies: the quasi-identifiers, then the sensitive columns.
        hierarchies: those of all columns.
        quasi: the quasi-identifiers.
        sensitive: columns that are not to be learnt.
        weights: how often each row counts; once if not given.
    """
    sizes = [max(1, len(hierarchy.leaves)) for hierarchy in hierarchies]
    columns, weights = collapse(columns, sizes, weights)
    packed = pack(columns[: len(quasi)], sizes[: len(quasi)])
    first, counts = gather(packed, weights)
    combination = np.unique(packed, return_inverse=True)[1] if sensitive else packed.astype(np.int64)
    return Coded(
        columns=tuple(quasi),
        hierarchies=tuple(hierarchies[: len(quasi)]),
        codes=tuple(column[first] for column in columns[: len(quasi)]),
        weights=counts,
        sensitive=tuple(
            _beside(name, hierarchy, combination, column, weights)
            for name, hierarchy, column in zip(sensitive, hierarchies[len(quasi) :], columns[len(quasi) :], strict=True)
        ),
    )


@dataclass(slots=True, kw_only=True)
class Coding:
    """A coding under way: :meth:`add` block by block, then :meth:`finish`.

    Values are numbered as they come, 0 being the empty cell, because the hierarchies may be made of them.
    """

    quasi: tuple[str, ...]
    sensitive: tuple[str, ...] = ()
    _numbering: dict[str, pl.Series] = field(init=False, repr=False)
    _sizes: dict[str, int] = field(init=False, repr=False)
    _columns: list[tuple[Codes, ...]] = field(default_factory=list, init=False, repr=False)
    _weights: list[Counts] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        names = (*self.quasi, *self.sensitive)
        if not self.quasi or len(set(names)) < len(names):
            raise ValueError("a column is named once, and one quasi-identifier at least")
        # Polars forgets a numbering with the last column that has it, so an empty one is kept.
        self._numbering = {name: pl.Series(dtype=pl.Categorical(pl.Categories.random())) for name in names}
        self._sizes = dict.fromkeys(names, 1)

    def add(self, frame: pl.DataFrame) -> None:
        """Add a block."""
        numbered = [self._number(frame[name]) for name in self._numbering]
        columns, weights = collapse(numbered, list(self._sizes.values()))
        self._columns.append(columns)
        self._weights.append(weights)

    def finish(self, hierarchies: Mapping[str, Hierarchy | HierarchyMaker]) -> Coded:
        """Bring what was added into the order of the hierarchies."""
        values = {name: self._values(name) for name in self._numbering}
        columns, weights = self._together()
        stars = _all_stars(columns[: len(self.quasi)], [values[name] for name in self.quasi])
        columns, suppressed, weights = [each[~stars] for each in columns], int(weights[stars].sum()), weights[~stars]
        ordered, orders = [], []
        for name, column in zip(self._numbering, columns, strict=True):
            used = np.bincount(column, minlength=len(values[name])) > 0
            kept = [value for value, occurs in zip(values[name], used, strict=True) if occurs]
            order = _hierarchy(hierarchies.get(name, plain), kept)
            ordered.append(_recoded(column, values[name], used, order, name))
            orders.append(order)
        found = coded_rows(ordered, orders, quasi=self.quasi, sensitive=self.sensitive, weights=weights)
        return replace(found, suppressed=suppressed)

    def _number(self, cells: pl.Series) -> Codes:
        physical = cells.cast(pl.String).cast(self._numbering[cells.name].dtype).to_physical()
        codes = physical.cast(pl.Int64).fill_null(_UNKNOWN).to_numpy() + 1
        size = self._sizes[cells.name] = max(self._sizes[cells.name], int(codes.max(initial=0)) + 1)
        return narrow(codes, size)

    def _values(self, name: str) -> list[Label]:
        dtype = self._numbering[name].dtype
        assert isinstance(dtype, pl.Categorical)
        return [None, *dtype.categories.to_series()]

    def _together(self) -> tuple[list[Codes], Counts]:
        if not self._columns:
            return [np.zeros(0, np.uint8) for _ in self._numbering], np.zeros(0, np.int64)
        blocks = zip(self._sizes.values(), zip(*self._columns, strict=True), strict=True)
        return [joined(parts, size) for size, parts in blocks], np.concatenate(self._weights)


def _found(keys: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the places of numbers among ascending ones, -1 for those that are not there."""
    places = np.searchsorted(keys, wanted)
    there = np.append(keys, np.uint64(0))[places] == wanted
    return np.where(there & (places < len(keys)), places, _UNKNOWN)


def _hierarchy(given: Hierarchy | HierarchyMaker, values: Sequence[Label]) -> Hierarchy:
    hierarchy = given if isinstance(given, Hierarchy) else given(values)
    return hierarchy.with_empty() if any(not value for value in values) else hierarchy


def _recoded(column: Codes, values: Sequence[Label], used: NDArray[np.bool_], hierarchy: Hierarchy, name: str) -> Codes:
    places = {leaf: place for place, leaf in enumerate(hierarchy.leaves)}
    table = np.array([places.get(value or None, _UNKNOWN) for value in values], np.int64)
    if unknown := int((used & (table == _UNKNOWN)).sum()):
        raise Refused("cut.hierarchy_misses", column=name, values=unknown)
    return narrow(table[column], len(hierarchy.leaves))


def _beside(name: str, hierarchy: Hierarchy, combination: Counts, values: Codes, weights: Counts) -> Sensitive:
    key = combination.astype(np.uint64) * np.uint64(max(1, len(hierarchy.leaves))) + values
    first, counts = gather(key, weights)
    return Sensitive(
        column=name, hierarchy=hierarchy, combinations=combination[first], values=values[first], weights=counts
    )


def _all_stars(columns: Sequence[Codes], values: Sequence[Sequence[Label]]) -> NDArray[np.bool_]:
    stars = np.ones(len(columns[0]), np.bool_)
    for column, known in zip(columns, values, strict=True):
        stars &= (column == known.index(ALL)) if ALL in known else False
    return stars


def _suppressed(frame: pl.DataFrame, columns: Sequence[str]) -> NDArray[np.bool_]:
    stars = frame.select(pl.all_horizontal(pl.col(name).cast(pl.String).eq_missing(ALL) for name in columns))
    return stars.to_series().to_numpy()


def _coded(cells: pl.Series, hierarchy: Hierarchy) -> NDArray[np.int64]:
    """Return the places of cells in a hierarchy, -1 for those that are not in it."""
    texts = cells.cast(pl.String)
    texts = texts.set(texts == "", None)
    leaves = pl.Series([leaf for leaf in hierarchy.leaves if leaf is not None], dtype=pl.String)
    places = np.array([place for place, leaf in enumerate(hierarchy.leaves) if leaf is not None], np.int64)
    empty = hierarchy.leaves.index(None) if None in hierarchy.leaves else _UNKNOWN
    physical = texts.cast(pl.Enum(leaves), strict=False).to_physical().cast(pl.Int64).fill_null(_UNKNOWN).to_numpy()
    coded = np.append(places, _UNKNOWN)[physical]
    return np.where(texts.is_null().to_numpy(), empty, coded)

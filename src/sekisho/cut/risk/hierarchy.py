"""Generalisation hierarchies: for every value of a column, the labels under which it may be published, ever broader.

Files are those of ARX: a line a value, ``leaf;level 1;…;*``. Leaves are kept in depth-first order, numbers by their value, so
that whatever a label covers lies side by side and "from code 3 to code 7" is a range that has a lowest common label.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.canon.date import parse_date
from sekisho.canon.number import postal_code
from sekisho.errors import Unreadable

ALL = "*"
Label = str | None
Path = tuple[Label, ...]


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """The labels of a column's values.

    Attributes:
        labels: for every level, from the values themselves to ``*``, the label of every leaf in order. None is the empty
            cell, which is a value of its own.
    """

    labels: tuple[tuple[Label, ...], ...]

    @property
    def leaves(self) -> tuple[Label, ...]:
        """The values, in depth-first order: a value's place here is its code."""
        return self.labels[0]

    @property
    def height(self) -> int:
        """How many levels there are, that of the values and that of ``*`` among them."""
        return len(self.labels)

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """For every level, the number of every leaf's label on it, from 0 in order of the leaves."""
        changes = [[left != right for left, right in pairwise(level)] for level in self.labels]
        numbers = np.zeros((self.height, len(self.leaves)), np.int64)
        if len(self.leaves) > 1:
            np.cumsum(np.array(changes), axis=1, out=numbers[:, 1:])
        return numbers

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """For every level, how many leaves have the label of this leaf."""
        return np.array([np.bincount(level)[level] for level in self.groups], np.int64).reshape(self.groups.shape)

    def common(self, least: NDArray[np.integer[Any]], most: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """Return the lowest level on which the leaves from ``least`` to ``most`` have one label.

        Leaves stand in depth-first order: the first and the last have a label in common if all between them have.
        """
        levels = np.zeros(len(least), np.uint8)
        for level in self.groups[:-1]:
            levels += level[least] != level[most]
        return levels

    @cached_property
    def names(self) -> tuple[Label, ...]:
        """The distinct labels of all levels, ``*`` among them even without a leaf."""
        return tuple(dict.fromkeys([*(label for level in self.labels for label in level), ALL]))

    @cached_property
    def named(self) -> NDArray[np.int64]:
        """For every level and leaf, the place of its label in the names: what a reader of the label can tell apart."""
        places = {name: place for place, name in enumerate(self.names)}
        return np.array([[places[label] for label in level] for level in self.labels], np.int64)

    @cached_property
    def numbers(self) -> NDArray[np.float64] | None:
        """The leaves as numbers, without the empty cell; None if one is not a number."""
        values = [_number(leaf) for leaf in self.leaves if leaf is not None]
        return None if not values or None in values else np.array(values, np.float64)

    def with_empty(self) -> "Hierarchy":
        """Return this hierarchy with the empty cell as one more value, which stays empty below ``*``."""
        if None in self.leaves:
            return self
        return Hierarchy(labels=(*((*level, None) for level in self.labels[:-1]), (*self.labels[-1], ALL)))


def read_hierarchy(text: str | bytes) -> Hierarchy:
    """Read a hierarchy as ARX writes it: ``leaf;level 1;…;*``, a line a value. An empty value is the empty cell.

    Raises:
        Unreadable: not UTF-8; a line of another length; a value twice; a label with two labels above it; a last level that
            is not ``*``. The message names the line, never a value: leaves are cells.
    """
    paths: list[Path] = []
    lines: dict[Label, int] = {}
    parents: dict[tuple[int, Label], Label] = {}
    for line, path in _lines(text):
        if path[-1] != ALL or len(path) < 2:
            raise Unreadable("cut.hierarchy_top", line=line)
        if paths and len(path) != len(paths[0]):
            raise Unreadable("cut.hierarchy_width", line=line, found=len(path), wanted=len(paths[0]))
        if lines.setdefault(path[0], line) != line:
            raise Unreadable("cut.hierarchy_twice", line=line, first=lines[path[0]])
        for level, (label, parent) in enumerate(pairwise(path)):
            if level and parents.setdefault((level, label), parent) != parent:
                raise Unreadable("cut.hierarchy_forks", line=line, level=level)
        paths.append(path)
    if not paths:
        raise Unreadable("cut.hierarchy_empty")
    return _of(paths)


def plain(values: Iterable[Label]) -> Hierarchy:
    """Return a hierarchy of two levels: the value, or ``*``."""
    return _of([(value, ALL) for value in _distinct(values)])


def bands(values: Iterable[Label], widths: Sequence[int] = (5, 10, 20)) -> Hierarchy:
    """Return numbers in bands such as ``40-44``, ever wider, then ``*``.

    What is no whole number goes from itself to ``*``.

    Raises:
        ValueError: a width does not divide the next, so that a band would lie in two.
    """
    if any(wide % narrow for narrow, wide in pairwise(widths)) or min(widths, default=1) < 1:
        raise ValueError("every width must divide the next")
    return _of([(value, *(_band(value, width) for width in widths), ALL) for value in _distinct(values)])


def dates(values: Iterable[Label]) -> Hierarchy:
    """Return dates, western or by era, by day, month, year and decade, then ``*``; what is no date goes to ``*``."""
    return _of([_date_path(value) for value in _distinct(values)])


def postal_codes(values: Iterable[Label]) -> Hierarchy:
    """Return Japanese postal codes by their seven, three and two digits, then ``*``; what is none goes to ``*``."""
    return _of([_postal_path(value) for value in _distinct(values)])


def _lines(text: str | bytes) -> Iterable[tuple[int, Path]]:
    try:
        words = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unreadable("cut.hierarchy_not_utf8") from None
    for line, row in enumerate(words.split("\n"), 1):
        if stripped := row.removesuffix("\r"):
            yield line, tuple(label or None for label in stripped.split(";"))


def _of(paths: Sequence[Path]) -> Hierarchy:
    """Order paths depth-first: numbers by value where no label is torn apart by it, all else by the labels from the top."""
    numbers = [None if path[0] is None else _number(path[0]) for path in paths]
    if None not in numbers:
        ordered = [path for _, path in sorted(zip(numbers, paths, strict=True), key=lambda pair: (pair[0], pair[1][0]))]
        if _together(ordered):
            return _transposed(ordered)
    least: dict[tuple[int, Label], float] = {}
    for path, number in zip(paths, numbers, strict=True):
        for level, label in enumerate(path):
            value = np.inf if number is None else number
            least[level, label] = min(value, least.get((level, label), np.inf))
    return _transposed(sorted(paths, key=lambda path: _depth_first(path, least)))


def _transposed(paths: Sequence[Path]) -> Hierarchy:
    return Hierarchy(labels=tuple(zip(*paths, strict=True)) if paths else ((), ()))


def _depth_first(path: Path, least: Mapping[tuple[int, Label], float]) -> list[tuple[bool, float, str]]:
    """Order labels by the least number under them, then by themselves; the empty cell last, as where it is added later."""
    levels = reversed(list(enumerate(path)))
    return [(label is None, least[level, label], label or "") for level, label in levels]


def _together(paths: Sequence[Path]) -> bool:
    for level in zip(*paths, strict=True):
        runs = sum(left != right for left, right in pairwise(level)) + 1
        if runs != len(set(level)):
            return False
    return True


def _distinct(values: Iterable[Label]) -> list[Label]:
    return list(dict.fromkeys(value or None for value in values))


def _number(text: str) -> float | None:
    try:
        number = None if "_" in text else float(text)
    except ValueError:
        return None
    return number if number is not None and np.isfinite(number) else None


def _band(value: Label, width: int) -> Label:
    try:
        low = int(value or "") // width * width
    except ValueError:
        return ALL
    return str(low) if width == 1 else f"{low}-{low + width - 1}"


def _date_path(value: Label) -> Path:
    day = parse_date(value) if value else None
    if day is None:
        return (value, ALL, ALL, ALL, ALL)
    decade = day.year // 10 * 10
    return (value, f"{day:%Y-%m}", f"{day.year:04d}", f"{decade}-{decade + 9}", ALL)


def _postal_path(value: Label) -> Path:
    digits = postal_code(value) if value else None
    return (value, ALL, ALL, ALL) if digits is None else (value, digits[:3], digits[:2], ALL)

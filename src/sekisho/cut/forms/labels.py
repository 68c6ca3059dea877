"""The form of a hierarchy: a value becomes its label on one level, and what the file does not have leaves as nothing."""

from collections.abc import Callable
from pathlib import Path

from sekisho.cut.risk.hierarchy import Hierarchy, read_hierarchy


def read_labels(path: Path) -> Hierarchy:
    """Read a file of labels as ARX writes it.

    Raises:
        OSError: it is not there, or may not be read.
        Unreadable: it is no such file.
    """
    return read_hierarchy(path.read_bytes())


def labelled(hierarchy: Hierarchy, level: int) -> Callable[[str], str | None]:
    """Return what gives a value its label on a level, from 1: the first above the values themselves."""
    labels = dict(zip(hierarchy.leaves, hierarchy.labels[level], strict=True))
    return labels.get

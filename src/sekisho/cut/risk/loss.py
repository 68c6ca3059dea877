"""What publishing labels in place of values costs, after Iyengar (KDD 2002): the loss metric LM.

A cell loses (leaves under its label − 1) ÷ (leaves − 1), a suppressed row 1 in every cell; the loss of a table is the mean over
its cells. What a label covers is every value that could stand under it, on whichever level. One function,
:func:`score`, scores every tool's output by its labels alone.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.cut.risk.hierarchy import ALL, Hierarchy, Label


def cell_losses(hierarchy: Hierarchy) -> NDArray[np.float64]:
    """Return, for every level and leaf, what is lost where the leaf is published on that level."""
    return (hierarchy.sizes - 1) / max(1, len(hierarchy.leaves) - 1)


def score(published: pl.DataFrame, hierarchies: Mapping[str, Hierarchy]) -> float:
    """Return the loss of a published table by its labels.

    Args:
        published: the table; its columns without a hierarchy are not looked at.
        hierarchies: those of its quasi-identifiers.

    Raises:
        KeyError: a label that is in no hierarchy of its column.
    """
    if not published.height:
        return 0.0
    lost = pl.DataFrame({name: _lost(published[name], each) for name, each in hierarchies.items()})
    gone = published.select(pl.all_horizontal(pl.col(name).eq_missing(ALL) for name in hierarchies)).to_series()
    kept = lost.filter(~gone)
    return (float(kept.sum().transpose().sum().item() or 0) / lost.width + int(gone.sum())) / published.height


def _lost(labels: pl.Series, hierarchy: Hierarchy) -> pl.Series:
    covered: dict[Label, set[Label]] = {}
    for level in hierarchy.labels:
        for leaf, label in zip(hierarchy.leaves, level, strict=True):
            covered.setdefault(label, set()).add(leaf)
    most = max(1, len(hierarchy.leaves) - 1)
    distinct = labels.unique()
    losses = pl.Series([(len(covered[label]) - 1) / most for label in distinct], dtype=pl.Float64)
    return labels.replace_strict(distinct, losses, return_dtype=pl.Float64)

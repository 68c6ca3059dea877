"""Telling the risk of a table: how far people could be told apart in it, and by which columns. No cell of it."""

import numpy as np

from sekisho.cut.risk.coding import Coded
from sekisho.cut.risk.measure import measure
from sekisho.cut.risk.reported import LearntRisk, TableRisk
from sekisho.cut.risk.unique import unique_by_columns

SIZES = (1, 2, 3, 5, 10, 20, 100)
"""From how many rows on a group is counted with its like: alone, two, three or four, five to nine …"""

_SUBSETS = 10
_MOST_COLUMNS = 12  # of more, all sets of three are too many to be read, or counted
_PLACES = 6


def tell(coded: Coded, *, population: Coded | None = None, wanted: int = 5) -> TableRisk:
    """Measure a table and count what the report shows of it.

    Args:
        coded: the table.
        population: everybody who could be in it, where a table of them is given.
        wanted: the k to ask about.
    """
    risk = measure(coded, population=population, wanted=wanted)
    return TableRisk(
        rows=risk.rows,
        groups=risk.classes,
        k=risk.k,
        uniques=risk.uniques,
        below=risk.below,
        prosecutor_max=round(risk.prosecutor_max, _PLACES),
        prosecutor_average=round(risk.prosecutor_average, _PLACES),
        marketer=round(risk.marketer, _PLACES),
        high=round(risk.high, _PLACES),
        k_map=risk.k_map,
        journalist_max=_rounded(risk.journalist_max),
        journalist_average=_rounded(risk.journalist_average),
        learnt=[
            LearntRisk(field=each.column, l_diversity=each.l_diversity, t_closeness=round(each.t_closeness, _PLACES))
            for each in risk.learnt
        ],
        by_size=_by_size(coded.weights),
        alone=_alone(coded),
    )


def _alone(coded: Coded) -> list[tuple[list[str], int]]:
    subsets = unique_by_columns(coded, most=3 if len(coded.columns) <= _MOST_COLUMNS else 2)
    return [(list(each.columns), each.uniques) for each in subsets[:_SUBSETS] if each.uniques]


def _by_size(weights: np.ndarray) -> list[int]:
    places = np.searchsorted(SIZES, weights, side="right") - 1
    return [int(rows) for rows in np.bincount(places, weights, len(SIZES))]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)

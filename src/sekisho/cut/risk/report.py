"""What a report on risk tells of a table: how far people could be told apart in it, and by which columns. No cell of it."""

from typing import Literal

import msgspec
import numpy as np

from sekisho.cut.risk.coding import Coded
from sekisho.cut.risk.measure import measure
from sekisho.cut.risk.unique import unique_by_columns

SIZES = (1, 2, 3, 5, 10, 20, 100)
"""From how many rows on a group is counted with its like: alone, two, three or four, five to nine …"""

_SUBSETS = 10
_MOST_COLUMNS = 12  # of more, all sets of three are too many to be read, or counted
_PLACES = 6


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a report holds."""


class LearntRisk(_Part, frozen=True, kw_only=True):
    """What groups tell of one sensitive field; see :class:`sekisho.cut.risk.measure.Learnt`."""

    field: str
    l_diversity: int
    t_closeness: float


class TableRisk(_Part, frozen=True, kw_only=True):
    """How far people could be told apart in one table; see :class:`sekisho.cut.risk.measure.Risk`.

    Attributes:
        rows: rows that stand in a group.
        groups: groups of rows that are alike in all quasi-identifying fields.
        k: rows of the smallest group.
        uniques: rows that stand alone.
        below: rows in groups smaller than the k that is asked about.
        prosecutor_max: the highest chance of being found, for whoever knows that a person is in the table.
        prosecutor_average: that chance on average.
        marketer: the share of rows that are found where all are looked for.
        high: the share of rows whose chance of being found is above one in five.
        k_map: people of the population in the group with the fewest of them, where there is a table of the population.
        journalist_max: the highest chance of being found, for whoever knows only that a person is in the population.
        journalist_average: that chance on average.
        learnt: what groups tell of the sensitive fields.
        by_size: rows in groups of each of :data:`SIZES`.
        alone: the fields that make most rows unique, with how many, most first.
    """

    rows: int
    groups: int
    k: int
    uniques: int
    below: int
    prosecutor_max: float
    prosecutor_average: float
    marketer: float
    high: float
    k_map: int | None = None
    journalist_max: float | None = None
    journalist_average: float | None = None
    learnt: list[LearntRisk]
    by_size: list[int]
    alone: list[tuple[list[str], int]]


class RiskReport(_Part, frozen=True, kw_only=True):
    """The risk before and after, and what was done about it.

    Attributes:
        quasi: the fields by which somebody who knows a person could find the row.
        wanted: the k that was asked for, else about.
        method: how it was reached; empty where nothing was changed.
        loss: the share of what the fields said that was given up for it (Iyengar's loss).
        left_out: rows that were left out for it.
        before: of the table as it was.
        after: of what is published; None where nothing was to be.
    """

    quasi: list[str]
    wanted: int
    method: Literal["", "lattice", "mondrian", "local"] = ""
    loss: float = 0.0
    left_out: int = 0
    before: TableRisk
    after: TableRisk | None = None


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

"""What a report on risk holds of a table: how far people could be told apart in it, and by which columns. No cell of it.

Apart from how it is found, since every record of a cut holds one, and reading records is not to cost what tables do.
"""

from typing import Literal

import msgspec


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
        by_size: rows in groups of each of :data:`sekisho.cut.risk.report.SIZES`.
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

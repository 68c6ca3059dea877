"""A case: everything that documents, exports and pages about an incident are made from, at one moment. Values alone.

Who writes from it looks nothing up, so that the same case makes the same papers.
"""

from dataclasses import dataclass
from datetime import datetime

from sekisho.kinds.taxonomy import Kind
from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.obligation import Obligation


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident at one moment.

    Attributes:
        incident: its number.
        at: the moment.
        zone: of the clocks on the office's wall.
        origin: the name of its log.
        facts: as far as they were stated by then.
        obligations: as last computed from those facts.
        by_kind: how many persons' datum of each kind is concerned.
        by_field_set: how many persons share each set of kinds, largest first.
    """

    incident: int
    at: datetime
    zone: str
    origin: str
    facts: Facts
    obligations: tuple[Obligation, ...]
    by_kind: tuple[tuple[Kind, int], ...]
    by_field_set: tuple[tuple[tuple[Kind, ...], int], ...]

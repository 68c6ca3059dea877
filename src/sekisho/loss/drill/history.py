"""The history of drills: an entry of the ledger for each, with times, counts and codes, and nothing of what was rehearsed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sekisho.custody.office import Office
from sekisho.loss.drill.rehearsal import Milestone, Rehearsal, Where

EVENT = "drill.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A drill that was done.

    Attributes:
        at: when.
        where: on what.
        people: how many were on what was lost, at most.
        milliseconds: from the call to each milestone.
        slow: the steps that took longer than they should.
        missing: codes of what was missing.
    """

    at: datetime
    where: Where
    people: int
    milliseconds: Mapping[Milestone, int]
    slow: tuple[str, ...]
    missing: tuple[str, ...]


def record_drill(office: Office, done: Rehearsal) -> int:
    """Write to the real office's ledger that a drill was done; return the index of the entry."""
    times = {f"{step.milestone.value}_ms": round(step.since_call * 1000) for step in done.steps}
    with office.ledger.transaction() as tx:
        return tx.append(
            EVENT,
            fields={
                "where": done.where.value,
                "people": done.people,
                "slow": [milestone.value for milestone in done.slow],
                "missing": list(done.missing),
                **times,
            },
        )


def drills(office: Office) -> list[Done]:
    """Return every drill, oldest first."""
    return [
        Done(
            at=entry.at,
            where=Where(str(entry.fields["where"])),
            people=int(str(entry.fields["people"])),
            milliseconds={
                milestone: int(str(entry.fields[f"{milestone.value}_ms"]))
                for milestone in Milestone
                if f"{milestone.value}_ms" in entry.fields
            },
            slow=_words(entry.fields["slow"]),
            missing=_words(entry.fields["missing"]),
        )
        for entry in office.ledger.entries()
        if entry.type == EVENT
    ]


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()

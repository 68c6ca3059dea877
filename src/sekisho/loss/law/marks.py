"""The marks of what an obligation rests on: a date is no better checked than the weakest field that it was counted from."""

from collections.abc import Iterable

from sekisho.loss.law.condition import read_condition
from sekisho.loss.law.obligation import Mark
from sekisho.loss.law.record import Clock, Record, mark_of

_STRENGTH = (Mark.READ, Mark.SECONDARY, Mark.MEMORY, Mark.EXAMPLE)


def date_marks(record: Record, clock: Clock, fields: Iterable[str]) -> tuple[str, ...]:
    """Return what a record says of the fields that a stage rests on, each as ``R (reason)``; what is nearer goes before what is wider."""
    found = [record.check_fields.get(name) for name in (f"clocks[{clock.stage}]", "clocks")]
    for field in fields:
        near = record.check_fields.get(f"clocks[{clock.stage}].{field}")
        found.append(near or record.check_fields.get(f"clocks.{field}"))
    return tuple(dict.fromkeys(each for each in found if each))


def trigger_mark(record: Record, conditions: Iterable[str]) -> Mark:
    """Return the mark of what made a record hold: the best of those conditions that did, for one is enough."""
    named = (f"trigger.{read_condition(text).key}" for text in conditions)
    marks = [mark_of(record.check_fields.get(name, record.check)) for name in named]
    return min(marks, key=_STRENGTH.index, default=mark_of(record.check))

"""What a schema cannot see in a record of law: conditions on no fact, clocks that cannot be counted, names that are nowhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sekisho.catalogue.words import Said
from sekisho.loss.facts.vocabulary import Type, vocabulary
from sekisho.loss.law.condition import BadCondition, read_condition
from sekisho.loss.law.obligation import Mark
from sekisho.loss.law.record import Clock, Exemption, Limit, LimitIf, Record, mark_of

KEY_STATE_UNKNOWN = "key_state_unknown"
"""What blocks an exemption while nobody knows whether the key is safe."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a record.

    Attributes:
        where: the place within it, as ``.clocks[0].limit``.
        said: what is wrong.
    """

    where: str
    said: Said


@singledispatch
def faults_of(
    part: Record | Exemption,
    exemptions: Mapping[str, Exemption] | None = None,
    sets: Mapping[str, object] | None = None,
) -> Iterator[Fault]:
    """Yield what is wrong with a record or an exemption.

    Args:
        part: which.
        exemptions: those that a record may name.
        sets: the lists of contents that a record may name.
    """
    raise NotImplementedError


@faults_of.register
def _(
    part: Record, exemptions: Mapping[str, Exemption] | None = None, sets: Mapping[str, object] | None = None
) -> Iterator[Fault]:
    yield from _days(part)
    yield from _trigger(part)
    for number, clock in enumerate(part.clocks):
        yield from _clock(clock, f".clocks[{number}]")
    stages = [clock.stage for clock in part.clocks]
    if not stages:
        yield _fault(".clocks", "no_clock")
    if len(set(stages)) != len(stages):
        yield _fault(".clocks", "same_stage")
    for number, name in enumerate(part.exempt):
        if name not in (exemptions or {}):
            yield _fault(f".exempt[{number}]", "no_such_exemption", name=name)
    for name in (part.contents.set, part.contents.person_set):
        if name and name not in (sets or {}):
            yield _fault(".contents", "no_such_set", name=name)
    if not part.sources and mark_of(part.check) in (Mark.READ, Mark.SECONDARY):
        yield _fault("", "no_source")
    yield from _check_fields(part, stages)


@faults_of.register
def _(part: Exemption, *_: object) -> Iterator[Fault]:
    if not part.sources and mark_of(part.check) in (Mark.READ, Mark.SECONDARY):
        yield _fault("", "no_source")
    for number, name in enumerate(part.blocks_if):
        kind = vocabulary().get(name)
        if name != KEY_STATE_UNKNOWN and (kind is None or kind.type is not Type.FLAG):
            yield _fault(f".blocks_if[{number}]", "no_flag", name=name)
    limbs = (*part.all, *part.any_of)
    if len(set(limbs)) != len(limbs):
        yield _fault("", "same_limb")


def _days(record: Record) -> Iterator[Fault]:
    for name in ("effective_from", "effective_to", "checked_on"):
        value = getattr(record, name)
        if value is not None and _day(value) is None:
            yield _fault(f".{name}", "no_day", name=name)
    first, last = record.effective_from, record.effective_to
    if first and last and first > last:
        yield _fault(".effective_to", "ends_first")
    if record.zone and not _is_zone(record.zone):
        yield _fault(".zone", "no_zone")


def _trigger(record: Record) -> Iterator[Fault]:
    parts = {"all": record.trigger.all, "any": record.trigger.any, "unless": record.trigger.unless}
    if not any(parts.values()):
        yield _fault(".trigger", "no_trigger")
    for name, conditions in parts.items():
        yield from _conditions(conditions, f".trigger.{name}")


def _conditions(conditions: tuple[str, ...], where: str) -> Iterator[Fault]:
    for number, text in enumerate(conditions):
        try:
            read_condition(text)
        except BadCondition as error:
            yield _fault(f"{where}[{number}]", f"condition_{error}", condition=text)


def _clock(clock: Clock, where: str) -> Iterator[Fault]:
    numbers = _numbers(clock.limit)
    counted = bool(numbers) or clock.last_day is not None
    if len(numbers) > 1 or not (numbers or clock.limit.text) or (numbers and clock.last_day is not None):
        yield _fault(f"{where}.limit", "one_limit")
    if any(len(_numbers(each)) != 1 for each in clock.limit_if):
        yield _fault(f"{where}.limit_if", "one_limit")
    if counted and not clock.start:
        yield _fault(where, "no_start")
    if (counted and (clock.count == "hours") != (numbers == ["hours"])) or (counted and clock.count is None):
        yield _fault(where, "count")
    if clock.roll != "none" and numbers != ["days"]:
        yield _fault(f"{where}.roll", "roll")
    if clock.warn_day is not None and (clock.last_day is None or clock.warn_day > clock.last_day):
        yield _fault(f"{where}.warn_day", "warn_day")
    if clock.done_by and (clock.done_by not in vocabulary() or vocabulary()[clock.done_by].type is not Type.TIME):
        yield _fault(f"{where}.done_by", "no_time", name=clock.done_by)
    yield from _conditions(clock.when, f"{where}.when")
    yield from _conditions(clock.when_any, f"{where}.when_any")
    yield from _conditions(tuple(each.when for each in clock.limit_if), f"{where}.limit_if")


def _numbers(limit: Limit | LimitIf) -> list[str]:
    return [name for name in ("hours", "days", "business_days") if getattr(limit, name) is not None]


def _check_fields(record: Record, stages: list[str]) -> Iterator[Fault]:
    for field in record.check_fields:
        head = field.split(" ")[0].split(".")[0]
        name, _, stage = head.partition("[")
        if name not in Record.__struct_fields__ or (stage and stage.rstrip("]") not in stages):
            yield _fault(".check_fields", "no_such_field", name=field)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _fault(where: str, what: str, **values: object) -> Fault:
    return Fault(where, Said(f"law_fault.{what}", values))

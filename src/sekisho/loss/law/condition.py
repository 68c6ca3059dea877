"""Conditions of records of law over facts: three-valued, and on the upper bound of what is uncertain.

    persons > 1000        a count against a number
    risk == high          a word against a word
    malicious             a flag

A count has a least and a most (``persons`` and ``persons_max``). What may be more is taken at its most: a threshold holds
where the most passes it, and surely where the least does. Where the most is unknown and the least does not pass, nobody knows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sekisho.loss.facts.fact import Facts
from sekisho.loss.facts.vocabulary import Type, vocabulary
from sekisho.loss.law.record import Trigger

_FORM = re.compile(r"(?P<key>[a-z][a-z0-9_]*)(?: *(?P<sign>>=|<=|==|!=|>|<) *(?P<value>[a-z0-9_]+))?")
_OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}
_MOST = "_max"


class BadCondition(ValueError):
    """A condition that cannot be asked: not of the form, of no fact, or of one of another type."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition.

    Attributes:
        key: the fact that it asks.
        sign: how it compares; empty for a flag.
        value: with what; empty for a flag.
    """

    key: str
    sign: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.sign} {self.value}" if self.sign else self.key


@dataclass(frozen=True, slots=True)
class Finding:
    """What facts say of a condition, or of several.

    Attributes:
        holds: whether it does; None where nobody knows.
        why: what was found, each as ``persons 460517 > 100``.
        unknown: keys of the facts that would tell.
        conditions: those that made it hold, as they stand in the record.
    """

    holds: bool | None
    why: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def read_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        BadCondition: it cannot be asked; says why.
    """
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise BadCondition("form")
    condition = Condition(found["key"], found["sign"] or "", found["value"] or "")
    kind = vocabulary().get(condition.key)
    if kind is None:
        raise BadCondition("fact")
    match kind.type:
        case Type.FLAG if not condition.sign:
            return condition
        case Type.COUNT if condition.sign and condition.value.isdecimal():
            return condition
        case Type.WORD if condition.sign in ("==", "!=") and condition.value in kind.words:
            return condition
        case _:
            raise BadCondition("type")


def find(text: str, facts: Facts) -> Finding:
    """Hold facts against one condition."""
    condition = read_condition(text)
    match vocabulary()[condition.key].type:
        case Type.FLAG:
            return _flag(condition, facts)
        case Type.COUNT:
            return _count(condition, facts)
        case _:
            return _word(condition, facts)


def all_of(conditions: Iterable[str], facts: Facts) -> Finding:
    """Hold facts against several conditions of which every one has to hold."""
    found = [find(each, facts) for each in conditions]
    if failed := [each for each in found if each.holds is False]:
        return Finding(holds=False, why=_why(failed))
    if [each for each in found if each.holds is None]:
        return Finding(None, _why(found, holds=True), _unknown(found))
    return Finding(True, _why(found), (), _conditions(found))


def any_of(conditions: Iterable[str], facts: Facts) -> Finding:
    """Hold facts against several conditions of which one has to hold."""
    found = [find(each, facts) for each in conditions]
    if held := [each for each in found if each.holds]:
        return Finding(True, _why(held), (), _conditions(held))
    if unknown := _unknown(found):
        return Finding(None, (), unknown)
    return Finding(holds=False, why=_why(found))


def triggered(trigger: Trigger, facts: Facts) -> Finding:
    """Hold facts against a trigger."""
    parts = []
    if trigger.all:
        parts.append(all_of(trigger.all, facts))
    if trigger.any:
        parts.append(any_of(trigger.any, facts))
    if trigger.unless:
        parts.append(_none_of(trigger.unless, facts))
    return _together(parts)


def when_holds(when: tuple[str, ...], when_any: tuple[str, ...], facts: Facts) -> Finding:
    """Hold facts against what a stage asks for beside its record's trigger."""
    parts = [all_of(when, facts)] if when else []
    return _together([*parts, any_of(when_any, facts)] if when_any else parts)


def both(one: Finding, other: Finding) -> Finding:
    """Return what two findings say together."""
    return _together([one, other])


def _together(parts: list[Finding]) -> Finding:
    if failed := [each for each in parts if each.holds is False]:
        return Finding(holds=False, why=_why(failed))
    if [each for each in parts if each.holds is None]:
        return Finding(None, _why(parts), _unknown(parts), _conditions(parts))
    return Finding(True, _why(parts), (), _conditions(parts))


def _none_of(conditions: Iterable[str], facts: Facts) -> Finding:
    found = any_of(conditions, facts)
    if found.holds is None:
        return found
    if found.holds:
        return Finding(holds=False, why=found.why)
    return Finding(True, found.why, (), ())


def _flag(condition: Condition, facts: Facts) -> Finding:
    value = facts.flag(condition.key)
    if value is None:
        return Finding(None, (), (condition.key,))
    return Finding(value, (f"{condition.key} = {str(value).lower()}",), (), (str(condition),))


def _word(condition: Condition, facts: Facts) -> Finding:
    value = facts.text(condition.key)
    if not value:
        return Finding(None, (), (condition.key,))
    holds = (value == condition.value) == (condition.sign == "==")
    return Finding(holds, (f"{condition.key} = {value}",), (), (str(condition),))


def _count(condition: Condition, facts: Facts) -> Finding:
    least, most = bounds(condition.key, facts)
    number = int(condition.value)
    value = least if most is None else most
    sure = condition.sign in (">", ">=") and _compare(least, condition.sign, number)
    if most is None and not sure and _sure_of_least(least, condition.sign, number) is None:
        return Finding(None, (), (_asked(condition.key, facts),))
    holds = _compare(value, condition.sign, number)
    sign = condition.sign if holds else _OPPOSITE[condition.sign]
    return Finding(holds, (f"{condition.key} {value} {sign} {number}",), (), (str(condition),))


def bounds(key: str, facts: Facts) -> tuple[int, int | None]:
    """Return the least and the most that a count may be; None where nobody knows how many at most."""
    least, most = facts.number(key), facts.get(key + _MOST)
    if most is None:
        return least or 0, least
    upper = facts.number(key + _MOST)
    return least or 0, None if upper is None else max(upper, least or 0)


def _asked(key: str, facts: Facts) -> str:
    return key if facts.number(key) is None else key + _MOST


def _sure_of_least(least: int, sign: str, number: int) -> bool | None:
    """Say what the least alone decides of "fewer than": a count that is as many already is not fewer."""
    too_many = {"<": least >= number, "<=": least > number, "==": least > number}
    return False if too_many.get(sign) else None


def _compare(value: int, sign: str, number: int) -> bool:
    match sign:
        case ">":
            return value > number
        case ">=":
            return value >= number
        case "<":
            return value < number
        case "<=":
            return value <= number
        case "==":
            return value == number
        case _:
            return value != number


def _why(found: Iterable[Finding], *, holds: bool | None = None) -> tuple[str, ...]:
    return tuple(why for each in found if holds is None or each.holds is holds for why in each.why)


def _unknown(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for each in found if each.holds is None for key in each.unknown))


def _conditions(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(text for each in found for text in each.conditions)

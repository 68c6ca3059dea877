"""What a method of severity takes and gives: inputs that say where they come from, and a result that nobody adjusts by hand.

An input is derived from kinds of data, counts and facts by a rule that has a text. Somebody may set it otherwise with a reason;
then both values stand. Flags change no number, and none of them can be set.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from sekisho.errors import Misuse
from sekisho.kinds.taxonomy import Kind
from sekisho.loss.facts.fact import Facts

Number = int | float


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody set instead of what was derived.

    Attributes:
        value: what.
        reason: why; empty in the database, where it stands behind the entry.
        by: id of the key that signed for it.
    """

    value: float
    reason: str = ""
    by: str = ""

    def __repr__(self) -> str:
        return f"Override(value={self.value!r}, by={self.by!r})"


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input of a method.

    Attributes:
        name: of the input.
        derived: what the rule says.
        rule: text id of the rule, ``severity.rule_…``.
        because: ids of kinds, or facts with their values, that the rule went by.
        mark: how well the rule was checked: ``V``, ``V2``, ``R``.
        allowed: the values that there are, lowest first.
        override: what somebody set instead.
    """

    name: str
    derived: float
    rule: str
    because: tuple[str, ...] = ()
    mark: str = "V"
    allowed: tuple[float, ...] = ()
    override: Override | None = None

    @property
    def value(self) -> float:
        """What counts."""
        return self.derived if self.override is None else self.override.value


class Assessment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a method says.

    Attributes:
        method: its name.
        inputs: what went in.
        score: its number; None where the method has none.
        unit: of the number; ``JPY`` for yen for each person, else empty.
        level: its word; empty where the method has none.
        flags: what holds beside the number and changes nothing of it.
        why: text ids of what has to be said beside the result.
        mark: the weakest mark of what the number rests on.
        also: other numbers, by name: parts of the score, a total, what it would be with another reading.
    """

    method: str
    inputs: tuple[Input, ...]
    score: float | None
    unit: str = ""
    level: str
    flags: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    mark: str = "V"
    also: dict[str, float] = msgspec.field(default_factory=dict)

    def input(self, name: str) -> Input:
        """Return one of its inputs."""
        return next(each for each in self.inputs if each.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a loss is about, as far as methods look at it.

    Attributes:
        by_kind: how many persons' datum of each kind is concerned.
        together: the kinds that one person's data have at the most, by what they identify: the sets of kinds.
        persons: at the most; None while nobody knows.
        facts: of the incident.
        smallest_group: how many rows are alike in what could single a person out, as measured when the data were cut; None where
            it was not measured of everything that was lost.
    """

    by_kind: Mapping[Kind, int]
    together: Sequence[frozenset[str]]
    persons: int | None
    facts: Facts
    smallest_group: int | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Ids of the kinds that are concerned."""
        return frozenset(kind.id for kind in self.by_kind)


class Method(Protocol):
    """A method of assessing severity; the seam ``sekisho.severity``."""

    @property
    def name(self) -> str:
        """Its name in commands and records."""
        ...

    def derive(self, situation: Situation) -> tuple[Input, ...]:
        """Return every input with the rule that set it."""
        ...

    def assess(self, inputs: tuple[Input, ...]) -> Assessment:
        """Return what follows from inputs, and from nothing else."""
        ...


_MARKS = ("V", "V2", "R")


def weakest(marks: Iterable[str]) -> str:
    """Return the weakest of some marks."""
    return max(marks, key=_MARKS.index, default="V")


def overridden(inputs: Sequence[Input], overrides: Mapping[str, Override]) -> tuple[Input, ...]:
    """Return inputs of which some are set otherwise.

    Raises:
        Misuse: there is no such input, the value is none of those that there are, or no reason is given.
    """
    known = {each.name: each for each in inputs}
    for name, override in overrides.items():
        if name not in known or not known[name].allowed:
            names = " ".join(each.name for each in inputs if each.allowed)
            raise Misuse("loss.no_such_input", name=name, names=names)
        if override.value not in known[name].allowed:
            raise Misuse("loss.input_value", name=name, allowed=" ".join(f"{n:g}" for n in known[name].allowed))
        if not override.reason.strip():
            raise Misuse("loss.no_reason_to_set", name=name)
    return tuple(msgspec.structs.replace(each, override=overrides.get(each.name)) for each in inputs)

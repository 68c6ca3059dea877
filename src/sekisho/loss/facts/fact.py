"""A fact: the only thing that anything after a loss is written from. Pure.

A fact has a key of the vocabulary, a value, whoever or whatever says so, a time, and who may hear it. It is superseded,
never edited: what was thought on the night stays, and what is thought now stands beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sekisho.clock import from_text

Value = bool | int | str | tuple[str, ...] | None
"""A fact's value: a flag, a count or amount, a text, time (as :func:`~sekisho.clock.to_text`) or word of a list, several
texts; None where somebody looked and nobody knows."""


class Visibility(IntEnum):
    """Who may hear a fact; whoever may hear more hears everything below it too.

    Attributes:
        PUBLIC: everybody.
        REGULATOR: the authorities that a law names, and the police.
        INTERNAL: those in the office who work on the incident.
        SECRET: nobody by way of a document: it helps whoever holds what was lost.
    """

    PUBLIC = 0
    REGULATOR = 1
    INTERNAL = 2
    SECRET = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact.

    Attributes:
        n: its number within the incident, from 1.
        key: of the vocabulary.
        value: what is known; not in its ``repr``.
        visibility: who may hear it.
        source: who or what says so: ``ledger``, ``index``, ``register``, ``settings``, ``computed``, ``person:<id>``, or a
            word for a paper.
        at: when it was stated.
        supersedes: the number of the fact that it stands instead of; 0 where it is the first of its key.
    """

    n: int
    key: str
    value: Value = field(repr=False)
    visibility: Visibility
    source: str
    at: datetime
    supersedes: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of an incident, in the order in which they were stated."""

    stated: tuple[Fact, ...] = ()

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Facts":
        """Return facts in order of their numbers."""
        return cls(tuple(sorted(facts, key=lambda fact: fact.n)))

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.current().values())

    def current(self) -> Mapping[str, Fact]:
        """Return the newest fact of each key."""
        return {fact.key: fact for fact in self.stated}

    def get(self, key: str) -> Fact | None:
        """Return the newest fact of a key, if any was stated."""
        return next((fact for fact in reversed(self.stated) if fact.key == key), None)

    def value(self, key: str) -> Value:
        """Return what is known of a key; None where nobody said anything, or nobody knows."""
        fact = self.get(key)
        return None if fact is None else fact.value

    def number(self, key: str) -> int | None:
        """Return a count; None where it is not known, or none."""
        value = self.value(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, key: str) -> str:
        """Return a text; empty where there is none."""
        value = self.value(key)
        return value if isinstance(value, str) else ""

    def flag(self, key: str) -> bool | None:
        """Return a flag; None where it is not known."""
        value = self.value(key)
        return value if isinstance(value, bool) else None

    def time(self, key: str) -> datetime | None:
        """Return a time; None where it is not known."""
        text = self.text(key)
        return from_text(text) if text else None

    def visible_to(self, most: Visibility) -> "Facts":
        """Return the facts that may be heard, without any of a key whose newest one may not, nor its translations."""
        hidden = {key for key, fact in self.current().items() if fact.visibility > most}
        heard = (
            fact
            for fact in self.stated
            if fact.visibility <= most and hidden.isdisjoint((fact.key, fact.key.partition("@")[0]))
        )
        return Facts(tuple(heard))

    def upto(self, moment: datetime) -> "Facts":
        """Return what was stated by a moment."""
        return Facts(tuple(fact for fact in self.stated if fact.at <= moment))

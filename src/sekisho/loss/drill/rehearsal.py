"""A rehearsal: how long each step of the night took since the call, what it should have taken, and what was missing. Values alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Milestone(StrEnum):
    """What has to have happened, in the order in which it does."""

    KILL = "kill"
    ANSWER = "answer"
    LIST = "list"
    CLOCKS = "clocks"
    DRAFTS = "drafts"


TARGETS: Mapping[Milestone, float] = {
    Milestone.KILL: 1.0,
    Milestone.ANSWER: 60.0,
    Milestone.LIST: 10.0,
    Milestone.CLOCKS: 120.0,
    Milestone.DRAFTS: 120.0,
}
"""Seconds that each step may take itself; clocks and drafts are one hundred and twenty together."""


class Where(StrEnum):
    """What it was rehearsed on."""

    COPY = "copy"
    CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step, as timed.

    Attributes:
        milestone: which.
        seconds: it took itself.
        since_call: from the call until it was done.
    """

    milestone: Milestone
    seconds: float
    since_call: float

    @property
    def is_slow(self) -> bool:
        """Whether it took longer than it should."""
        return self.seconds > TARGETS[self.milestone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a rehearsal found.

    Attributes:
        where: on what.
        people: how many were on what was lost, at most.
        steps: as timed, in order.
        missing: codes of what was not there when it was needed, or was not prepared.
        drafts: how many papers were drafted.
        obligations: how many clocks were running.
        unknown: keys of facts that the drafts lacked, which somebody has to find out.
    """

    where: Where
    people: int
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    drafts: int = 0
    obligations: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def slow(self) -> tuple[Milestone, ...]:
        """The steps that took longer than they should."""
        return tuple(step.milestone for step in self.steps if step.is_slow)

    @property
    def well(self) -> bool:
        """Whether nothing was slow and nothing missing."""
        return not (self.slow or self.missing)

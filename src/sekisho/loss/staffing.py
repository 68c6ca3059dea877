"""How many people have to sit at the telephone, and how many callers hear the engaged tone: Erlang B and C. Pure.

A load of ``a`` erlangs on ``n`` lines is blocked with probability B, by the recursion B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)),
which stays between 0 and 1 for every load; with as many agents it waits with probability C = B / (1 - (a/n)(1 - B)). Within a
target of t seconds 1 - C exp(-(n - a) t / aht) of the calls are answered, after C aht / (n - a) seconds on average. Callers who
are turned away and call again, and those who hang up, are not in it: the first make it worse, the second better.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

CALLING = Fraction(65, 1000)
"""Calls on a day for each person concerned, to plan with: 30,000 for 460,517. In the case of 2022 more than 16,000 were counted
on the first day and more on the second, with ten lines; how many never got through, nobody counted."""
PEAK = Fraction(12, 100)
LEVEL = 0.8
OCCUPANCY = Fraction(85, 100)
SHRINKAGE = Fraction(30, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Calls in the busiest hour, and how they are to be answered.

    Attributes:
        calls: in the period.
        period: seconds.
        aht: seconds that a call takes, with what is written after it.
        target: seconds within which a caller is to be answered.
        level: the share of the callers for whom that is to hold.
    """

    calls: float
    period: float = 3600
    aht: float = 300
    target: float = 20
    level: float = LEVEL

    @property
    def load(self) -> float:
        """The offered load in erlangs."""
        return self.calls * self.aht / self.period


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """What a demand takes.

    Attributes:
        demand: the demand.
        lines: how many lines there are.
        blocked: the share of callers who hear the engaged tone with that many lines.
        least: agents for the service level.
        capped: agents for it of whom none is busy more than :data:`OCCUPANCY` of the time.
        scheduled: how many are on the roster for that, with breaks and absences of :data:`SHRINKAGE`.
        answered: the share of calls that ``capped`` agents answer within the target.
        wait: seconds of waiting on average with ``capped`` agents.
    """

    demand: Demand
    lines: int
    blocked: float
    least: int
    capped: int
    scheduled: int
    answered: float
    wait: float


def erlang_b(load: float, n: int) -> float:
    """Return the probability that a call finds all lines engaged.

    Raises:
        ValueError: the load or the number of lines is below nothing.
    """
    _must_be_load(load)
    if n < 0:
        raise ValueError("lines")
    return next(islice(_blocking(load), n, None))


def erlang_c(load: float, n: int) -> float:
    """Return the probability that a call has to wait; 1 where there are not more agents than load."""
    return _waiting(load, n, erlang_b(load, n))


def service_level(load: float, n: int, *, aht: float, target: float) -> float:
    """Return the share of calls that are answered within the target."""
    return _level(load, n, erlang_b(load, n), aht=aht, target=target)


def average_wait(load: float, n: int, *, aht: float) -> float:
    """Return the seconds of waiting on average; without end where there are not more agents than load."""
    return erlang_c(load, n) * aht / (n - load) if n > load else math.inf


def smallest(demand: Demand, *, occupancy: Fraction = Fraction(1)) -> int:
    """Return the smallest number of agents who keep the service level, none busier than the occupancy.

    Raises:
        ValueError: no number does, or the load is none.
    """
    load = demand.load
    _must_be_load(load)
    if not (0 < demand.level < 1 and 0 < occupancy <= 1 and demand.aht > 0 and demand.target >= 0):
        raise ValueError("level")
    least = math.ceil(Fraction(load) / occupancy)
    blocking = islice(enumerate(_blocking(load)), least, None)
    return next(
        n for n, b in blocking if _level(load, n, b, aht=demand.aht, target=demand.target) >= demand.level
    )  # fmt: skip


def scheduled(agents: int, shrinkage: Fraction = SHRINKAGE) -> int:
    """Return how many have to be on the roster for so many at the telephone."""
    return math.ceil(agents / (1 - shrinkage))


def staff(demand: Demand, *, lines: int = 10) -> Staffing:
    """Return what a demand takes, and what so many lines do to it.

    Raises:
        ValueError: as :func:`smallest`.
    """
    load, capped = demand.load, smallest(demand, occupancy=OCCUPANCY)
    return Staffing(
        demand=demand,
        lines=lines,
        blocked=erlang_b(load, lines),
        least=smallest(demand),
        capped=capped,
        scheduled=scheduled(capped),
        answered=service_level(load, capped, aht=demand.aht, target=demand.target),
        wait=average_wait(load, capped, aht=demand.aht),
    )


def demand_of(people: int, *, calling: Fraction = CALLING, peak: Fraction = PEAK, aht: float = 300) -> Demand:
    """Return the demand in the busiest hour of a day on which so many people learn of a loss."""
    return Demand(calls=float(people * calling * peak), aht=aht)


def staffing_json(found: Staffing) -> dict[str, object]:
    """Return it for programs; documented in ``docs/reference/severity.md``."""
    demand = found.demand
    return {
        "type": "staffing",
        "calls_in_peak_hour": round(demand.calls * 3600 / demand.period, 2),
        "handling_seconds": demand.aht,
        "erlangs": round(demand.load, 4),
        "lines": found.lines,
        "blocked": round(found.blocked, 4),
        "agents": found.least,
        "agents_capped": found.capped,
        "scheduled": found.scheduled,
        "answered_in_target": round(found.answered, 4),
        "target_seconds": demand.target,
        "wait_seconds": round(found.wait, 1),
    }


def _blocking(load: float) -> Iterator[float]:
    """Yield B for 0, 1, 2, … lines."""
    blocked, n = 1.0, 0
    while True:
        yield blocked
        n += 1
        blocked = load * blocked / (n + load * blocked)


def _waiting(load: float, n: int, blocked: float) -> float:
    return 1.0 if n <= load else blocked / (1 - (load / n) * (1 - blocked))


def _level(load: float, n: int, blocked: float, *, aht: float, target: float) -> float:
    return 0.0 if n <= load else 1 - _waiting(load, n, blocked) * math.exp(-(n - load) * target / aht)


def _must_be_load(load: float) -> None:
    if not (0 < load < math.inf):
        raise ValueError("load")

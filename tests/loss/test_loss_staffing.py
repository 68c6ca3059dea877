"""Erlang B and C to the digits that are given, and what ten telephones do to a city that calls."""

import math
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.loss import staffing
from sekisho.loss.staffing import Demand, average_wait, demand_of, erlang_b, erlang_c, service_level, smallest, staff

CASES: dict[str, Any] = yaml.safe_load((VECTORS / "loss" / "erlang.yaml").read_text(encoding="utf-8"))
LOADS = st.floats(min_value=0.01, max_value=2000)


def _near(value: float) -> Any:
    return pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("case", CASES["erlang_b"], ids=lambda case: f"{case['a']}-{case['n']}")
def test_erlang_b_is_as_published(case: dict[str, float]) -> None:
    assert erlang_b(case["a"], int(case["n"])) == _near(case["b"])


@pytest.mark.parametrize("case", CASES["erlang_c"], ids=lambda case: f"{case['a']:.4g}-{case['n']}")
def test_erlang_c_is_as_published(case: dict[str, Any]) -> None:
    assert erlang_c(case["a"], case["n"]) == _near(case["pw"])
    if "aht" not in case:
        return
    demand = Demand(calls=case["calls"], period=60 * case["period_min"], aht=case["aht"])
    assert demand.load == _near(case["a"])
    level = service_level(demand.load, case["n"], aht=demand.aht, target=case["target"])
    assert (level, average_wait(demand.load, case["n"], aht=demand.aht)) == (_near(case["sl"]), _near(case["asa"]))
    if "occupancy" in case:
        assert demand.load / case["n"] == _near(case["occupancy"])


@pytest.mark.parametrize("case", [case for case in CASES["staffing"] if "per_day" in case], ids=lambda c: str(c["a"]))
def test_a_day_of_calls_takes_as_many_agents_as_published(case: dict[str, Any]) -> None:
    demand = Demand(calls=case["per_day"] * case["peak_share"], aht=case["aht"])
    found = staff(demand)
    assert demand.load == _near(case["a"])
    assert (found.least, found.capped, found.scheduled) == (case["sl80_20"], case["capped"], case["scheduled_capped"])


def test_one_agent_less_does_not_keep_the_level() -> None:
    (case,) = [case for case in CASES["staffing"] if "per_hour" in case]
    assert smallest(Demand(calls=case["per_hour"], aht=case["aht"], target=case["target"])) == case["sl80_30"] == 28


def test_ten_lines_turn_away_nearly_everybody_in_a_city() -> None:
    """The case of 2022: of a hundred callers ninety-seven heard the engaged tone."""
    found = staff(demand_of(460_517), lines=10)
    assert f"{found.blocked:.0%}" == "97%"
    assert staffing.staffing_json(found)["blocked"] == round(found.blocked, 4)


@pytest.mark.parametrize("people", [1, 3, 125_000_000])
def test_no_number_of_people_is_too_small_or_too_large(people: int) -> None:
    found = staff(demand_of(people))
    assert found.least <= found.capped <= found.scheduled
    assert 0 <= found.blocked <= 1
    assert found.answered >= staffing.LEVEL


@pytest.mark.parametrize("load", [0.0, -1.0, math.inf, math.nan])
def test_a_load_that_is_none_is_refused(load: float) -> None:
    with pytest.raises(ValueError, match="load"):
        erlang_b(load, 3)


def test_a_level_that_nobody_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        smallest(Demand(calls=100, level=1.0))
    with pytest.raises(ValueError, match="level"):
        smallest(Demand(calls=100), occupancy=Fraction(0))


@given(LOADS, st.integers(min_value=0, max_value=300))
def test_more_lines_block_less_and_more_calls_more(load: float, n: int) -> None:
    here = erlang_b(load, n)
    assert 0 <= erlang_b(load, n + 1) <= here <= 1
    assert erlang_b(load * 1.1, n) >= here
    assert erlang_c(load, n) >= here - 1e-15

"""Before anonymised rows leave: rare values go, the order is chance; then groups and births are counted, and hold or refuse."""

import random
from pathlib import Path

import polars as pl
import pytest
from cut_tables import plan_of, refusal, write_table
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.law.output import Output, settle
from sekisho.cut.plan import Plan

TEXT = """
schema = 1
purpose = { id = "law", title = "t", profile = "anonymous", not_after = 2022-09-30, kinds = ["sex", "benefit_status", "birth_date"], controller = { name = "c", kind = "company" }, recipient = { id = "r" } }
rows = { from = "a" }
source.a = { path = "a.csv", columns = ["統一コード", "性別", "状態", "生年月日"], subject = { column = "統一コード" }, kinds = { "状態" = "benefit_status" } }
risk = { quasi = ["性別", "生年"], k = K }
[[field]]
out = "性別"
from = "性別"
op = "keep"
why = "w"
[[field]]
out = "状態"
from = "状態"
op = "keep"
why = "w"
[[field]]
out = "生年"
from = "生年月日"
op = "date.year"
why = "w"
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned(tmp_path_factory.mktemp("law"), 2)


def planned(folder: Path, k: int) -> Plan:
    write_table(folder / "a.csv", [("統一コード", "性別", "状態", "生年月日"), ("1", "男", "済", "1950-01-01")])
    return plan_of(folder, TEXT.replace("K", str(k)))


def table(*rows: tuple[str | None, str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={"性別": pl.String, "状態": pl.String, "生年": pl.String}, orient="row")


def seen(plan: Plan, *blocks: pl.DataFrame) -> Output:
    output = Output(plan)
    for block in blocks:
        output.see(block)
    return output


@given(st.lists(st.sampled_from(["済", "返戻", "却下", "死亡", None]), max_size=30), st.integers(0, 2**32))
def test_a_value_leaves_if_k_people_have_it_and_everybody_keeps_their_row(
    plan: Plan, states: list[str | None], seed: int
) -> None:
    states = [*states, "済", "済"]
    rows = table(*[("男", state, None) for state in states])
    people = pl.Series(range(len(states)), dtype=pl.UInt32)
    settled, numbers, blanked = settle(plan, rows, people, random.Random(seed).randbytes)
    assert sorted(numbers) == sorted(people)
    for number, state in zip(numbers, settled["状態"], strict=True):
        before = states[number]
        assert state == (before if before and states.count(before) >= 2 else None)
    assert blanked == settled["状態"].null_count() - states.count(None)


def test_a_value_that_one_person_has_many_times_is_rare(plan: Plan) -> None:
    rows = table(*[("男", "済", None)] * 2, *[("男", "死亡", None)] * 3)
    settled, _, blanked = settle(plan, rows, pl.Series([1, 2, 3, 3, 3], dtype=pl.UInt32), random.Random(1).randbytes)
    assert settled["状態"].drop_nulls().to_list() == ["済", "済"]
    assert (settled.columns, blanked) == (rows.columns, 3)


def test_the_order_is_that_of_chance(plan: Plan) -> None:
    rows = table(*[("男", "済", None)] * 100)
    people = pl.Series(range(100), dtype=pl.UInt32)
    orders = {tuple(settle(plan, rows, people, random.Random(seed).randbytes)[1]) for seed in range(5)}
    assert len(orders) == 5
    assert tuple(range(100)) not in orders


def test_groups_are_counted_over_all_blocks(plan: Plan) -> None:
    seen(plan, table(("男", "済", "1950")), table(("男", "済", "1950"))).must_hold()
    problem = refusal(seen(plan, table(("男", "済", "1950")), table(("女", "済", "1950"))).must_hold)
    assert (problem.key, problem.values["k"], problem.values["wanted"]) == ("cut.k_not_reached", 1, 2)


def test_one_person_twice_is_no_group_of_two(plan: Plan) -> None:
    rows = table(("男", "済", "1950"), ("男", "済", "1950"))
    problem = refusal(lambda: settle(plan, rows, pl.Series([7, 7], dtype=pl.UInt32), random.Random(1).randbytes))
    assert (problem.key, problem.values["k"]) == ("cut.k_not_reached", 1)
    settle(plan, rows, pl.Series([7, None], dtype=pl.UInt32), random.Random(1).randbytes)


def test_nothing_in_any_field_is_a_group_as_well(plan: Plan) -> None:
    problem = refusal(seen(plan, table((None, "済", None), ("男", "済", "1950"), ("男", "済", "1950"))).must_hold)
    assert problem.values["k"] == 1


def test_a_rare_value_that_nobody_blanked_stops_it(plan: Plan) -> None:
    problem = refusal(seen(plan, table(("男", "済", "1950"), ("男", "返戻", "1950"))).must_hold)
    assert (problem.key, problem.values["field"], problem.values["k"]) == ("cut.rare_values", "状態", 2)


@pytest.mark.parametrize(
    ("born", "people"),
    [("1931", 2), ("1931-12", 2), ("1931-12-31", 2), ("昭和6年12月31日", 2), ("1932", 0), ("1920～1939", 0), ("", 0)],
)  # fmt: skip
def test_one_birth_before_the_oldest_year_is_told_and_a_band_is_not(plan: Plan, born: str, people: int) -> None:
    """Older than 90 on the purpose's last day, in 2022; a band has its k people."""
    output = seen(plan, table(("男", "済", born), ("男", "済", born)))
    if people:
        problem = refusal(output.must_hold)
        assert (problem.key, problem.values["people"]) == ("cut.extreme_birth", people)
        assert born not in str(problem.values)
    else:
        output.must_hold()


def test_what_was_counted_is_said(plan: Plan) -> None:
    found = {each.rule.id: each for each in seen(plan, *[table(("男", "済", "1950"))] * 3).findings(7)}
    assert (found["B5"].severity, found["B5"].values["k"]) == ("decide", 3)
    assert "7" in found["B4b"].says("en")


def test_nobody_at_all_is_no_group(plan: Plan) -> None:
    output = seen(plan, table())
    output.must_hold()
    assert {each.rule.id for each in output.findings(0)} == {"B4", "B4b", "B5"}

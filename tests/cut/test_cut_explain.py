"""What a purpose would let out is told before it is carried out: every column is in exactly one place."""

from pathlib import Path

import pytest
from cut_tables import ANSWER, ROWS, changed, plan_of, write_city

from sekisho.cut.explain import explain


@pytest.fixture
def city(tmp_path: Path) -> Path:
    write_city(tmp_path)
    return tmp_path


def test_what_leaves_is_told_with_its_column_form_and_reason(city: Path) -> None:
    told = explain(plan_of(city, ROWS))
    assert [(each.field, each.source, each.kind, each.form, each.why) for each in told.leaves][:3] == [
        ("整理番号", "統一コード", "case_number", "token.serial", "書き戻し"),
        ("カナ", "氏名カナ", "name_kana", "keep", "名前を呼ぶ"),
        ("口座末尾", "口座番号", "bank_account", "mask.last 3", "口座の確認"),
    ]
    assert (told.controller, told.recipient, str(told.not_after)) == ("汐見市", "callcentre", "2022-09-30")
    assert [(each.source, each.on, each.to) for each in told.joins] == [("benefit", "統一コード", "コード")]


def test_every_column_leaves_or_selects_or_stays(city: Path) -> None:
    text = changed(ROWS, ('from = "register"\n', 'from = "register"\nwhere = "世帯番号 == 77"\n'))
    plan = plan_of(city, text)
    told = explain(plan)
    assert [each.column for each in told.selects] == ["世帯番号"]
    named = [each.source for each in told.leaves] + [each.column for each in (*told.selects, *told.stays)]
    every = {*plan.main.columns, *(f"benefit.{column}" for column in plan.purpose.source["benefit"].columns)}
    assert sorted(named) == sorted(every)


def test_a_kind_that_no_field_needs_is_told(city: Path) -> None:
    assert explain(plan_of(city, ROWS)).unused == ("birth_date", "postal_code")


def test_an_answer_leaves_no_list(city: Path) -> None:
    told = explain(plan_of(city, ANSWER))
    assert told.question == ("対象か", "Eligible?")
    assert [each.form for each in told.leaves] == ["token", "answer"]
    assert [english for _, english in told.answers] == ["Paid.", "Sent.", "Not eligible."]
    assert {each.column for each in told.selects} == {"benefit.振込日", "benefit.状態"}

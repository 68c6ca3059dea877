"""The benefit goes to heads of households, once, and each form is as far as its dates say."""

from collections.abc import Mapping

import polars as pl
import pytest

from sekisho.canon.date import parse_date

pytest_plugins = ("demo_cities",)

Tables = Mapping[str, pl.DataFrame]

CAMPAIGNS = {"benefit_r3": "2021-12-10", "benefit_r4": "2022-06-01"}


def test_no_household_is_in_both_years(tables: Tables) -> None:
    heads = pl.concat([tables[name]["世帯主の統一コード"] for name in CAMPAIGNS])
    assert heads.n_unique() == len(heads)


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_it_goes_to_heads_who_were_residents_in_time(name: str, tables: Tables, register: pl.DataFrame) -> None:
    heads = register.join(tables[name], left_on="統一コード", right_on="世帯主の統一コード", how="semi")
    assert len(heads) == len(tables[name])
    assert heads["続柄"].unique().to_list() == ["世帯主"]
    assert heads.filter(pl.col("住民となった年月日") > CAMPAIGNS[name]).is_empty()


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_era_form_means_the_birth_date_of_the_register(name: str, tables: Tables, register: pl.DataFrame) -> None:
    both = tables[name].join(register, left_on="世帯主の統一コード", right_on="統一コード")
    for era, western in both.select("世帯主の生年月日", "生年月日").unique().iter_rows():
        assert str(parse_date(era)) == western


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_form_is_posted_received_and_paid_in_that_order(name: str, tables: Tables) -> None:
    forms = tables[name]
    posted, received, paid = (pl.col(column) for column in ("申請書発送日", "申請書受付日", "振込済処理日時"))
    assert forms.filter(received < posted).is_empty()
    assert forms.filter(paid < received).is_empty()
    assert forms.filter(paid.is_not_null() & received.is_null()).is_empty()
    assert forms.filter(pl.col("申請書不達理由").is_not_null() & received.is_not_null()).is_empty()


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_state_says_how_far_the_form_is(name: str, tables: Tables) -> None:
    shown = {
        (state, received is not None, reason is not None, paid is not None)
        for received, reason, state, paid in tables[name]
        .select("申請書受付日", "申請書不達理由", "支給区分", "振込済処理日時")
        .iter_rows()
    }
    possible = {
        ("支給済", True, False, True),
        ("審査中", True, False, False),
        ("不達", False, True, False),
        ("未申請", False, False, False),
    }
    assert shown <= possible
    assert len(shown) >= 3

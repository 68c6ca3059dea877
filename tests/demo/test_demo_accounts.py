"""Accounts belong to whom they should, at institutions that do not exist, under names as two departments spell them."""

from collections.abc import Mapping

import polars as pl
import pytest

from sekisho.canon.name import kana
from sekisho.invented.banks import banks

pytest_plugins = ("demo_cities",)

Tables = Mapping[str, pl.DataFrame]

ACCOUNTS = ("welfare_account", "child_allowance_account")
HIGHEST_BANK_CODE = 9900


@pytest.mark.parametrize("name", ACCOUNTS)
def test_no_bank_has_the_codes_of_the_city(name: str, tables: Tables) -> None:
    assert banks().first > HIGHEST_BANK_CODE
    assert set(tables[name]["金融機関コード"]) <= {str(code) for code in range(9901, 10_000)}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_accounts_are_distinct_and_keep_their_leading_zeros(name: str, tables: Tables) -> None:
    accounts = tables[name]
    assert accounts["口座番号"].n_unique() == len(accounts)
    assert accounts["支店コード"].str.contains(r"^\d{3}$").all()
    assert accounts["口座番号"].str.contains(r"^\d{7}$").all()
    assert accounts["口座番号"].str.starts_with("0").any()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_holders_are_their_owners_in_all_but_a_few_rows(name: str, tables: Tables, register: pl.DataFrame) -> None:
    both = tables[name].join(register, on="統一コード").drop_nulls("氏名カナ").select("口座名義", "氏名カナ")
    alike = [kana(holder) == kana(reading) for holder, reading in both.iter_rows()]
    assert sum(alike) > 0.98 * len(alike)


def test_the_allowance_spells_a_few_holders_in_another_way(tables: Tables, register: pl.DataFrame) -> None:
    both = tables["child_allowance_account"].join(register, on="統一コード").drop_nulls("氏名カナ")
    other = both.filter(pl.col("口座名義") != pl.col("氏名カナ"))
    assert other["口座名義"].str.contains("　").unique().sort().to_list() == [False, True]


def test_welfare_holders_are_in_the_half_width_of_banks(tables: Tables) -> None:
    assert tables["welfare_account"]["口座名義"].str.contains(r"^[ｱ-ﾝｦﾞﾟｰ ]+$").all()


def test_welfare_accounts_belong_to_heads_of_benefit_households(tables: Tables) -> None:
    heads = pl.concat([tables[name]["世帯主の統一コード"] for name in ("benefit_r3", "benefit_r4")])
    owners = tables["welfare_account"]["統一コード"]
    assert owners.n_unique() == len(owners)
    assert owners.is_in(heads.implode()).all()


def test_child_allowance_accounts_belong_to_parents(tables: Tables, register: pl.DataFrame) -> None:
    owners = register.join(tables["child_allowance_account"], on="統一コード", how="semi")
    children = register.filter(pl.col("続柄") == "子", pl.col("生年月日") > "2000-06-21")
    assert set(owners["続柄"]) <= {"世帯主", "夫", "妻"}
    assert owners.join(children, on="世帯番号", how="anti").is_empty()

"""Names fit the person, none is twice in a household, and the odd ones that registers hold are among them."""

import re
from collections import Counter

import polars as pl
import pytest

from sekisho.invented.data import read
from sekisho.invented.given_names import GivenNames

pytest_plugins = ("demo_cities",)

ENTRY = re.compile(r"[^\s/]+/[ァ-ヴー]+")


def surnames() -> list[str]:
    return read("surnames", dict[str, str])["names"].split()


@pytest.mark.parametrize(("entries", "least"), [(surnames(), 400), (GivenNames().entries, 2_000)])
def test_lists_hold_distinct_names_with_a_reading(entries: list[str], least: int) -> None:
    assert len(entries) >= least
    assert len(set(entries)) == len(entries)
    assert [entry for entry in entries if not ENTRY.fullmatch(entry)] == []


def test_one_writing_may_have_two_readings() -> None:
    names = GivenNames()
    long, short, other = (
        names.writings[names.entries.index(name)] for name in ("優花/ユウカ", "優花/ユカ", "美咲/ミサキ")
    )
    assert long == short != other


def test_nobody_in_a_household_bears_a_name_twice(register: pl.DataFrame) -> None:
    assert not register.select("世帯番号", "氏名").is_duplicated().any()


def test_a_household_of_japanese_shares_the_surname_save_a_lodger(register: pl.DataFrame) -> None:
    kin = register.filter(pl.col("住民区分") == "日本人住民", pl.col("続柄") != "同居人")
    surname = pl.col("氏名").str.extract("^([^　]+)　")
    assert kin.group_by("世帯番号").agg(surname.n_unique())["氏名"].unique().to_list() == [1]


def test_common_surnames_are_common_and_people_share_full_names(register: pl.DataFrame) -> None:
    counted = Counter(register["氏名"].str.extract("^([^　]+)　").drop_nulls())
    assert 0.01 < counted["佐藤"] / len(register) < 0.03
    assert counted["佐藤"] > counted["結城"]
    assert register["氏名"].is_duplicated().sum() > len(register) / 100


def test_fashions_change_with_the_year_of_birth(register: pl.DataFrame) -> None:
    women = register.filter(pl.col("性別") == "女", pl.col("住民区分") == "日本人住民")
    ends_in_ko = pl.col("氏名").str.ends_with("子").mean()
    old, young = (
        women.filter(pl.col("生年月日").str.slice(0, 4).is_in(list(map(str, years)))).select(ends_in_ko).item()
        for years in (range(1940, 1950), range(2005, 2015))
    )
    assert old > 0.4
    assert young < 0.1


def test_rare_kanji_and_long_foreign_names_are_there(register: pl.DataFrame) -> None:
    names = register["氏名"]
    assert all(names.str.contains(sign, literal=True).any() for sign in "髙﨑𠮷邊")
    assert names.str.contains(r"^[A-Z' ]{25,}$").any()
    assert names.str.contains(r"^[ァ-ヴー]+　[ァ-ヴー　]+$").any()
    assert set(register.filter(names.str.contains("^[A-Z]"))["住民区分"]) == {"外国人住民"}

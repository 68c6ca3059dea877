"""The register shows households as they are; the tax follows the benefit."""

from collections.abc import Mapping

import polars as pl

pytest_plugins = ("demo_cities",)

Tables = Mapping[str, pl.DataFrame]

EIGHTEEN_YEARS_EARLIER = "2004-06-21"


def test_a_household_has_one_head_and_lives_at_one_address(register: pl.DataFrame) -> None:
    households = register.group_by("世帯番号").agg(
        heads=(pl.col("続柄") == "世帯主").sum(),
        addresses=pl.struct("住所", "方書").n_unique(),
        postal_codes=pl.col("郵便番号").drop_nulls().n_unique(),
    )
    assert households["heads"].unique().to_list() == [1]
    assert households["addresses"].unique().to_list() == [1]
    assert households.filter(pl.col("postal_codes") > 1).is_empty()


def test_ages_and_sexes_fit_the_relation_to_the_head(register: pl.DataFrame) -> None:
    born = register.with_columns(pl.col("生年月日").str.to_date())
    head = born.filter(pl.col("続柄") == "世帯主").select("世帯番号", head="生年月日")
    years = (pl.col("生年月日") - pl.col("head")).dt.total_days() / 365.25
    people = born.join(head, on="世帯番号", validate="m:1").with_columns(younger=years)
    assert people.filter(pl.col("続柄") == "子", pl.col("younger") < 18.9).is_empty()
    assert people.filter(pl.col("続柄").is_in(["父", "母"]), pl.col("younger") > -19.9).is_empty()
    assert set(people.filter(pl.col("続柄").is_in(["夫", "父"]))["性別"]) == {"男"}
    assert set(people.filter(pl.col("続柄").is_in(["妻", "母"]))["性別"]) == {"女"}


def test_nobody_becomes_a_resident_before_birth_or_settles_before_that(register: pl.DataFrame) -> None:
    assert (register["住民となった年月日"] >= register["生年月日"]).all()
    assert (register["住定年月日"] >= register["住民となった年月日"]).all()
    born_here = register["住民となった年月日"] == register["生年月日"]
    assert ((register["住民となった事由"] == "出生") == born_here).all()


def test_whoever_has_been_a_resident_longer_has_the_smaller_code(register: pl.DataFrame) -> None:
    assert register["統一コード"].is_sorted()
    assert register["住民となった年月日"].is_sorted()


def test_cells_are_empty_where_real_ones_are(register: pl.DataFrame) -> None:
    missing = register.null_count().row(0, named=True)
    assert 0 < missing["氏名カナ"] < len(register) / 100
    assert 0 < missing["郵便番号"] < len(register) / 1_000
    assert not any(missing[name] for name in ("統一コード", "氏名", "住所", "生年月日", "続柄"))


def test_tax_is_assessed_once_and_on_adults(tables: Tables, register: pl.DataFrame) -> None:
    tax = tables["resident_tax"].join(register, on="統一コード", validate="1:1")
    assert len(tax) == len(tables["resident_tax"])
    assert tax.filter(pl.col("生年月日") > EIGHTEEN_YEARS_EARLIER).is_empty()


def test_newcomers_since_the_first_of_january_are_assessed_elsewhere(tables: Tables, register: pl.DataFrame) -> None:
    newcomers = register.filter(pl.col("住民となった年月日") > "2022-01-01")
    assert not newcomers.is_empty()
    assert tables["resident_tax"].join(newcomers, on="統一コード", how="semi").is_empty()


def test_nobody_in_a_benefit_household_owes_tax(tables: Tables, register: pl.DataFrame) -> None:
    heads = pl.concat([tables["benefit_r3"], tables["benefit_r4"]]).select(統一コード="世帯主の統一コード")
    exempt = register.join(heads, on="統一コード", how="semi")
    members = register.join(exempt, on="世帯番号", how="semi")
    owed = tables["resident_tax"].join(members, on="統一コード", how="semi")
    assert owed["住民税の均等割額"].unique().to_list() == ["0"]
    assert tables["resident_tax"].filter(pl.col("住民税の均等割額") == "5800").height > 0

"""The register and the resident tax as the city's systems print them, with the gaps that real ones have."""

from datetime import date

import numpy as np
import polars as pl

from sekisho.demo.households import CHILDREN, Place
from sekisho.invented.dice import Bools, Dice

_NO_KANA, _NO_KANA_FOREIGN, _NO_POSTAL_CODE = 1 / 1_500, 1 / 6, 1 / 4_000
_TAX_YEAR = "令和4年度"
_TAX_DAY = date(2022, 1, 1)  # who lived in the city on that day pays there (Local Tax Act, art. 318)
_PER_CAPITA_TAX = 5_800  # yen: city 3,500, prefecture 1,500 and 800 for its forests
_NO_RETURN = 0.004
_ONLY_PER_CAPITA = 0.03
_EXEMPT_MEMBER = 0.45

_RELATIONS = {
    Place.HEAD: "世帯主",
    **dict.fromkeys(CHILDREN, "子"),
    Place.MOTHER: "母",
    Place.FATHER: "父",
    Place.LODGER: "同居人",
}


def register(dice: Dice, residents: pl.DataFrame) -> pl.DataFrame:
    """Return the register: a row for every resident."""
    count = len(residents)
    no_kana = dice.chance(np.where(residents["foreign"], _NO_KANA_FOREIGN, _NO_KANA), count)
    no_postal_code = dice.chance(_NO_POSTAL_CODE, count)
    spouse = pl.when("male").then(pl.lit("夫")).otherwise(pl.lit("妻"))
    return residents.select(
        pl.col("code").alias("統一コード"),
        pl.col("name").alias("氏名"),
        pl.when(~pl.Series(no_kana)).then("kana").alias("氏名カナ"),
        pl.when(~pl.Series(no_postal_code)).then("postal_code").alias("郵便番号"),
        pl.col("address").alias("住所"),
        pl.col("building").alias("方書"),
        pl.col("birth").alias("生年月日"),
        pl.when("male").then(pl.lit("男")).otherwise(pl.lit("女")).alias("性別"),
        pl.col("household_number").alias("世帯番号"),
        pl.col("place").replace_strict(_RELATIONS, default=None).fill_null(spouse).alias("続柄"),
        pl.when("foreign").then(pl.lit("外国人住民")).otherwise(pl.lit("日本人住民")).alias("住民区分"),
        pl.col("arrived").alias("住民となった年月日"),
        pl.when("born_here").then(pl.lit("出生")).otherwise(pl.lit("転入")).alias("住民となった事由"),
        pl.col("settled").alias("住定年月日"),
    )


def resident_tax(dice: Dice, residents: pl.DataFrame, rows: int, *, exempt: Bools) -> pl.DataFrame:
    """Return so many adults' tax: residents of the tax day first, nothing due in an exempt household.

    Args:
        dice: for this table alone.
        residents: all of them.
        rows: how many adults the table holds.
        exempt: which households pay no resident tax.
    """
    taxed = _assessed(dice, residents, rows)
    household_exempt = exempt[taxed["household"]]
    head = (taxed["place"] == Place.HEAD).to_numpy()
    no_return = ~household_exempt & ~head & dice.chance(_NO_RETURN, rows)
    nothing_due = household_exempt | (~head & dice.chance(_EXEMPT_MEMBER, rows))
    per_capita_only = dice.chance(_ONLY_PER_CAPITA, rows)
    amount = pl.when(~pl.Series(no_return)).then(pl.when(pl.Series(nothing_due)).then(0).otherwise(_PER_CAPITA_TAX))
    status = np.select(
        [no_return, nothing_due, per_capita_only], ["未申告", "非課税", "均等割のみ課税"], default="課税"
    )
    return taxed.select(
        pl.col("code").alias("統一コード"),
        pl.lit(_TAX_YEAR).alias("課税年度"),
        pl.Series("課税区分", status),
        amount.alias("住民税の均等割額"),
    )


def _assessed(dice: Dice, residents: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Return the adults that the table holds, by code; newcomers since the tax day are left out while others last."""
    adults = residents.filter("adult")
    newcomer = (adults["arrived"] > _TAX_DAY).to_numpy()
    held = np.lexsort((dice.order(len(adults)), newcomer))[:rows]
    return adults[np.sort(held)]

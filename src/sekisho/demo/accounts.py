"""Two departments' files of bank accounts: welfare, and the child allowance.

Institutions are invented; ``banks.toml`` says by which rule. The welfare office spells holders as banks transmit them,
in half-width kana without small ones; the child allowance has them as the register does. In both a few are spelled in
another way: run together, or under another surname, as before a marriage.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from sekisho.demo.households import CHILDREN, YEAR, Place
from sekisho.invented.banks import banks, half_width
from sekisho.invented.dice import Bools, Dice, by_rank

_ALLOWANCE_FILE_KEEPS = timedelta(days=22 * YEAR)  # accounts stayed when the children had grown
_TO_SPOUSE = 0.2
_FLATNESS = 2
_BRANCHES, _NUMBERS = 480, 10**7
_RUN_TOGETHER, _OTHER_SURNAME = 0.004, 0.003


def welfare_accounts(dice: Dice, heads: pl.DataFrame, rows: int, *, exempt: Bools) -> pl.DataFrame:
    """Return the accounts of so many heads of exempt households, by code, holders in half width."""
    owners = heads[dice.sample(exempt.astype(np.float64), rows)].sort("code")
    return _accounts(dice, owners, _spelled(dice, owners).str.replace_many(half_width()))


def child_allowance_accounts(dice: Dice, residents: pl.DataFrame, rows: int, day: date) -> pl.DataFrame:
    """Return so many accounts of parents, by code; where there are more accounts than parents, some changed theirs."""
    parents = _recipients(dice, residents, day - _ALLOWANCE_FILE_KEEPS)
    owners = parents[np.resize(dice.order(len(parents)), rows)].sort("code")
    return _accounts(dice, owners, _spelled(dice, owners))


def _recipients(dice: Dice, residents: pl.DataFrame, born_after: date) -> pl.DataFrame:
    """Return one parent of every household with a child born after that day: the head, or else the spouse."""
    child = pl.col("place").is_in(CHILDREN) & (pl.col("birth") > born_after)
    families = residents.filter(child)["household"].unique()
    households = residents["household"].n_unique()
    parents = residents.filter(pl.col("place") <= Place.SPOUSE, pl.col("household").is_in(families.implode()))
    to_spouse = pl.Series(dice.chance(_TO_SPOUSE, households)).gather(parents["household"])
    chosen = (pl.col("place") == Place.SPOUSE) == to_spouse
    return parents.sort("household", chosen, descending=[False, True]).unique(
        "household", keep="first", maintain_order=True
    )


def _accounts(dice: Dice, owners: pl.DataFrame, holder: pl.Series) -> pl.DataFrame:
    count, known = len(owners), banks()
    bank = known.first + dice.pick(by_rank(known.last - known.first + 1, _FLATNESS), count)
    number = dice.serials(_NUMBERS, count)[dice.order(count)]
    return pl.DataFrame(
        {
            "統一コード": owners["code"],
            "金融機関コード": pl.Series(bank).cast(pl.String),
            "支店コード": pl.Series(dice.below(_BRANCHES, count) + 1).cast(pl.String).str.zfill(3),
            "口座区分": pl.Series(known.kinds).gather(dice.pick(known.kind_weights, count)),
            "口座番号": pl.Series(number).cast(pl.String).str.zfill(7),
            "口座名義": holder,
        }
    )


def _spelled(dice: Dice, owners: pl.DataFrame) -> pl.Series:
    """Return the holders' kana, a few of them not as in the register."""
    count = len(owners)
    run_together = pl.Series(dice.chance(_RUN_TOGETHER, count))
    renamed = pl.Series(dice.chance(_OTHER_SURNAME, count)) & ~owners["foreign"]
    surname, given = (pl.col("kana").str.extract(part) for part in (r"^(\S+)\s", r"\s(.+)$"))
    return owners.select(
        pl.when(run_together)
        .then(pl.col("kana").str.replace_all(r"\s", ""))
        .when(renamed)
        .then(surname.gather(dice.order(count)) + "\u3000" + given)
        .otherwise("kana")
    ).to_series()

"""The benefit for households that pay no resident tax: who is entitled, and how far each form has come by the day.

A form is posted; it cannot be delivered, or comes back filled in, or lies in a drawer; what came back is paid two to
four weeks later. Dates of birth are in the era form here, as paper forms have them.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from sekisho.demo.data import read
from sekisho.demo.households import Days
from sekisho.invented.dice import Bools, Dice, Floats, Ints

_UNDELIVERED, _IN_A_DRAWER = 0.018, 0.05
_REASONS, _REASON_WEIGHTS = ["宛所不明", "転居先不明", "保管期間経過", "受取拒否"], [50.0, 25.0, 22.0, 3.0]
_FASTEST_ANSWER, _SLOWEST_ANSWER = 3, 150  # days
_FASTEST_PAYMENT, _SLOWEST_PAYMENT = 14, 28
_OFFICE_OPENS, _OFFICE_CLOSES = 9 * 3600, 17 * 3600  # seconds
_ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One year's benefit, as ``benefits.toml`` describes it."""

    table: str
    prefix: str
    resident_by: date
    posted: date
    posting_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Campaigns:
    campaign: list[Campaign]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """What became of the forms: days, of which those after the day of the tables have not happened yet."""

    posted: Days
    received: Days
    paid: Days
    undelivered: Bools


def campaigns() -> list[Campaign]:
    """Return the campaigns in the order in which their households are chosen."""
    return read("benefits", _Campaigns).campaign


def entitled(dice: Dice, campaign: Campaign, heads: pl.DataFrame, rows: int, *, taken: Bools) -> Ints:
    """Choose so many households, the needier the likelier, whose head was a resident in time; none ``taken``."""
    in_time = (heads["arrived"] <= campaign.resident_by).to_numpy()
    likeliness: Floats = np.where(in_time & ~taken, heads["need"].to_numpy(), 0.0)
    return dice.sample(likeliness, rows)


def benefit(dice: Dice, campaign: Campaign, heads: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return a campaign's table as of ``day``: a row for each of these heads, in the order of posting."""
    addressed = heads.sort("postal_code", "code")
    forms, today = _send(dice, campaign, len(addressed)), np.datetime64(day, "D")
    received, paid = forms.received < today, forms.paid < today
    reasons = pl.Series(_REASONS).gather(dice.pick(_REASON_WEIGHTS, len(addressed)))
    clock = dice.between(_OFFICE_OPENS, _OFFICE_CLOSES, len(addressed)).astype("timedelta64[s]")
    state = np.select([paid, received, forms.undelivered], ["支給済", "審査中", "不達"], default="未申請")
    return addressed.select(
        pl.col("code").alias("世帯主の統一コード"),
        _era_form("birth").alias("世帯主の生年月日"),
        (campaign.prefix + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)).alias("申請書番号"),
        pl.Series("申請書発送日", forms.posted),
        pl.when(pl.Series(received)).then(pl.Series(forms.received)).alias("申請書受付日"),
        pl.when(pl.Series(forms.undelivered)).then(reasons).alias("申請書不達理由"),
        pl.Series("支給区分", state),
        pl.when(pl.Series(paid)).then(pl.Series((forms.paid + clock).astype("datetime64[ms]"))).alias("振込済処理日時"),
    )


def _send(dice: Dice, campaign: Campaign, count: int) -> _Forms:
    posted = np.datetime64(campaign.posted, "D") + np.sort(dice.below(campaign.posting_days, count)).astype(
        "timedelta64[D]"
    )
    undelivered = dice.chance(_UNDELIVERED, count)
    never = undelivered | dice.chance(_IN_A_DRAWER, count)
    # The square makes most answers early ones.
    answered = _FASTEST_ANSWER + (_SLOWEST_ANSWER - _FASTEST_ANSWER) * dice.fractions(count) ** 2
    received = np.where(never, np.datetime64("9999-12-31"), _office_day(posted, answered))
    paying = dice.between(_FASTEST_PAYMENT, _SLOWEST_PAYMENT, count)
    return _Forms(posted=posted, received=received, paid=_office_day(received, paying), undelivered=undelivered)


def _office_day(since: Days, days: Floats) -> Days:
    """Return the first weekday so many days later."""
    weekday: Days = np.busday_offset(since + days.astype("timedelta64[D]"), 0, roll="forward")
    return weekday


def _era_form(column: str) -> pl.Expr:
    """Write a date since 1912 as 昭和39年4月1日."""
    birth = pl.col(column)
    years = [(name, first, birth.dt.year() - first.year + 1) for name, first in _ERAS]
    return pl.coalesce(
        pl.when(birth >= first).then(
            pl.format(
                "{}{}年{}月{}日",
                pl.lit(name),
                pl.when(year == 1).then(pl.lit("元")).otherwise(year.cast(pl.String)),
                birth.dt.month(),
                birth.dt.day(),
            )
        )
        for name, first, year in years
    )

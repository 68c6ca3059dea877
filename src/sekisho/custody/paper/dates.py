"""Days, times and fiscal years as forms write them: 令和４年度 begins on 1 April and ends on 31 March."""

from datetime import date, datetime
from typing import Literal

from sekisho.canon.date import era_year
from sekisho.catalogue.words import Language

Years = Literal["era", "western"]

_FIRST_MONTH = 4
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def fiscal_year(day: date) -> int:
    """Return the Japanese fiscal year of a day, by the calendar year in which it begins.

    >>> fiscal_year(date(2023, 3, 31)), fiscal_year(date(2023, 4, 1))
    (2022, 2023)
    """
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def within_fiscal_year(first: date, last: date) -> bool:
    """Tell whether two days belong to one fiscal year, as the rules on lending want it.

    >>> within_fiscal_year(date(2022, 4, 1), date(2023, 3, 31))
    True
    >>> within_fiscal_year(date(2023, 3, 31), date(2023, 4, 1))
    False
    """
    return fiscal_year(first) == fiscal_year(last)


def fiscal_words(year: int, language: Language, *, years: Years = "era") -> str:
    """Write a fiscal year. It bears the era of its first day, as 平成31年度 does, whatever era began within it.

    >>> fiscal_words(2022, "ja"), fiscal_words(2022, "en"), fiscal_words(2018, "ja", years="western")
    ('令和4年度', 'FY2022', '2018年度')
    """
    if language == "en":
        return f"FY{year}"
    return f"{_year(date(year, _FIRST_MONTH, 1), years)}年度"


def day_words(day: date, language: Language, *, years: Years = "era", short: bool = False) -> str:
    """Write a day; shortly in the cell of a table.

    >>> day_words(date(2019, 5, 1), "ja"), day_words(date(2019, 4, 30), "ja"), day_words(date(2022, 6, 21), "en")
    ('令和元年5月1日', '平成31年4月30日', '21 June 2022')
    >>> day_words(date(2022, 6, 21), "ja", short=True), day_words(date(2022, 6, 21), "en", short=True)
    ('令和4.6.21', '2022-06-21')
    """
    if language == "en":
        return day.isoformat() if short else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    year = _year(day, years)
    return f"{year}.{day.month}.{day.day}" if short else f"{year}年{day.month}月{day.day}日"


def time_words(time: datetime, language: Language, *, years: Years = "era", short: bool = False) -> str:
    """Write a time of the office's wall clock.

    >>> time_words(datetime(2022, 6, 21, 17, 5), "ja"), time_words(datetime(2022, 6, 21, 17, 5), "en")
    ('令和4年6月21日 17時05分', '21 June 2022 17:05')
    """
    day = day_words(time.date(), language, years=years, short=short)
    return f"{day} {time:%H:%M}" if short or language == "en" else f"{day} {time.hour}時{time:%M}分"


def _year(day: date, years: Years) -> str:
    era = era_year(day) if years == "era" else None
    if era is None:
        return str(day.year)
    name, year = era
    return f"{name}{'元' if year == 1 else year}"

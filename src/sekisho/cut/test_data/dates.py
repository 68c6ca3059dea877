"""How dates are written, and other dates written so."""

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from sekisho.canon.date import parse_date
from sekisho.invented.dice import Ints
from sekisho.invented.people import Days

_ERAS = (
    (date(1868, 1, 25), 1868, "明治", "明", "M"),
    (date(1912, 7, 30), 1912, "大正", "大", "T"),
    (date(1926, 12, 25), 1926, "昭和", "昭", "S"),
    (date(1989, 1, 8), 1989, "平成", "平", "H"),
    (date(2019, 5, 1), 2019, "令和", "令", "R"),
)
_FIRST_DAYS = np.array([era[0] for era in _ERAS], "datetime64[D]")
_ERA_NAME, _ERA_SIGN, _ERA_LETTER = "(明治|大正|昭和|平成|令和)", "[明大昭平令]", "[MTSHR]"
_WIDE = str.maketrans("0123456789-/.: ", "０１２３４５６７８９－／．：\u3000")
_WIDE_DIGIT = r"[０-９]"

# The first that fits is the style. {y} {m} {d}: as they are; {mm} {dd}: of two digits; {e} {g} {l}: era; {n} {nn}: its year.
STYLES = {
    "{y}-{mm}-{dd}": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "{y}/{mm}/{dd}": r"[0-9]{4}/[0-9]{2}/[0-9]{2}",
    "{y}/{m}/{d}": r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}",
    "{y}.{m}.{d}": r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}",
    "{y}{mm}{dd}": r"(18|19|20)[0-9]{6}",
    "{y}年{mm}月{dd}日": r"[0-9]{4}年[0-9]{2}月[0-9]{2}日",
    "{y}年{m}月{d}日": r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日",
    "{y}-{mm}-{dd} {time}": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
    "{y}-{mm}-{dd}T{time}": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "{y}/{mm}/{dd} {time}": r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}",
    "{e}{nn}年{mm}月{dd}日": rf"{_ERA_NAME}[0-9]{{2}}年[0-9]{{2}}月[0-9]{{2}}日",
    "{e}{n}年{m}月{d}日": rf"{_ERA_NAME}([0-9]{{1,2}}|元)年[0-9]{{1,2}}月[0-9]{{1,2}}日",
    "{g}{n}.{m}.{d}": rf"{_ERA_SIGN}[0-9]{{1,2}}\.[0-9]{{1,2}}\.[0-9]{{1,2}}",
    "{l}{nn}.{mm}.{dd}": rf"{_ERA_LETTER}[0-9]{{2}}\.[0-9]{{2}}\.[0-9]{{2}}",
    "{l}{n}.{m}.{d}": rf"{_ERA_LETTER}[0-9]{{1,2}}\.[0-9]{{1,2}}\.[0-9]{{1,2}}",
    "{l}{nn}/{mm}/{dd}": rf"{_ERA_LETTER}[0-9]{{2}}/[0-9]{{2}}/[0-9]{{2}}",
    "{l}{nn}{mm}{dd}": rf"{_ERA_LETTER}[0-9]{{6}}",
}
_ANY = f"^({'|'.join(STYLES.values())})$"
_WIDE_MARK = " wide"
_PART = re.compile(r"\{(\w+)\}")


def styles_of_dates(cells: pl.Series) -> pl.Series:
    """Return how each cell writes its date; null where it is none."""
    plain, style = cells.str.normalize("NFKC").str.strip_chars(), pl.lit(None, dtype=pl.String)
    if not plain.str.contains(_ANY).any():
        return pl.repeat(None, len(cells), dtype=pl.String, eager=True)
    for name, pattern in reversed(STYLES.items()):
        style = pl.when(pl.col("plain").str.contains(f"^{pattern}$")).then(pl.lit(name)).otherwise(style)
    wide = pl.when(pl.col("cell").str.contains(_WIDE_DIGIT)).then(pl.lit(_WIDE_MARK)).otherwise(pl.lit(""))
    return pl.DataFrame({"cell": cells, "plain": plain}).select(style + wide).to_series()


def days_of(cells: pl.Series) -> pl.Series:
    """Return the day that each cell means; null where it means none that exists."""
    days = cells.str.to_date("%Y-%m-%d", strict=False)  # how most are written; the others one by one
    other = (cells.is_not_null() & days.is_null()).arg_true()
    found = pl.Series([parse_date(cell) for cell in cells.gather(other)], dtype=pl.Date)
    return days.scatter(other, found) if len(other) else days


def dated(days: Days, seconds: Ints, style: str) -> pl.Series:
    """Return days and seconds of the day written in a style of :func:`styles_of_dates`."""
    era = np.maximum(np.searchsorted(_FIRST_DAYS, days, side="right") - 1, 0)
    table = pl.DataFrame({"day": pl.Series(days).cast(pl.Date), "era": era, "seconds": seconds})
    names, parts = style.removesuffix(_WIDE_MARK), list[pl.Expr]()
    end = 0
    for part in _PART.finditer(names):
        parts += [pl.lit(names[end : part.start()]), _PARTS[part[1]]()]
        end = part.end()
    text = table.select(pl.concat_str([*parts, pl.lit(names[end:])])).to_series()
    return text.str.replace_many(dict(zip(*_pairs(), strict=True))) if style.endswith(_WIDE_MARK) else text


def _pairs() -> tuple[list[str], list[str]]:
    return [chr(code) for code in _WIDE], [chr(wide) for wide in _WIDE.values()]


def _of_day(part: str, width: int) -> Callable[[], pl.Expr]:
    return lambda: getattr(pl.col("day").dt, part)().cast(pl.String).str.zfill(width)


def _era(place: int) -> Callable[[], pl.Expr]:
    return lambda: pl.col("era").replace_strict(
        {number: era[place] for number, era in enumerate(_ERAS)}, return_dtype=pl.String
    )


def _era_year(width: int) -> Callable[[], pl.Expr]:
    first = {number: era[1] for number, era in enumerate(_ERAS)}

    def year() -> pl.Expr:
        years = pl.col("day").dt.year() - pl.col("era").replace_strict(first, return_dtype=pl.Int32) + 1
        return years.cast(pl.String).str.zfill(width)

    return year


def _time() -> pl.Expr:
    seconds = pl.col("seconds")
    clock = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return pl.concat_str([part.cast(pl.String).str.zfill(2) for part in clock], separator=":")


_PARTS: dict[str, Callable[[], pl.Expr]] = {
    "y": _of_day("year", 4), "m": _of_day("month", 1), "d": _of_day("day", 1),
    "mm": _of_day("month", 2), "dd": _of_day("day", 2), "time": _time,
    "e": _era(2), "g": _era(3), "l": _era(4), "n": _era_year(1), "nn": _era_year(2),
}  # fmt: skip

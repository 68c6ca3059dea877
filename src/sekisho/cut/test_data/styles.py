"""How the cells of a column are written, by kind of data, and invented values written so.

A style is a short text, a family and a detail: ``date/{y}-{mm}-{dd}``, ``name/katakana wide full``, ``number/000-0000``.
Where the kind has no values of its own, or a cell is none (不明 in a column of dates), it is ``pattern/`` and the pattern
of :mod:`~sekisho.cut.test_data.signs`. Of the cell itself a style holds nothing but kinds of signs and punctuation.
"""

import numpy as np
import polars as pl

from sekisho.cut.test_data.dates import dated, styles_of_dates
from sekisho.cut.test_data.kinds import NAMES
from sekisho.cut.test_data.names import named, styles_of_names
from sekisho.cut.test_data.numbers import is_number, numbered
from sekisho.cut.test_data.places import placed, styles_of_places
from sekisho.cut.test_data.signs import filled, patterns_of
from sekisho.invented import people
from sekisho.invented.draws import Draws
from sekisho.invented.people import Days
from sekisho.invented.values import columns, invent_column

_DATES = frozenset({"birth_date", "residence_date"})
_NUMBERS = frozenset({
    "phone", "postal_code", "bank_account", "my_number", "corporate_number", "drivers_licence", "health_insurance",
    "insurer_number", "pension_number", "employment_insurance", "care_insurance", "payment_card", "nhs_number", "kr_rrn",
    "ssn", "yucho_account", "case_number", "resident_code", "bank_code", "branch_code",
})  # fmt: skip
_IN_ONE_WAY = frozenset({
    "email", "passport", "residence_card", "iban", "nino", "tw_id", "foreign_id", "ip_address", "mac_address", "location",
    "credential", "user_name", "free_text", "biometric",
})  # fmt: skip

_SEXES = (
    ("男", "女"), ("男性", "女性"), ("M", "F"), ("m", "f"), ("1", "2"), ("１", "２"),
    ("male", "female"), ("Male", "Female"), ("MALE", "FEMALE"),
)  # fmt: skip
_JAPANESE = r"\p{Han}|\p{Hiragana}|\p{Katakana}"
_SECONDS_OF_A_DAY = 86_400
_PATTERN = "pattern/"


def styles_of(kind_id: str, header: str, cells: pl.Series) -> pl.Series:
    """Return the style of every cell; null stays null.

    Args:
        kind_id: the kind of the column; empty if nothing says it.
        header: what it is called, which tells whether a name is a surname alone.
        cells: what stands in it.
    """
    patterns = _PATTERN + patterns_of(cells)
    styles = patterns
    if kind_id in NAMES:
        styles = "name/" + styles_of_names(header, cells)
    elif kind_id == "address":
        styles = "place/" + styles_of_places(cells)
    elif kind_id in _NUMBERS:
        bare = patterns.str.slice(len(_PATTERN))
        styles = pl.select(pl.when(is_number(bare)).then("number/" + bare).otherwise(patterns)).to_series()
    elif kind_id in _IN_ONE_WAY:
        styles = pl.Series(["plain/"]).gather([0] * len(cells))
    elif kind_id == "sex":
        pairs = {word: f"sex/{male} {female}" for male, female in _SEXES for word in (male, female)}
        words, told = list(pairs), list(pairs.values())
        styles = cells.replace_strict(words, told, default=patterns, return_dtype=pl.String)
    else:
        styles = _loose(kind_id, cells, patterns)
    return pl.select(pl.when(cells == "").then(pl.lit(_PATTERN)).when(cells.is_not_null()).then(styles)).to_series()


def usual_style(kind_id: str, header: str) -> str:
    """Return how a cell of a kind is written if nobody can be followed: as Sekisho writes it."""
    made = invent_column(kind_id, Draws(np.zeros(1, np.uint64)))
    return str(styles_of(kind_id, header, pl.Series(["漢漢漢漢"]) if made is None else made)[0])


def dressed(kind_id: str, styles: pl.Series, draws: Draws, *, days: Days | None = None) -> pl.Series:
    """Return an invented value of a kind for each style, drawn from the word beside it; null stays null.

    Args:
        kind_id: the kind; empty if nothing says it.
        styles: of :func:`styles_of`.
        draws: a word for each.
        days: the days that dates tell; if not given, those on which people of these words were born.
    """
    if len(styles) and not styles.null_count() and styles.n_unique() == 1 and not styles[0].startswith(_PATTERN):
        return _in_style(kind_id, styles[0], draws, days)  # nearly every column, without sorting it apart
    frame = styles.to_frame("style").with_row_index("row").drop_nulls()
    by_pattern = pl.col("style").str.starts_with(_PATTERN)
    made = list[pl.DataFrame]()
    for part in frame.filter(~by_pattern).partition_by("style"):
        rows = part["row"].to_numpy().astype("int64")
        own = None if days is None else days[rows]
        made.append(part.select("row", _in_style(kind_id, part["style"][0], draws.of(rows), own).alias("cell")))
    rest = frame.filter(by_pattern)
    of_rest = draws.of(rest["row"].to_numpy().astype("int64"))
    made.append(rest.select("row", filled(rest["style"].str.slice(len(_PATTERN)), of_rest).alias("cell")))
    cells = pl.concat(made).sort("row")
    return (
        pl.int_range(len(styles), eager=True, dtype=pl.UInt32).to_frame("row").join(cells, on="row", how="left")["cell"]
    )


def _loose(kind_id: str, cells: pl.Series, patterns: pl.Series) -> pl.Series:
    """Return styles where the kind leaves open what a cell is: a date, a word or a number."""
    dates, has_words = styles_of_dates(cells), kind_id in columns() and kind_id not in _DATES
    other = pl.when(cells.str.contains(_JAPANESE) & has_words).then(pl.lit("plain/")).otherwise(patterns)
    return pl.select(pl.when(dates.is_not_null()).then("date/" + dates).otherwise(other)).to_series()


def _in_style(kind_id: str, style: str, draws: Draws, days: Days | None) -> pl.Series:
    family, _, detail = style.partition("/")
    match family:
        case "name":
            return named(detail, draws)
        case "place":
            return placed(detail, draws)
        case "number":
            return numbered(kind_id, detail, draws)
        case "code":
            return draws.one_of("code", list(detail))
        case "sex":
            male, female = detail.split(" ")
            return pl.Series([female, male]).gather(people.is_male(draws).astype("int64"))
        case "date":
            own = people.birth_days(draws) if days is None else days
            return dated(own, draws.below("time", _SECONDS_OF_A_DAY), detail)
        case _:
            plain = invent_column(kind_id, draws)
            assert plain is not None
            return plain

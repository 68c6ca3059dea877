"""How names are written (in kanji, kana, Latin letters; with which blank; whole or in part), and other names so."""

import polars as pl

from sekisho.invented import people
from sekisho.invented.banks import half_width
from sekisho.invented.draws import Draws
from sekisho.kinds.taxonomy import header_form

_FAMILY_HEADERS = frozenset({"姓", "セイ", "surname", "lastname", "familyname"})
_GIVEN_HEADERS = frozenset({"名", "メイ", "firstname", "givenname"})
_BLANKS = {"wide": "\u3000", "space": " ", "none": ""}


def is_part_of_a_name(header: str) -> bool:
    """Tell whether a column is called as one of surnames, or of given names, alone."""
    return header_form(header) in _FAMILY_HEADERS | _GIVEN_HEADERS


def styles_of_names(header: str, cells: pl.Series) -> pl.Series:
    """Return script and blank of every name, and which part of one it is: ``kanji wide full``."""
    name, form = pl.col("cell"), header_form(header)
    part = "family" if form in _FAMILY_HEADERS else "given" if form in _GIVEN_HEADERS else "full"
    script = (
        pl.when(name.str.contains(r"[ｦ-ﾟ]")).then(pl.lit("half"))
        .when(name.str.contains(r"^[A-Za-z .,'-]+$")).then(pl.lit("latin"))
        .when(name.str.contains(r"^[ァ-ヺー・\s]+$")).then(pl.lit("katakana"))
        .when(name.str.contains(r"^[ぁ-ゖー・\s]+$")).then(pl.lit("hiragana"))
        .otherwise(pl.lit("kanji"))
    )  # fmt: skip
    blank = (
        pl.when(name.str.contains("\u3000")).then(pl.lit("wide"))
        .when(name.str.contains(" ")).then(pl.lit("space"))
        .otherwise(pl.lit("none"))
    )  # fmt: skip
    return cells.to_frame("cell").select(pl.format(f"{{}} {{}} {part}", script, blank)).to_series()


def named(style: str, draws: Draws) -> pl.Series:
    """Return names in a style of :func:`styles_of_names`."""
    script, blank, part = style.split(" ")
    match script:
        case "half":
            names = people.kana(draws).str.replace_many(half_width())
        case "latin":
            names = people.roman(draws)
        case "katakana":
            names = people.kana(draws)
        case "hiragana":
            names = people.hiragana(draws)
        case _:
            names = people.names(draws)
    if part != "full":
        split = names.str.extract(r"^(\S+)\s" if part == "family" else r"\s(\S+)$")
        return split.fill_null(names)
    # The name of somebody who has several in Latin letters keeps its blanks: no office runs them together.
    plain = names.str.replace_all(r"\s", _BLANKS[blank])
    return pl.select(pl.when(names.str.contains("^[A-Z]")).then(names).otherwise(plain)).to_series()

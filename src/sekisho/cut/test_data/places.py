"""How addresses are written (from which part on, blocks in words or hyphens, in which width), and others so."""

import polars as pl

from sekisho.invented import people
from sekisho.invented.draws import Draws

_PREFECTURE = r"^(東京都|北海道|大阪府|京都府|.{2,3}県)"
_CITY = r"^[^0-9０-９]{1,7}[市区郡]"
_BUILDING = r"[0-9０-９]{2,4}(号室?|F|階)?$"
_BLOCK = r"丁目|番地?"
_HYPHENS = {"丁目": "-", "番": "-", "号": ""}
_WIDE = dict(zip("0123456789-", "０１２３４５６７８９－", strict=True))


def styles_of_places(cells: pl.Series) -> pl.Series:
    """Return from which part on each address is written, how its block is, and its width: ``prefecture words half``."""
    place = pl.col("cell")
    numbered = place.str.contains(_BLOCK) | place.str.contains(r"[0-9０-９][-－ー‐−][0-9０-９]")
    start = (
        pl.when(place.str.contains(_PREFECTURE)).then(pl.lit("prefecture"))
        .when(place.str.contains(_CITY)).then(pl.lit("city"))
        .when(place.str.contains(_BUILDING) & ~numbered).then(pl.lit("building"))
        .otherwise(pl.lit("town"))
    )  # fmt: skip
    block = pl.when(place.str.contains(_BLOCK)).then(pl.lit("words")).otherwise(pl.lit("hyphens"))
    width = pl.when(place.str.contains("[０-９]")).then(pl.lit("wide")).otherwise(pl.lit("half"))
    return cells.to_frame("cell").select(pl.concat_str([start, block, width], separator=" ")).to_series()


def placed(style: str, draws: Draws) -> pl.Series:
    """Return addresses in a style of :func:`styles_of_places`."""
    start, block, width = style.split(" ")
    match start:
        case "prefecture":
            places = people.addresses(draws)
        case "city":
            places = people.addresses(draws).str.replace(_PREFECTURE, "")
        case "building":
            places = people.buildings(draws)
        case _:
            places = people.streets(draws)
    if block == "hyphens" and start != "building":
        places = places.str.replace("番地の", "番").str.replace_many(_HYPHENS)
    return places.str.replace_many(_WIDE) if width == "wide" else places

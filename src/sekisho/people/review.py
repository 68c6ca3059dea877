"""Candidates for the rows that no pass matched: who of the register is near enough for a person to look at.

What is left of a city is mostly people who married, who moved and whose birth date has a slip as well. A candidate shares a
few parts with the row that together are rare: name or reading with two of year, month and day; birth date and address; name
or reading with the postal code. It is for a person to say who it is: nothing here is a match.
"""

import polars as pl

from sekisho.people.linkage import Linked

_PARTS = ("code", "name", "kana", "birth_date", "address", "sex", "postal_code")
_NEAR = ("birth_year_month", "birth_month_day", "birth_year_day")
_SHARED = (
    *[(named, near) for named in ("name", "kana") for near in _NEAR],
    ("birth_date", "address"),
    ("name", "postal_code"),
    ("kana", "postal_code"),
)
_CROWD = 50  # what so many people of the register share is no sign of anybody


def review(linked: Linked, *, most: int = 3) -> pl.DataFrame:
    """Return who the unmatched rows might be.

    Args:
        linked: what :func:`~sekisho.people.linkage.link` returned.
        most: candidates a row.

    Returns:
        ``row`` and ``person``, ``same`` (the parts that are equal, in the order of the cascade, joined by ``+``) and
        ``likeness`` (how many there are, a birth date near by one half); by row, the likeliest first. A row that is not
        there has no candidate.
    """
    rows = linked.table.with_row_index("row").join(linked.rest.to_frame("row"), on="row", how="semi")
    people = linked.register.with_row_index("person")
    shared = [each for each in _SHARED if {*each} <= {*rows.columns} & {*people.columns}]
    pairs = [_pairs(rows, people, each) for each in shared]
    empty = pl.DataFrame(schema={"row": pl.UInt32, "person": pl.UInt32})
    found = pl.concat([empty, *pairs], how="vertical_relaxed").unique()
    parts = [part for part in _PARTS if part in rows.columns and part in people.columns]
    near = [part for part in _NEAR if part in rows.columns and part in people.columns]
    beside = found.join(rows, on="row").join(people, on="person", suffix="_known")
    same = {part: (pl.col(part) == pl.col(f"{part}_known")).fill_null(value=False) for part in (*parts, *near)}
    counted = pl.sum_horizontal(pl.lit(0), *[same[part] for part in parts])
    is_near = pl.any_horizontal(pl.lit(value=False), *[same[part] for part in near])
    nearly = is_near & ~same.get("birth_date", pl.lit(value=True))
    words = [pl.when(same[part]).then(pl.lit(part)) for part in parts]
    return (
        beside.select(
            "row",
            "person",
            same=pl.concat_str(words, separator="+", ignore_nulls=True) if words else pl.lit(""),
            likeness=counted + 0.5 * nearly,
        )
        .sort(["row", "likeness", "person"], descending=[False, True, False])
        .group_by("row", maintain_order=True)
        .head(most)
    )


def _pairs(rows: pl.DataFrame, people: pl.DataFrame, shared: tuple[str, str]) -> pl.DataFrame:
    """Return who share two parts, where few do."""
    having = people.drop_nulls(shared).join(rows.select(shared).drop_nulls().unique(), on=shared, how="semi")
    rare = having.filter(pl.len().over(shared) <= _CROWD)
    return rows.join(rare.select("person", *shared), on=shared).select("row", "person")

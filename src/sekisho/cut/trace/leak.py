"""A leaked table, looked at once for all candidates: what in it may be tokens, spellings, and invented people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sekisho.cut.trace.key_forms import address_form, name_form
from sekisho.cut.trace.marks import CHANNELS, Reading, readable, reading
from sekisho.cut.trace.token_sets import NO_TOKENS, TokenColumn, token_column

_MOST_VALUES = 1 << 16
"""So many values of one channel are enough to tell any number of candidates apart, and bound what each costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What a leaked table says.

    Attributes:
        rows: how many it has.
        cells: how many cells are not empty.
        tokens: the columns in which something may be a token.
        readings: channel id → which spelling each value has; channels of which nothing is there are left out.
        blocks: the table itself, as text, for looking for invented people.
    """

    rows: int
    cells: int
    tokens: tuple[TokenColumn, ...]
    readings: Mapping[str, Reading]
    blocks: Sequence[pl.DataFrame]


def read_leak(blocks: Iterable[pl.DataFrame]) -> Leak:
    """Look at a leaked table. Headers and the order of rows and columns mean nothing; columns are told by their cells."""
    tables = [block.select(pl.all().cast(pl.String)) for block in blocks if block.height and block.width]
    columns = [cells for table in tables for cells in table.get_columns()]
    # Spellings are told by the cells alone, so that a table of a thousand columns is one column to them.
    values = [table.unpivot()["value"].drop_nulls().unique() for table in tables]
    seen = {
        each.id: found
        for each in CHANNELS.values()
        if (found := pl.concat([_NOTHING, *(readable(cells, each) for cells in values)])).height
    }
    return Leak(
        rows=sum(table.height for table in tables),
        cells=sum(len(cells) - cells.null_count() for cells in columns),
        tokens=tuple(_token_columns(tables)),
        readings={channel: reading(found, most=_MOST_VALUES) for channel, found in seen.items()},
        blocks=tables,
    )


_NOTHING = pl.DataFrame(schema={"form": pl.String, "spelt": pl.Boolean})


def _token_columns(tables: Sequence[pl.DataFrame]) -> Iterable[TokenColumn]:
    """Yield columns of one name over all blocks together, so that how a table is cut into blocks changes no count."""
    found = dict[str, TokenColumn]()
    for table in tables:
        for cells in table.get_columns():
            found[cells.name] = found.get(cells.name, NO_TOKENS) | token_column(cells)
    return (each for each in found.values() if len(each.numbers) or len(each.texts))


def forms_of(people: pl.DataFrame) -> pl.DataFrame:
    """Return ``form``, ``kind`` and ``person`` (the row) of every value of some people."""
    parts = [_NO_FORMS] + [
        pl.DataFrame(
            {
                "form": (address_form if name == "address" else name_form)(cells),
                "kind": pl.repeat(name, people.height, eager=True),
                "person": pl.int_range(people.height, dtype=pl.Int64, eager=True),
            }
        )
        for name, cells in zip(people.columns, people.get_columns(), strict=True)
    ]
    return pl.concat(parts).filter(pl.col("form").str.len_bytes() > 0)


def sightings(leak: Leak, forms: pl.Series) -> pl.DataFrame:
    """Return ``row`` and ``form`` of every cell of a leaked table that is one of these, whatever column it stands in.

    Values are compared as :mod:`sekisho.cut.trace.key_forms` has them.
    """
    sought = forms.unique()
    found, start = [_NO_SIGHTINGS], 0
    for table in leak.blocks:
        for cells in table.get_columns():
            distinct = cells.drop_nulls().unique()
            for form in (name_form, address_form):
                known = pl.DataFrame({"cell": distinct, "form": form(distinct)}).filter(
                    pl.col("form").is_in(sought.implode())
                )
                here = pl.DataFrame(
                    {"row": pl.int_range(start, start + table.height, dtype=pl.Int64, eager=True), "cell": cells}
                )
                found.append(here.join(known, on="cell").select("row", "form"))
        start += table.height
    return pl.concat(found)


def people_seen(seen: pl.DataFrame, forms: pl.DataFrame) -> int:
    """Return how many people stand in a leaked table: two values of theirs at least, in one row.

    Args:
        seen: what :func:`sightings` returned for them, or for them and others.
        forms: what :func:`forms_of` returned for them.
    """
    met = seen.join(forms, on="form").group_by("row", "person").agg(pl.col("kind").n_unique())
    return met.filter(pl.col("kind") >= _ENOUGH)["person"].n_unique()


_ENOUGH = 2
_NO_FORMS = pl.DataFrame(schema={"form": pl.String, "kind": pl.String, "person": pl.Int64})
_NO_SIGHTINGS = pl.DataFrame(schema={"row": pl.Int64, "form": pl.String})

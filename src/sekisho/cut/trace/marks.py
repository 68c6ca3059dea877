"""Marks: spellings that are free anyway, chosen by a keyed bit a value, so that a copy can be told by how it is spelt.

A name's blank may be half or full width, an address may say 3丁目4番5号 or 3-4-5, its digits have two widths, a postal
code is written with a hyphen or without. The bit is that of AES-CMAC over the value's comparable form under a key of the
cut (:mod:`sekisho.cut.trace.cmac`): it depends on the value alone, so rows may be shuffled, dropped and stripped of other
fields, and equal values are spelt equally. To everybody without the key the spelling is a coin's.

What a value means never changes (:mod:`sekisho.canon` holds it for the same before and after), and identifiers, amounts,
codes and dates are never touched. Nor is a cell that a spreadsheet would then take for something else: a postal code that
begins with 0 keeps its hyphen, since without it the zero is lost; so do telephone numbers, which nearly all do. An address
of digits alone stays, since 3-4-5 is a date to Excel.

One normalisation of a column removes its marks. Nobody is accused then: what is left is coins.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sekisho.cut.trace.cmac import Messages, derived_key
from sekisho.cut.trace.key_forms import address_form, name_form, postal_form

_CELL = "cell"
_WIDE = r"[^\s\x00-\x7f\uff61-\uff9f]+"
_LONGEST = 200
_MOSTLY = 0.6  # of different values, from which on it costs less to take every cell than to find them

_HALF_DIGITS, _FULL_DIGITS = list("0123456789"), list("０１２３４５６７８９")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One spelling that is free.

    Attributes:
        id: its name; part of the key.
        kinds: the ids of the kinds whose cells have it.
        applies: whether a cell has this freedom; an expression over ``cell``.
        reads: which of the two spellings stands there.
        spells: the cell in its second spelling, and in its first; equal to the cell where that cannot be said.
        form: the cells in the form that no mark changes.
    """

    id: str
    kinds: frozenset[str]
    applies: pl.Expr
    reads: pl.Expr
    spells: tuple[pl.Expr, pl.Expr]
    form: Callable[[pl.Series], pl.Series]


def _channels() -> tuple[Channel, ...]:
    cell = pl.col(_CELL)
    block = r"^(\p{L}[^0-9０-９]*)"
    hyphened = block + r"(?:[0-9]+-[0-9]+-[0-9]+|[０-９]+－[０-９]+－[０-９]+)$"
    half = block + r"([0-9]+)丁目([0-9]+)番([0-9]+)号$"
    full = block + r"([０-９]+)丁目([０-９]+)番([０-９]+)号$"
    has_half, has_full = cell.str.contains("[0-9]"), cell.str.contains("[０-９]")
    return (
        Channel(
            id="blank",
            kinds=frozenset({"name", "name_kana"}),
            applies=cell.str.contains(f"^{_WIDE}[ \u3000]{_WIDE}$"),
            reads=cell.str.contains("\u3000", literal=True),
            spells=(cell.str.replace("\u3000", " ", literal=True), cell.str.replace(" ", "\u3000", literal=True)),
            form=name_form,
        ),
        Channel(
            id="block",
            kinds=frozenset({"address"}),
            applies=cell.str.contains(f"{half}|{full}|{hyphened}"),
            reads=cell.str.contains(hyphened),
            # From hyphens back to words would be to invent: 3-4-5 may also be 3番地4の5.
            spells=(cell, cell.str.replace(half, "${1}${2}-${3}-${4}").str.replace(full, "${1}${2}－${3}－${4}")),
            form=address_form,
        ),
        Channel(
            id="width",
            kinds=frozenset({"address"}),
            applies=cell.str.contains(r"^\p{L}") & (has_half ^ has_full),
            reads=has_full,
            spells=(
                cell.str.replace_many(_FULL_DIGITS, _HALF_DIGITS).str.replace_all("([0-9])－", "${1}-"),
                cell.str.replace_many(_HALF_DIGITS, _FULL_DIGITS).str.replace_all("([０-９])-", "${1}－"),
            ),
            form=address_form,
        ),
        Channel(
            id="hyphen",
            kinds=frozenset({"postal_code"}),
            applies=cell.str.contains("^[1-9][0-9]{2}-?[0-9]{4}$"),
            reads=cell.str.contains("-", literal=True),
            spells=(cell.str.replace("-", "", literal=True), cell.str.replace("^([0-9]{3})([0-9]{4})$", "${1}-${2}")),
            form=postal_form,
        ),
    )


CHANNELS: Mapping[str, Channel] = {channel.id: channel for channel in _channels()}


def channels_of(kinds: Iterable[str]) -> frozenset[str]:
    """Return the channels by which fields of these kinds can be marked; none for what must stand as it is."""
    asked = set(kinds)
    return frozenset(channel.id for channel in CHANNELS.values() if channel.kinds & asked)


def mark(cells: pl.Series, kind_id: str, secret: bytes) -> pl.Series:
    """Return a column of text in the spelling of one copy; what cannot be marked stands as it is.

    Args:
        cells: the cells; null stays null.
        kind_id: their kind.
        secret: the cut's secret.
    """
    channels = [channel for channel in CHANNELS.values() if kind_id in channel.kinds]
    if not channels or not len(cells):
        return cells
    if cells.to_frame().select(pl.first().approx_n_unique()).item() > _MOSTLY * len(cells):
        return _spelt(cells, channels, secret)
    distinct = cells.drop_nulls().unique()
    return cells.replace_strict(distinct, _spelt(distinct, channels, secret), default=None, return_dtype=pl.String)


def _spelt(cells: pl.Series, channels: Sequence[Channel], secret: bytes) -> pl.Series:
    """Bring each cell into the spellings of its bits; what it is keyed by stays the same from channel to channel."""
    filled = cells.fill_null("").alias(_CELL)
    messages = {channel.form: Messages(channel.form(filled)) for channel in channels}
    for channel in channels:
        bits = pl.Series(messages[channel.form].bits(derived_key(secret, channel.id)), dtype=pl.Boolean)
        first, second = channel.spells
        wrong = filled.to_frame().select((_has(channel) & (channel.reads != bits)).arg_true()).to_series()
        other = filled.gather(wrong).to_frame().select(pl.when(bits.gather(wrong)).then(second).otherwise(first))
        filled = filled.clone().scatter(wrong, other.to_series())
    return pl.select(pl.when(cells.is_not_null()).then(filled).alias(cells.name)).to_series()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cells of a leaked table say by one channel: each value once, in the spelling it mostly has.

    Attributes:
        messages: the values in the form that no mark changes.
        spelt: which spelling each has.
    """

    messages: Messages
    spelt: np.ndarray

    def agreements(self, secret: bytes, channel_id: str) -> int:
        """Return how many values are spelt as in the copy of this secret; of somebody else's half are, by chance."""
        return int(np.count_nonzero(self.messages.bits(derived_key(secret, channel_id)) == self.spelt))


def readable(cells: pl.Series, channel: Channel) -> pl.DataFrame:
    """Return ``form`` and ``spelt`` of each distinct cell that has the channel's freedom, whatever its column is called."""
    free = cells.drop_nulls().unique().to_frame(_CELL).filter(_has(channel)).with_columns(spelt=channel.reads)
    return free.select(channel.form(free[_CELL]).alias("form"), "spelt")


def reading(seen: pl.DataFrame, *, most: int) -> Reading:
    """Return what was seen, each value once; a value that is spelt in both ways equally often says nothing.

    Args:
        seen: ``form`` and ``spelt``.
        most: so many values at the most, chosen without regard to how they are spelt.
    """
    votes = seen.group_by("form").agg(
        pl.col("spelt").sum().cast(pl.Int64).alias("second"), pl.len().cast(pl.Int64).alias("all")
    )
    told = votes.filter(pl.col("second") * 2 != pl.col("all")).sort("form").head(most)
    return Reading(Messages(told["form"]), (told["second"] * 2 > told["all"]).to_numpy())


def _has(channel: Channel) -> pl.Expr:
    return (pl.col(_CELL).str.len_chars() <= _LONGEST) & channel.applies

"""The invented city: its towns with their postal codes, and what its buildings are called.

The rules that keep it invented stand in ``places.toml``: a city name that no municipality bears and postal codes that
Japan Post has not given out.
"""

from dataclasses import dataclass

import polars as pl

from sekisho.invented.data import read


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """Towns in the order of their postal codes, and how their houses are numbered."""

    first: int
    numbers: str
    towns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Buildings:
    """What names of shared houses are made of."""

    kinds: list[str]
    words: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What ``places.toml`` says about the city."""

    prefecture: str
    city: str
    postal_prefix: str
    district: list[District]
    buildings: Buildings

    def towns(self) -> pl.DataFrame:
        """Return the towns: ``town``, ``postal_code``, ``by_lot`` (numbered by lot, not by block)."""
        rows = [
            (town, f"{self.postal_prefix}-{district.first + place:04}", district.numbers == "lot")
            for district in self.district
            for place, town in enumerate(district.towns.split())
        ]
        return pl.DataFrame(rows, schema=["town", "postal_code", "by_lot"], orient="row")


def places() -> Places:
    """Return the city as ``places.toml`` describes it."""
    return read("places", Places)

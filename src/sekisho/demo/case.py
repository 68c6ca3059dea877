"""The case that the demo plays: how many rows each table had, and on which day (``case.toml``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from sekisho.demo.data import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The figures of the case.

    Attributes:
        day: the day the tables were copied; nothing in them is later.
        rows: the rows of each table, by the table's name; ``register`` has one for each person.
    """

    day: date
    rows: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many people were in the register."""
        return self.rows["register"]

    def scaled(self, people: int) -> dict[str, int]:
        """Return the rows of each table for a city of another size: in proportion, to the nearest whole row."""
        return {table: (2 * rows * people + self.people) // (2 * self.people) for table, rows in self.rows.items()}


@cache
def the_case() -> Case:
    """Return the case as ``case.toml`` tells it."""
    return read("case", Case)

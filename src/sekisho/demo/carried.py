"""The night as it was: who would have been on a plain stick with all six tables, and with which kinds of data."""

from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.demo.city import City
from sekisho.demo.data import read
from sekisho.kinds.taxonomy import kind
from sekisho.people.index import Index, masks_of_rows
from sekisho.people.population import Population
from sekisho.readers.tables import open_tables


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """What the columns of one table are.

    Attributes:
        subject: the column that tells whose row it is.
        kinds: column → kind id.
    """

    subject: str
    kinds: Mapping[str, str]


def carried_index(city: City) -> Index:
    """Return who is in the city's six tables, with which kinds."""
    tables = read("carried", dict[str, CarriedTable])
    population, index = Population(), Index()
    for name, path in city.paths.items():
        for table in open_tables(path, has_header=True):
            for rows in table.frames(list(tables[name].kinds), strict=True):
                numbers = population.number(rows[tables[name].subject], kind("resident_code"))
                kinds = {column: kind(kind_id) for column, kind_id in tables[name].kinds.items()}
                index.add_rows(numbers, masks_of_rows(rows, kinds))
    return index

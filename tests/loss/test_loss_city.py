"""The case at its true size: all six tables on one copy, lost; the list of people against a join with plain Python."""

import csv
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from brute_force import Source, listed, who_is_in
from plain_purposes import plain_purpose

from invented_office import Town, make_town, signing_key
from sekisho.custody.cutting import make_cut, prepare
from sekisho.demo.city import City, make_city
from sekisho.loss.evidence import gather
from sekisho.loss.lost import report_lost
from sekisho.loss.who import export_people


def carried_tables(city: City) -> dict[str, Source]:
    """Return the tables as they were carried: which column tells whose row it is, and what each column is."""
    tables = tomllib.loads(files("sekisho.demo").joinpath("carried.toml").read_text(encoding="utf-8"))
    return {name: Source(path, tables[name]["subject"], tables[name]["kinds"]) for name, path in city.paths.items()}


def seal_as_carried(town: Town, city: City) -> str:
    """Cut all tables, seal them to one stick and return its slip number."""
    cuts = []
    for name, table in carried_tables(city).items():
        with table.path.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        path = city.folder / f"{name}.toml"
        text = plain_purpose(table.path.name, columns, subject=table.subject, kinds=table.kinds)
        path.write_text(text, encoding="utf-8")
        cuts.append(make_cut(town.office, prepare(path)).id)
    (slip,) = town.sealed("USB-1", cuts=tuple(cuts))
    return slip


@pytest.mark.city
def test_all_460517_people_are_listed_with_every_kind_as_a_join_with_plain_python_finds_them(tmp_path: Path) -> None:
    town = make_town(tmp_path / "town")
    city = make_city(tmp_path / "city")
    slip = seal_as_carried(town, city)
    report_lost(town.office, [slip], key_officer=signing_key("security"))
    export_people(
        town.office, [slip], tmp_path / "people.csv", first=signing_key("privacy"), second=signing_key("chief")
    )
    expected = who_is_in(carried_tables(city).values())
    assert listed(tmp_path / "people.csv") == expected
    affected = gather(town.office, [slip]).affected
    by_kind = Counter(kind for kinds in expected.values() for kind in kinds)
    assert {kind.id: people for kind, people in affected.by_kind()} == by_kind
    assert len(expected) == affected.at_least == affected.at_most == 460_517

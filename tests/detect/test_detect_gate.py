"""The false-positive gate: 247 public tables in which no number identifies anybody."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import need
from sekisho.detect.findings import Finding, TableReport
from sekisho.detect.packs import built_in_rules
from sekisho.detect.scan import scan

_VECTORS = Path(os.environ.get("SEKISHO_VECTORS", Path(__file__).parents[3] / "shared" / "vectors"))
_TABLES = _VECTORS / "detect" / "fivethirtyeight"

# Looked at one by one: actors, film crews, players, politicians, candidates, club owners, boxers, and the sexes of
# actors, crews and candidates. Public figures are people, and a scan that finds them is right.
_RIGHT = {"name": 18, "sex": 4}


@pytest.fixture(scope="module")
def reports() -> list[TableReport]:
    need(_TABLES.is_dir(), "the public tables are not beside the checkout; set SEKISHO_VECTORS to their folder")
    return [report for path in sorted(_TABLES.rglob("*.csv")) for report in scan(path)]


def _at(reports: list[TableReport], *levels: str) -> Iterator[Finding]:
    return (finding for report in reports for finding in report.findings if finding.level in levels)


def test_every_table_is_read(reports: list[TableReport]) -> None:
    assert len(reports) == 247
    assert [report.name for report in reports if report.could_not_inspect] == []


def test_no_number_is_taken_for_somebodys(reports: list[TableReport]) -> None:
    numbers = {kind for kind, rule in built_in_rules().kinds.items() if rule.number}

    assert [(found.table, found.column) for found in _at(reports, "high", "medium") if found.kind in numbers] == []


def test_what_is_found_is_names_and_sexes_of_public_figures(reports: list[TableReport]) -> None:
    kinds = [finding.kind for finding in _at(reports, "high", "medium")]

    assert {kind: kinds.count(kind) for kind in kinds} == _RIGHT

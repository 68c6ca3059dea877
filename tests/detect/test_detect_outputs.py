"""Whatever is made from a scan's findings shows no value that was planted."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from invented_reports import place, text
from invented_tables import people, write_csv

from sekisho.detect.baseline import accept, nothing_accepted, write_baseline
from sekisho.detect.findings import Report
from sekisho.detect.fingerprints import Fingerprints, Key
from sekisho.detect.report.html import page
from sekisho.detect.report.sarif import sarif
from sekisho.detect.report.terminal import overview
from sekisho.detect.scan import scan_tables

_KEY = Fingerprints(key=Key(bytes(32)), folder=Path("/"))


def _baseline(reports: list[Report]) -> str:
    return repr(accept(nothing_accepted(_KEY), reports, _KEY))


OUTPUTS: dict[str, Callable[[list[Report]], str]] = {
    "sarif": lambda reports: json.dumps(sarif(reports, "ja", _KEY), ensure_ascii=False),
    "page": lambda reports: page(reports, "ja", made=datetime(2026, 11, 23), sources="x"),
    "terminal": lambda reports: repr(overview(reports, "ja")),
    "baseline": _baseline,
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_planted_value_comes_out(output: str, tmp_path: Path) -> None:
    rows = people(60)
    write_csv(tmp_path / "a.csv", rows)
    cell = replace(place("phone", "06-6401-0123"), column="備考")
    reports: list[Report] = [
        *(replace(each, places=(cell,)) for each in scan_tables(tmp_path / "a.csv")),
        text("memo.txt", place("email", "hanako@city.lg.jp"), place("my_number", "123456789018")),
    ]
    planted = {value for row in rows for value in row.values() if len(value) > 5} | {
        "06-6401-0123",
        "hanako",
        "123456789018",
    }

    said = OUTPUTS[output](reports)

    assert len(planted) > 200
    assert [value for value in planted if value in said] == []


def test_a_baseline_is_written_for_others_to_read_and_its_values_for_nobody(tmp_path: Path) -> None:
    reports: list[Report] = [text("memo.txt", place("my_number", "123456789018"))]

    write_baseline(tmp_path / "b.json", accept(nothing_accepted(_KEY), reports, _KEY))

    assert "123456789018" not in (tmp_path / "b.json").read_text()

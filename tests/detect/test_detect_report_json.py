from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, Finding, Report, TableReport, TextReport, Uninspected
from sekisho.detect.report_json import from_bytes, to_bytes
from sekisho.detect.scan import scan_tables
from sekisho.readers.problems import Problem

FILE = Path("drive/箱.zip")
FINDING = Finding(
    kind="phone",
    level="high",
    confidence=0.97,
    line=3,
    start=10,
    end=23,
    masked="＊5678",
    fingerprint="f1",
    value="090-1234-5678",
)
COLUMN = ColumnFinding(
    table="t",
    column="電話",
    kind="phone",
    level="high",
    confidence=0.99,
    cells=5,
    matched=5,
    exact=True,
    distinct=5,
    evidence=(Evidence("shape", 4.5, {"share": 1.0, "cells": 5, "shape": "phone"}),),
    example_masked="＊5678",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _table(path: Path) -> TableReport:
    problem = Problem(key="readers.ragged_row", count=2, line=7)
    return TableReport(path=path, name="t", rows=5, columns=1, people=4, findings=(COLUMN,), problems=(problem,))


def test_a_table_comes_back_as_it_was() -> None:
    reports: list[Report] = [_table(FILE), _table(Path(f"{FILE}!中/名簿.csv"))]

    assert from_bytes(to_bytes(reports, FILE), FILE) == reports


def test_a_text_comes_back_with_its_counts_and_without_its_values() -> None:
    report = TextReport(path=FILE, name="n", lines=9, counts={("phone", "high"): 3}, findings=(FINDING,))

    data = to_bytes([report], FILE)
    (found,) = from_bytes(data, FILE)

    assert b"090-1234-5678" not in data
    assert isinstance(found, TextReport)
    assert found.counts == {("phone", "high"): 3}
    assert found.findings[0].value is None
    assert found.findings[0].fingerprint == "f1"


def test_places_in_a_table_lose_their_values_too() -> None:
    report = TableReport(path=FILE, name="n", places=(FINDING,))

    assert b"090-1234-5678" not in to_bytes([report], FILE)


def test_why_it_could_not_be_inspected_comes_back_in_words() -> None:
    path = Path("drive/\udc8fZ.xlsx")
    reason = Uninspected(key="readers.ragged_row", values={"path": path, "line": 3})
    reports: list[Report] = [TableReport(path=path, name="n", could_not_inspect=reason)]

    found = from_bytes(to_bytes(reports, FILE), FILE)

    assert found == reports
    assert found[0].could_not_inspect is not None
    assert found[0].could_not_inspect.says("ja") == reason.says("ja")


def test_paths_follow_the_file() -> None:
    data = to_bytes([_table(Path(f"{FILE}!a.csv"))], FILE)

    assert [report.path for report in from_bytes(data, Path("x.zip"))] == [Path("x.zip!a.csv")]


def test_a_real_scan_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("氏名,電話番号\n" + "山田 太郎,090-1234-5678\n" * 20, encoding="utf-8")
    reports: list[Report] = [*scan_tables(path)]

    assert from_bytes(to_bytes(reports, path), path) == reports


@given(
    st.binary(min_size=1, max_size=20).filter(lambda name: not set(name) & set(b"/\0.")), TEXTS, st.integers(0, 2**62)
)
def test_any_path_and_any_name_comes_back(name: bytes, table: str, rows: int) -> None:
    path = Path("drive") / name.decode("utf-8", "surrogateescape")
    reports: list[Report] = [TableReport(path=path, name=table, rows=rows)]

    assert from_bytes(to_bytes(reports, path), path) == reports
    assert from_bytes(to_bytes(reports, FILE), FILE) == reports


@pytest.mark.parametrize("data", [b"", b"[{}]", b'[{"sort": "other"}]', b'[{"sort": "table", "path": 3}]', b"{}"])
def test_what_is_no_report_is_told(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        from_bytes(data, FILE)

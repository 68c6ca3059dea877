import json
from pathlib import Path

from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, TableReport, Uninspected

_FINDING = ColumnFinding(
    table="juki",
    column="個人番号",
    kind="my_number",
    level="high",
    confidence=0.99996,
    cells=10,
    matched=9,
    exact=True,
    distinct=9,
    evidence=(Evidence("check_digit", 12.3456, {"passed": 9, "tried": 10}),),
    example_masked="**********18",
)


def test_a_report_becomes_plain_json() -> None:
    report = TableReport(path=Path("juki.csv"), name="juki", rows=10, columns=1, people=9, findings=(_FINDING,))

    said = json.loads(json.dumps(report.to_json()))

    assert (said["path"], said["people"], said["could_not_inspect"]) == ("juki.csv", 9, None)
    assert said["findings"][0]["evidence"] == [{"key": "check_digit", "weight": 12.35, "passed": 9, "tried": 10}]
    assert said["findings"][0]["confidence"] == 1.0


def test_what_could_not_be_inspected_says_why() -> None:
    reason = Uninspected(key="readers.encrypted", values={"path": "a.xlsx"})
    report = TableReport(path=Path("a.xlsx"), name="a", could_not_inspect=reason)

    assert "encrypted" in str(report.to_json()["could_not_inspect"])
    assert "暗号化" in reason.says("ja")


def test_the_chance_to_miss_is_told() -> None:
    """A share of one in a thousand is missed by 10,000 cells with a probability of 4.5 in 100,000."""
    sampled = TableReport(path=Path("x"), name="x", rows=1_000_000, sampled=10_000)

    assert f"{sampled.missed(0.001):.1e}" == "4.5e-05"
    assert TableReport(path=Path("x"), name="x", rows=10, sampled=10).missed(0.001) == 0.0

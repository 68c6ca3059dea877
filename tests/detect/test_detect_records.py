import json
from pathlib import Path

from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, Finding, TableReport, TextReport, Uninspected
from sekisho.detect.records import records

_COLUMN = ColumnFinding(
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
_PLACE = Finding(kind="phone", level="high", confidence=0.9999, line=3, start=5, end=18, masked="***-****-**78")
_TABLE = TableReport(path=Path("juki.csv"), name="juki", rows=12, columns=1, people=9, findings=(_COLUMN,))
_TEXT = TextReport(
    path=Path("a.zip!memo.txt"), name="memo", lines=9, characters=99, people=1, counts={("phone", "high"): 1},
    findings=(_PLACE,),
)  # fmt: skip


def test_a_table_becomes_a_line_for_each_column_and_one_for_the_source() -> None:
    column, source = json.loads(json.dumps(list(records([_TABLE]))))

    assert column["type"] == "column"
    assert (column["source"], column["column"], column["kind"]) == ("juki.csv", "個人番号", "my_number")
    assert (column["confidence"], column["rows"], column["filled"], column["matched"]) == ("high", 12, 10, 9)
    assert column["evidence"] == [{"key": "check_digit", "weight": 12.35, "passed": 9, "tried": 10}]
    assert (source["type"], source["people"], source["kinds"]) == ("source", 9, ["my_number"])
    assert source["inspected"] is True


def test_a_text_becomes_a_line_for_each_finding_and_one_for_the_source() -> None:
    finding, source = records([_TEXT])

    assert (finding["type"], finding["source"], finding["column"]) == ("finding", "a.zip!memo.txt", None)
    assert (finding["row"], finding["line"], finding["start"], finding["end"]) == (None, 3, 5, 18)
    assert (finding["kind"], finding["confidence"], finding["masked"]) == ("phone", "high", "***-****-**78")
    assert "value" not in finding
    assert (source["people"], source["kinds"]) == (1, ["phone"])


def test_what_could_not_be_inspected_says_why() -> None:
    reason = Uninspected(key="readers.encrypted", values={"path": "a.xlsx"})

    (source,) = records([TableReport(path=Path("a.xlsx"), name="a", could_not_inspect=reason)])

    assert "encrypted" in str(source["inspected"])
    assert source["reason"] == "readers.encrypted"
    assert "暗号化" in reason.says("ja")


def test_the_views_of_one_source_share_a_line() -> None:
    (source,) = [each for each in records([_TABLE, _TABLE]) if each["type"] == "source"]

    assert (len(source["tables"]), source["people"]) == (2, 9)  # type: ignore[arg-type] # a list

"""What other programs are given of the ledger: every type of event, in forms that their own schemas accept, and no cell a formula."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interop_samples import CARRIER, COPY, EVENING, GOLDEN, OFFICER, ORIGIN, entry, written

from conftest import ROOT, VECTORS
from invented_office import PERSONAL, Town
from sekisho.custody.interop.case import document_lines
from sekisho.custody.interop.cef import cef
from sekisho.custody.interop.meanings import MEANINGS
from sekisho.custody.interop.ocsf import ocsf
from sekisho.custody.interop.tables import BOM, event_row, harmless, line, write_tables
from sekisho.errors import MediumError

pytest_plugins = ("office_fixtures",)

SCHEMA = json.loads((VECTORS / "ocsf" / "classes-1.8.0.json").read_text(encoding="utf-8"))
ROOMS = ("custodian", "custody", "ledger", "loss", "server")
"""Which append to the ledger."""
NAMES = {each["uid"]: name for name, each in SCHEMA["classes"].items()}


def _appended() -> Iterator[str]:
    """Yield every type of event that the source appends: said there, or a name for it."""
    paths = [path for room in ROOMS for path in (ROOT / "src" / "sekisho" / room).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    said = [each for tree in trees for node in ast.walk(tree) for each in _events_of(node)]
    named = {each.id for each in said if isinstance(each, ast.Name)}
    yield from (str(each.value) for each in said if isinstance(each, ast.Constant))
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.Assign):
                yield from _constants_of(node, named)


def _events_of(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from (word.value for word in node.keywords if word.arg in {"leaf", "event"})
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr != "append" or not node.args:
            return
        if node.keywords or getattr(function.value, "id", "") == "tx":
            yield from _choices(node.args[0])


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    yield from (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def _constants_of(node: ast.Assign, named: set[str]) -> Iterator[str]:
    for target in node.targets:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for name, value in zip(names, values, strict=False):
            if getattr(name, "id", "") in named and isinstance(value, ast.Constant):
                yield str(value.value)


def test_every_event_that_is_written_has_a_meaning() -> None:
    """An event type that is new, and unknown here, is what this is for."""
    found = {each for each in _appended() if re.fullmatch(r"[a-z]+\.[a-z_]+", each)}
    assert {"copy.lost", "release.given", "escrow.made", "copy.offered", "ticket.destroyed"} <= found
    assert found - MEANINGS.keys() == set()


def _invalid(event: dict[str, Any], shape: dict[str, Any], where: str) -> Iterator[str]:
    """Yield what OCSF's own schema does not allow in an event or object."""
    attributes = shape["attributes"]
    yield from (
        f"{where}.{name} is missing" for name, each in attributes.items() if each.get("required") and name not in event
    )
    if shape["at_least_one"] and not set(shape["at_least_one"]) & event.keys():
        yield f"{where} has none of {shape['at_least_one']}"
    for name, value in event.items():
        if name not in attributes:
            yield f"{where}.{name} is unknown"
            continue
        kind = attributes[name]
        values = value if kind.get("array") else [value]
        if not isinstance(values, list):
            yield f"{where}.{name} is no list"
            continue
        for each in values:
            yield from _invalid_value(each, kind, f"{where}.{name}")


def _invalid_value(value: object, kind: dict[str, Any], where: str) -> Iterator[str]:
    if "enum" in kind and str(value) not in kind["enum"]:
        yield f"{where} may not be {value}"
    types = {"integer_t": int, "timestamp_t": int, "long_t": int, "string_t": str, "boolean_t": bool}
    if kind["type"] in types and not isinstance(value, types[kind["type"]]):
        yield f"{where} is no {kind['type']}"
    if isinstance(value, dict) and kind.get("object") in SCHEMA["objects"]:
        yield from _invalid(value, SCHEMA["objects"][kind["object"]], where)


@pytest.mark.parametrize("kind", [*MEANINGS, "future.thing"])
def test_ocsf_accepts_every_event(kind: str) -> None:
    for each in (entry(7, kind, by=[OFFICER], medium="00175", slip="964883"), entry(8, kind, None)):
        event = ocsf(each, origin=ORIGIN)
        assert list(_invalid(event, SCHEMA["classes"][NAMES[event["class_uid"]]], "event")) == []
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert event["metadata"]["version"] == SCHEMA["version"]


def test_the_schema_would_notice() -> None:
    event = ocsf(EVENING[9], origin=ORIGIN)
    shape = SCHEMA["classes"]["incident_finding"]
    wrongs: list[dict[str, Any]] = [
        {"status_id": 7}, {"assignee_group": {}}, {"severity_id": "high"}, {"lost": True}, {"finding_info_list": {}},
    ]  # fmt: skip
    for wrong in wrongs:
        assert list(_invalid(event | wrong, shape, "event"))
    assert list(_invalid({name: value for name, value in event.items() if name != "status_id"}, shape, "event"))


@pytest.mark.parametrize("name", ["events.ocsf.jsonl", "events.cef", "events.case.jsonld", "events.csv"])
def test_what_is_written_is_what_was_looked_at(name: str) -> None:
    """The CASE file was accepted by case_validate 0.18 (CASE 1.4.0) when it was last written."""
    assert written()[name].encode() == (GOLDEN / name).read_bytes()


# CEF: RFC 5424's header, CEF's own escapes.

_SYSLOG = re.compile(r"<(\d{1,3})>1 (\S+) (\S{1,255}) sekisho - (\S{1,32}) - CEF:0\|")
_TEXTS = st.text(max_size=30) | st.text(alphabet="|=\\\n\r a", max_size=12)


@given(_TEXTS)
def test_whatever_a_field_holds_a_cef_line_is_one_line_and_reads_back(text: str) -> None:
    said = cef(entry(3, "copy.lost", note=text), origin=ORIGIN)
    head, _, extension = said.partition("|1|copy.lost|Copy reported lost|9|")
    assert _SYSLOG.match(said)
    assert len(said.splitlines()) == 1
    assert said.isascii()
    assert head.endswith("|Sekisho|Sekisho")
    pairs = dict(re.findall(r"(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)", extension))
    shown = re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), pairs["sekishoNote"])
    assert shown == "".join(c if " " <= c <= "~" or c in "\r\n" else f"<U+{ord(c):04X}>" for c in text)


def test_a_loss_is_an_alert_and_a_heartbeat_is_none() -> None:
    """Facility 13 (log audit): 13 * 8 + 1, and + 6."""
    assert cef(entry(9, "copy.lost"), origin=ORIGIN).startswith("<105>1 ")
    assert cef(entry(9, "alarm.heartbeat"), origin=ORIGIN).startswith("<110>1 ")


# CASE.


def graph(since: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads("\n".join(document_lines(EVENING, origin=ORIGIN, since=since)))["@graph"]
    return found


def test_a_hand_over_is_a_pair_and_the_second_knows_of_the_first() -> None:
    given_, taken = (each for each in graph() if each.get("uco-core:name", "").startswith("copy.handed_over"))
    keys = {each["@id"]: each["uco-core:name"] for each in graph() if each["@type"] == "uco-identity:Identity"}
    assert keys[given_["uco-action:performer"]["@id"]] == f"key {OFFICER}"
    assert keys[taken["uco-action:performer"]["@id"]] == f"key {CARRIER}"
    assert taken["case-investigation:wasInformedBy"] == {"@id": given_["@id"]}


def test_a_copy_has_its_record_and_its_sealing_the_approvals() -> None:
    (record,) = (each for each in graph() if each["@type"] == "case-investigation:ProvenanceRecord")
    (approval,) = (each for each in graph() if each["@type"] == "case-investigation:Authorization")
    (sealing,) = (each for each in graph() if each.get("uco-core:name") == "capsule.sealed")
    assert record["case-investigation:exhibitNumber"] == "964883"
    assert sealing["case-investigation:relevantAuthorization"] == [{"@id": approval["@id"]}]
    assert [each["@id"] for each in sealing["uco-action:object"]] == [each["@id"] for each in record["uco-core:object"]]


@pytest.mark.parametrize("since", [0, 6, len(EVENING)])
def test_what_is_pointed_to_is_there_wherever_one_begins(since: int) -> None:
    nodes = graph(since)
    there = {each["@id"] for each in nodes}
    pointed = set(re.findall(r'\{"@id": "(kb:[a-z]+-[0-9a-f-]{36})"\}', json.dumps(nodes)))
    assert pointed <= there
    assert len([each for each in nodes if each["@type"] == "case-investigation:InvestigativeAction"]) == (
        0 if since == len(EVENING) else len(EVENING) - since + 1
    )


# Tables.


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    (row,) = (
        csv.reader([line(["a", cell])], strict=True) if "\n" not in cell and "\r" not in cell else [["a", f"'{cell}"]]
    )
    assert row == ["a", f"'{cell}"]
    assert harmless("ふつう") == "ふつう"


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_row_reads_back(first: str, second: str) -> None:
    text = line([first, second])
    (row,) = (
        csv.reader([text], strict=True)
        if not {"\r", "\n"} & set(first + second)
        else [[harmless(first), harmless(second)]]
    )
    assert row == [harmless(first), harmless(second)]


def test_everything_is_written_as_tables_and_nobody_is_named(out: Town, tmp_path: Path) -> None:
    files = write_tables(out.office, tmp_path / "tables")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in files}
    assert set(texts) == {
        "events",
        "copies",
        "media",
        "persons",
        "contracts",
        "approvals",
        "hand-overs",
        "certificates",
    }
    rows = {name: list(csv.DictReader(text.removeprefix(BOM).splitlines())) for name, text in texts.items()}
    assert all(text.startswith(BOM) for text in texts.values())
    assert len(rows["events"]) == out.size
    assert [(row["slip"], row["state"], row["holder"]) for row in rows["copies"]] == [
        (s, "out", "carrier") for s in out.slips
    ]
    assert [(row["request"], row["person"]) for row in rows["approvals"]] == [("C-1", "chief"), ("C-1", "security")]
    assert {row["person"]: row["contracts"] for row in rows["persons"]}["carrier"] == "R4-1234"
    assert [row["people"] for row in rows["hand-overs"]] == ["carrier officer"] * 2
    whole = "".join(texts.values())
    assert not [name for name in (*PERSONAL, "さん") if name in whole]
    with pytest.raises(MediumError):
        write_tables(out.office, tmp_path / "tables")


def test_a_row_of_an_event_has_all_of_it() -> None:
    row = event_row(EVENING[6])
    assert row[:6] == ("6", "2022-06-21T08:06:00Z", "copy.handed_over", "Copy handed over", "1", COPY)
    assert row[6] == f"{OFFICER} {CARRIER}"
    assert json.loads(row[7])["levels"] == ["L2", "L3"]

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from invented_reports import column, dark, place, table, text

from conftest import ROOT
from sekisho.catalogue.words import Language
from sekisho.detect.findings import Report
from sekisho.detect.fingerprints import Fingerprints, Key
from sekisho.detect.report.sarif import sarif

_SCHEMA = json.loads((ROOT / "tests/vectors/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
_KEY = Fingerprints(key=Key(bytes(32)), folder=Path("/"))
_PHONE = place("phone", "06-6401-0000", line=3, start=120)
_SJIS = os.fsdecode("住民.csv".encode("cp932"))
_REPORTS: list[Report] = [
    table("juki.csv", column("my_number", "個人番号", masked="**********18"), column("name", "名", level="low")),
    text("a b/メモ.txt", replace(_PHONE, line_start=100), replace(_PHONE, level="medium")),
    replace(table("outer.zip!inner.csv"), places=(replace(_PHONE, column="備考"),)),
    dark("outer.zip!deep.7z!locked.xlsx"),
    text(_SJIS, _PHONE),
]


def _run(*reports: Report, language: Language = "en", key: Fingerprints | None = None) -> Any:
    log = json.loads(json.dumps(sarif(reports or _REPORTS, language, key)))
    jsonschema.Draft4Validator(_SCHEMA).validate(log)
    return log["runs"][0]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_what_the_official_schema_asks_for(language: Language) -> None:
    run = _run(language=language, key=_KEY)

    assert len(run["results"]) == 6
    assert run["language"] == language


def test_a_log_of_nothing_is_one_too() -> None:
    assert sarif([], "en")["version"] == "2.1.0"
    jsonschema.Draft4Validator(_SCHEMA).validate(sarif([], "en"))


def test_levels_follow_confidence() -> None:
    levels = [result["level"] for result in _run()["results"]]

    assert levels == ["error", "note", "error", "warning", "error", "error"]


def test_places_of_a_text_are_in_characters() -> None:
    first, second = (result["locations"][0]["physicalLocation"]["region"] for result in _run()["results"][2:4])

    assert first == {"charOffset": 120, "charLength": 12, "startLine": 3, "startColumn": 21}
    assert "startColumn" not in second or second == first


def test_rules_are_the_kinds_in_use_and_results_point_at_them() -> None:
    run = _run()
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["my_number", "name", "phone"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert rules[0]["properties"]["security-severity"] == "9.5"


def test_names_are_percent_encoded_and_nested_files_have_parents() -> None:
    artifacts = _run()["artifacts"]
    uris = [artifact["location"]["uri"] for artifact in artifacts]

    assert uris[1] == "a%20b/%E3%83%A1%E3%83%A2.txt"
    assert uris[2:4] == ["outer.zip", "/inner.csv"]
    assert artifacts[3]["parentIndex"] == 2
    assert all(uri.isascii() for uri in uris)
    assert "%8FZ%96%AF.csv" in uris
    deep = artifacts[[uri == "/locked.xlsx" for uri in uris].index(True)]
    assert artifacts[deep["parentIndex"]]["location"]["uri"] == "/deep.7z"
    assert artifacts[artifacts[deep["parentIndex"]]["parentIndex"]]["location"]["uri"] == "outer.zip"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/srv/a.txt", "file:///srv/a.txt"),
        ("hello!.txt", "hello%21.txt"),
        ("a:b#c?.txt", "a%3Ab%23c%3F.txt"),
        ("postgresql:/db.example/juki", "postgresql://db.example/juki"),
    ],
)
def test_other_names_become_addresses_too(path: str, uri: str) -> None:
    assert [each["location"]["uri"] for each in _run(text(path, _PHONE))["artifacts"]] == [uri]


def test_what_could_not_be_inspected_is_told() -> None:
    (invocation,) = _run()["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]

    assert notification["level"] == "error"
    assert "encrypted" in notification["message"]["text"]


def test_values_are_masked_and_fingerprints_need_a_key() -> None:
    without, having = _run(), _run(key=_KEY)

    assert "06-6401" not in json.dumps([without, having])
    assert not any("partialFingerprints" in result for result in without["results"])
    assert all(len(result["partialFingerprints"]["sekisho/v1"]) == 32 for result in having["results"])

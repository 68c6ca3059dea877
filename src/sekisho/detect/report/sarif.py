"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show: values masked, places in characters.

A kind is a rule, a finding a result; its level is error, warning or note as its confidence is high, medium or low. What
could not be inspected is a notification of the run, at level error, because the result without it is not whole. A file in
an archive is an artifact with a parent. Fingerprints are keyed (:mod:`sekisho.detect.fingerprints`), and there are none
without a key.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from sekisho.catalogue.words import Language, say
from sekisho.detect.baseline import of_column, of_place
from sekisho.detect.columns import Level
from sekisho.detect.evidence import Evidence
from sekisho.detect.findings import ColumnFinding, Finding, Report, TableReport, TextReport, Uninspected
from sekisho.detect.fingerprints import Fingerprints
from sekisho.detect.report.summary import sensitivity_order
from sekisho.files import printable
from sekisho.kinds.taxonomy import kind

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "sekisho/v1"

_LEVELS: Mapping[Level, str] = {"high": "error", "medium": "warning", "low": "note"}
_SECURITY_SEVERITY = {1: "3.0", 2: "5.0", 3: "7.5", 4: "9.5"}  # how a code host ranks alerts: CVSS, by sensitivity
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/")
_TEXT_TABLES = frozenset({".csv", ".tsv", ".txt"})
_Object: TypeAlias = dict[str, object]


def sarif(
    reports: Iterable[Report], language: Language, fingerprints: Fingerprints | None = None
) -> Mapping[str, object]:
    """Return reports as a SARIF log.

    Args:
        reports: what a scan found.
        language: of messages and help.
        fingerprints: the project's, by which results stay known from run to run.
    """
    reports = list(reports)
    artifacts = _Artifacts()
    writer = _Writer(language, fingerprints, artifacts, {each: place for place, each in enumerate(_kinds(reports))})
    results = [result for report in reports for result in writer.results(report)]
    dark = [(report.path, report.could_not_inspect) for report in reports if report.could_not_inspect]
    notifications = [writer.notification(path, why) for path, why in dark]
    driver: _Object = {
        "name": "sekisho",
        "version": version("sekisho"),
        "rules": [_rule(each, language) for each in writer.rules],
        "notifications": [{"id": key} for key in sorted({why.key for _, why in dark})],
    }
    run: _Object = {
        "tool": {"driver": driver},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "artifacts": artifacts.listed,
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


@dataclass(slots=True)
class _Artifacts:
    """The files that results speak of, each once, a container before what it holds."""

    listed: list[_Object] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def location(self, path: Path) -> _Object:
        """Return where a file is."""
        place = self._place(os.fspath(path))
        location = self.listed[place]["location"]
        assert isinstance(location, dict)
        return {**location, "index": place}

    def _place(self, name: str) -> int:
        if name not in self._places:
            outer, _, inner = name.rpartition("!")
            nested = bool(inner) and "." in outer.rpartition("/")[2]  # a name may have a mark of its own: hello!.csv
            parent = self._place(outer) if nested else None
            artifact: _Object = {"location": {"uri": _encoded(f"/{inner}") if nested else _uri(name)}}
            if parent is not None:
                artifact["parentIndex"] = parent
            if printable(name) != name:
                artifact["description"] = {"text": printable(name)}
            self._places[name] = len(self.listed)
            self.listed.append(artifact)
        return self._places[name]


@dataclass(frozen=True, slots=True)
class _Writer:
    language: Language
    fingerprints: Fingerprints | None
    artifacts: _Artifacts
    rules: Mapping[str, int]

    def results(self, report: Report) -> Iterator[_Object]:
        if isinstance(report, TableReport):
            yield from (self._of_column(report, each) for each in report.findings)
            yield from (self._of_place(report, each) for each in report.places)
        else:
            yield from (self._of_place(report, each) for each in report.findings)

    def notification(self, path: Path, why: Uninspected) -> _Object:
        return {
            "level": "error",
            "descriptor": {"id": why.key},
            "message": {"text": why.says(self.language)},
            "locations": [{"physicalLocation": {"artifactLocation": self.artifacts.location(path)}}],
        }

    def _of_column(self, report: TableReport, finding: ColumnFinding) -> _Object:
        physical: _Object = {"artifactLocation": self.artifacts.location(report.path)}
        if report.path.suffix.lower() in _TEXT_TABLES:
            physical["region"] = {"startLine": 1}  # where the header names it; code hosts show nothing without a line
        location: _Object = {"physicalLocation": physical, "logicalLocations": [_logical(report.name, finding.column)]}
        words = self._say(
            "sarif_column",
            column=printable(finding.column),
            table=printable(report.name),
            kind=kind(finding.kind).label(self.language),
            level=self._say(f"level_{finding.level}"),
            matched=f"{finding.matched:,}",
            cells=f"{finding.cells:,}",
            example=finding.example_masked,
        )
        mark = of_column(report, finding, self.fingerprints) if self.fingerprints else None
        counts = {"cells": finding.cells, "matched": finding.matched, "exact": finding.exact}
        return self._result(finding, words, location, mark, counts)

    def _of_place(self, report: Report, finding: Finding) -> _Object:
        physical: _Object = {"artifactLocation": self.artifacts.location(report.path)}
        location: _Object = {"physicalLocation": physical}
        properties: _Object = {}
        if isinstance(report, TextReport):
            physical["region"] = _region(finding)
        else:
            location["logicalLocations"] = [_logical(report.name, finding.column or "")]
            properties = {"row": finding.line, "start": finding.start, "end": finding.end}
        words = self._say(
            "sarif_place",
            kind=kind(finding.kind).label(self.language),
            level=self._say(f"level_{finding.level}"),
            masked=finding.masked,
        )
        mark = of_place(report.path, finding, self.fingerprints) if self.fingerprints else None
        return self._result(finding, words, location, mark, properties)

    def _result(
        self,
        finding: ColumnFinding | Finding,
        words: str,
        location: _Object,
        mark: str | None,
        properties: Mapping[str, object],
    ) -> _Object:
        why = [each.says(self.language) for each in finding.evidence]
        result: _Object = {
            "ruleId": finding.kind,
            "ruleIndex": self.rules[finding.kind],
            "level": _LEVELS[finding.level],
            "message": {"text": "\n".join([words, *why])},
            "rank": round(100 * finding.confidence, 1),
            "locations": [location],
            "properties": {
                "confidence": round(finding.confidence, 4),
                "evidence": [_evidence(each) for each in finding.evidence],
                **properties,
            },
        }
        return result | ({"partialFingerprints": {FINGERPRINT: mark}} if mark else {})

    def _say(self, key: str, **values: object) -> str:
        return say(f"report.{key}", self.language, **values)


def _kinds(reports: Sequence[Report]) -> list[str]:
    columns = {each.kind for report in reports if isinstance(report, TableReport) for each in report.findings}
    places = {
        each.kind
        for report in reports
        for each in (report.places if isinstance(report, TableReport) else report.findings)
    }
    return sensitivity_order(columns | places)


def _rule(kind_id: str, language: Language) -> _Object:
    about = kind(kind_id)
    words = say(f"report.sensitivity_{about.sensitivity}", language)
    return {
        "id": about.id,
        "name": "".join(part.capitalize() for part in about.id.split("_")),
        "shortDescription": {"text": about.label(language)},
        "fullDescription": {"text": say("report.sarif_rule", language, kind=about.label(language), sensitivity=words)},
        "help": {"text": say("report.sarif_help", language, kind=about.label(language))},
        "properties": {
            "tags": ["personal-data", *sorted({about.group, *about.flags})],
            "sensitivity": about.sensitivity,
            "dpv": about.dpv,
            "security-severity": _SECURITY_SEVERITY[about.sensitivity],
        },
    }


def _region(finding: Finding) -> _Object:
    region: _Object = {
        "charOffset": finding.start,
        "charLength": finding.end - finding.start,
        "startLine": finding.line,
    }
    if finding.line_start is not None:
        region["startColumn"] = finding.start - finding.line_start + 1
    return region


def _logical(table: str, column: str) -> _Object:
    table, column = printable(table), printable(column)
    return {"name": column, "fullyQualifiedName": f"{table}/{column}", "kind": "member"}


def _evidence(evidence: Evidence) -> _Object:
    return {"key": evidence.key, "weight": round(evidence.weight, 2), **evidence.values}


def _uri(name: str) -> str:
    """Return a path as a URI reference: relative paths stay so, bytes that are no UTF-8 are told as they are."""
    if address := _ADDRESS.match(name):
        return f"{address[1]}://{_encoded(name[address.end() :].lstrip('/'))}"
    absolute = name.startswith("/")
    return f"file://{_encoded(name)}" if absolute and not name.startswith("//") else _encoded(name)


def _encoded(name: str) -> str:
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in os.fsencode(name))

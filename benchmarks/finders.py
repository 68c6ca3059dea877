"""Finders of personal data behind one interface: texts in, spans out. Each peer runs with its defaults, on the same texts.

A peer is named by the program that runs it, so that nothing of it has to be installed here: the ``jp-pii-detect`` binary, and
the ``python`` of an environment with ``presidio-analyzer`` (a blank spaCy pipeline; no model is downloaded).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from gold import Span

Find: TypeAlias = Callable[[Sequence[str]], list[list[Span]]]

LEVELS = ("low", "medium", "high")

_JP_PII = {
    "jp-my-number": "my_number",
    "jp-phone-number": "phone",
    "jp-postal-code": "postal_code",
    "jp-address": "address",
    "email-address": "email",
    "credit-card": "payment_card",
    "jp-drivers-license": "drivers_licence",
    "jp-passport": "passport",
    "jp-pension-number": "pension_number",
    "jp-residence-card": "residence_card",
    "jp-bank-account": "bank_account",
    "jp-yucho-account": "yucho_account",
    "jp-birthdate": "birth_date",
    "jp-health-insurance": "health_insurance|insurer_number",
    "jp-employment-insurance": "employment_insurance",
    "jp-kaigo-insurance": "care_insurance",
    "jp-juminhyo-code": "resident_code",
    "jp-invoice-number": "corporate_number",
    "person-name": "name",
}
_PRESIDIO = {
    "PERSON": "name",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "CREDIT_CARD": "payment_card",
    "US_SSN": "ssn",
    "IP_ADDRESS": "ip_address",
    "DATE_TIME": "birth_date",
    "US_DRIVER_LICENSE": "drivers_licence",
    "US_PASSPORT": "passport",
    "US_BANK_NUMBER": "bank_account",
}
_PRESIDIO_PROGRAM = """
import importlib.metadata, json, spacy, sys
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
class Blank(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}
registry = RecognizerRegistry()
registry.load_predefined_recognizers()
analyzer = AnalyzerEngine(nlp_engine=Blank(), registry=registry)
if len(sys.argv) > 1:
    print(importlib.metadata.version("presidio-analyzer"))
else:
    texts = json.load(sys.stdin)
    json.dump([[(r.start, r.end, r.entity_type) for r in analyzer.analyze(text, language="en")] for text in texts], sys.stdout)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """A finder of personal data.

    Attributes:
        name: what tables call it.
        find: gives the spans of each text.
    """

    name: str
    find: Find


def sekisho(level: str = "medium") -> Finder:
    """Return this project's finder, called in this process; answers below the level are no answers."""
    return Finder(name=f"sekisho, {level} and surer", find=partial(_sekisho, level=level))


def sekisho_command(level: str = "medium") -> Finder:
    """Return this project's finder, called as its users do: one run over a folder, a text a file."""
    return Finder(name="sekisho scan --json --spans", find=partial(_sekisho_command, level=level))


def jp_pii(program: Path) -> Finder:
    """Return jp-pii-detector."""
    version = subprocess.run([program, "version"], check=True, capture_output=True, text=True).stdout.strip()
    return Finder(name=f"jp-pii-detect {version}", find=partial(_jp_pii, program=program))


def presidio(python: Path) -> Finder:
    """Return Presidio's analyzer, English, pattern recognizers only."""
    command = [str(python), "-c", _PRESIDIO_PROGRAM]
    version = subprocess.run([*command, "version"], check=True, capture_output=True, text=True).stdout.strip()
    return Finder(name=f"presidio-analyzer {version}, no model", find=partial(_presidio, command=command))


def lines(paths: Sequence[Path | str], *options: str) -> list[dict[str, object]]:
    """Return what ``sekisho scan --json`` says of the paths, one object a line."""
    command = [sys.executable, "-m", "sekisho", "scan", "--json", *options, *map(str, paths)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in {0, 1, 6}:
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _sekisho(texts: Sequence[str], *, level: str) -> list[list[Span]]:
    from sekisho.detect.text.scan import find_spans  # noqa: PLC0415 -- peers run without it

    accepted = LEVELS[LEVELS.index(level) :]
    return [
        [
            Span(start=found.start, end=found.end, kind=found.kind)
            for found in find_spans(text)
            if found.level in accepted
        ]
        for text in texts
    ]


def _sekisho_command(texts: Sequence[str], *, level: str) -> list[list[Span]]:
    accepted = LEVELS[LEVELS.index(level) :]
    spans: list[list[Span]] = [[] for _ in texts]
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
        for each in lines([folder], "--spans"):
            if each["type"] == "finding" and each["confidence"] in accepted:
                spans[int(Path(str(each["source"])).stem)].append(_span(each))
    return spans


def _span(found: Mapping[str, object]) -> Span:
    start, end = found["start"], found["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    return Span(start=start, end=end, kind=str(found["kind"]))


def _jp_pii(texts: Sequence[str], *, program: Path) -> list[list[Span]]:
    command = [str(program), "scan", "--stdin", "--format", "json", "--exit-zero"]
    return [
        _jp_pii_spans(subprocess.run(command, input=text.encode(), check=True, capture_output=True)) for text in texts
    ]


def _jp_pii_spans(done: subprocess.CompletedProcess[bytes]) -> list[Span]:
    findings = json.loads(done.stdout)["findings"] or []
    return [
        Span(start=each["offset"], end=each["end_offset"], kind=_JP_PII.get(each["rule_id"], "")) for each in findings
    ]


def _presidio(texts: Sequence[str], *, command: Sequence[str]) -> list[list[Span]]:
    done = subprocess.run(command, input=json.dumps(list(texts)), check=True, capture_output=True, text=True)
    return [
        [Span(start=start, end=end, kind=_PRESIDIO.get(entity, "")) for start, end, entity in each]
        for each in json.loads(done.stdout)
    ]

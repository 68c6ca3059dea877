"""The texts on which detection is measured, with what is in them: one record a text, one span a value.

The hand-written notes are in the repository. The others are looked for in ``$SEKISHO_VECTORS`` or beside the checkout; their
sources and licences are in ``docs/benchmarks.md``.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
NOTES = ROOT / "tests" / "vectors" / "detect"
VECTORS = Path(os.environ.get("SEKISHO_VECTORS", ROOT.parent / "shared" / "vectors")) / "detect"

NUMBERS = (
    "my_number", "drivers_licence", "payment_card", "phone", "bank_account", "yucho_account", "pension_number", "passport",
    "residence_card", "health_insurance", "insurer_number", "care_insurance", "employment_insurance",
)  # fmt: skip

# Where one question has two answers that both are right, as far as finding people's data goes.
SAME = {"name_kana": "name", "account_holder": "name"}

_PRESIDIO = {
    "PERSON": "name",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "CREDIT_CARD": "payment_card",
    "US_SSN": "ssn",
    "IP_ADDRESS": "ip_address",
    "STREET_ADDRESS": "address",
    "DATE_TIME": "birth_date",
    "ZIP_CODE": "postal_code",
    "US_DRIVER_LICENSE": "drivers_licence",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A value in a text.

    Attributes:
        start: its first character.
        end: the character behind its last.
        kind: the id of the kind; of a finder's answer, kinds apart by ``|`` where the finder does not tell them apart.
        also: places that are as good an answer.
        optional: finding it is neither right nor wrong.
    """

    start: int
    end: int
    kind: str
    also: tuple[tuple[int, int], ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A text and what is in it.

    Attributes:
        text: the text.
        spans: every value of the set's kinds in it.
        frame: what records made alike share; intervals are drawn over frames, not records.
    """

    text: str
    spans: tuple[Span, ...]
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSet:
    """Texts, and how they are scored.

    Attributes:
        read: gives the records.
        kinds: those that are scored; what a finder says of others is passed over.
        sums: name of a total to the kinds in it.
        goal: the total, the measure and the figure that the project has set itself.
        shown: the failures may be shown to whoever writes rules.
    """

    read: Callable[[], list[Record]]
    kinds: tuple[str, ...]
    sums: Mapping[str, tuple[str, ...]]
    goal: str
    shown: bool = True


def _notes(part: str) -> list[Record]:
    return [
        Record(text=each["text"], spans=tuple(map(_note_span, each["spans"])), frame=each["frame"])
        for each in _lines(NOTES / f"notes_ja_{part}.jsonl")
    ]


def _note_span(span: Json) -> Span:
    return Span(
        start=span["start"],
        end=span["end"],
        kind=SAME.get(str(span["kind"]), str(span["kind"])),
        also=tuple((start, end) for start, end in span.get("also", ())),
        optional=span.get("optional", False),
    )


def _stockmark() -> list[Record]:
    return [
        Record(
            text=each["text"],
            spans=tuple(
                Span(start=entity["span"][0], end=entity["span"][1], kind="name")
                for entity in each["entities"]
                if entity["type"] == "人名"
            ),
            frame=each["curid"],
        )
        for each in _lines(VECTORS / "stockmark_dev.jsonl")
    ]


def _ud_gsd() -> list[Record]:
    sentences = (VECTORS / "ud_gsd_dev.ne.conllu").read_text(encoding="utf-8").strip().split("\n\n")
    return [_ud_record(number, sentence) for number, sentence in enumerate(sentences)]


def _ud_record(number: int, sentence: str) -> Record:
    text = next(line.removeprefix("# text = ") for line in sentence.splitlines() if line.startswith("# text = "))
    spans, place, start = [], 0, 0
    for row in (line.split("\t") for line in sentence.splitlines() if line[0] != "#"):
        place = text.index(row[1], place)
        after = place + len(row[1])
        tag = re.search(r"NE=([BILU])-PERSON", row[9])
        if tag and tag[1] in "BU":
            start = place
        if tag and tag[1] in "LU":
            spans.append(Span(start=start, end=after, kind="name"))
        place = after
    return Record(text=text, spans=tuple(spans), frame=str(number))


def _presidio() -> list[Record]:
    return [
        Record(
            text=each["full_text"],
            spans=tuple(
                Span(start=span["start_position"], end=span["end_position"], kind=_PRESIDIO[span["entity_type"]])
                for span in each["spans"]
                if span["entity_type"] in _PRESIDIO
            ),
            frame=str(each["template_id"]),
        )
        for each in json.loads((VECTORS / "presidio_synth_v2.json").read_text(encoding="utf-8"))
    ]


def _lines(path: Path) -> Iterator[Json]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


_APART = ("postal_code", "email", "corporate_number", "resident_code", "birth_date", "address", "name")
_ENGLISH = ("name", "email", "phone", "iban", "payment_card", "ssn")

SETS: Mapping[str, GoldSet] = {
    "notes_dev": GoldSet(
        read=lambda: _notes("dev"), kinds=(*NUMBERS, *_APART), sums={"numbers": NUMBERS}, goal="numbers, exact F1 ≥ .98"
    ),
    "notes_test": GoldSet(
        read=lambda: _notes("test"),
        kinds=(*NUMBERS, *_APART),
        sums={"numbers": NUMBERS},
        goal="numbers, exact F1 ≥ .98",
        shown=False,
    ),
    "stockmark_dev": GoldSet(read=_stockmark, kinds=("name",), sums={}, goal="name, exact F1 ≥ .85"),
    "ud_gsd_dev": GoldSet(read=_ud_gsd, kinds=("name",), sums={}, goal="name, exact F1 ≥ .78"),
    "presidio_synth_v2": GoldSet(
        read=_presidio,
        kinds=(*_ENGLISH, "ip_address", "birth_date", "address", "postal_code", "drivers_licence"),
        sums={"six kinds": _ENGLISH, "with dates": (*_ENGLISH, "birth_date")},
        goal="six kinds, F2 ≥ .70",
    ),
}

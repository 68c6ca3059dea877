"""The notes that text detection is measured on are what their page says: frozen, apart, and right to the last check digit."""

import hashlib
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date

import pytest

from conftest import VECTORS
from sekisho.kinds.taxonomy import kind

FOLDER = VECTORS / "detect"
NOTES = {
    part: [json.loads(line) for line in (FOLDER / f"notes_ja_{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    for part in ("dev", "test")
}
DIGITS = {
    "my_number": {12},
    "corporate_number": {13},
    "resident_code": {11},
    "drivers_licence": {12},
    "passport": {7},
    "residence_card": {8},
    "pension_number": {10},
    "employment_insurance": {11},
    "care_insurance": {10},
    "insurer_number": {6, 8},
    "bank_account": {7},
    "yucho_account": {12, 13},
    "payment_card": {15, 16},
    "phone": {10, 11, 12},
    "postal_code": {7},
}


def _values() -> Iterator[tuple[str, str]]:
    for record in (*NOTES["dev"], *NOTES["test"]):
        for span in record["spans"]:
            yield span["kind"], unicodedata.normalize("NFKC", record["text"][span["start"] : span["end"]])


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    """Sum the digits of each product, weights repeating from the right."""
    return sum(sum(divmod(int(d) * weights[n % len(weights)], 10)) for n, d in enumerate(reversed(digits)))


def _my_number(value: str) -> bool:
    rest = sum(int(d) * w for d, w in zip(value, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)) % 11
    return int(value[-1]) == (0 if rest <= 1 else 11 - rest)


def _corporate_number(value: str) -> bool:
    return int(value[0]) == 9 - sum(int(d) * (1 + n % 2) for n, d in enumerate(reversed(value[1:]))) % 9


def _modulus_10(value: str) -> bool:
    return (_weighted(value[:-1], (2, 1)) + int(value[-1])) % 10 == 0


def _yucho(value: str) -> bool:
    digits = [int(d) for d in value[:5] + value[5:].zfill(8)]
    weighted = [d * w for d, w in zip(digits, (1, 3, 2, 0, 3, 2, 1, 3, 2, 1, 3, 2, 1), strict=True)]
    doubled = {2, 5, 8, 11}
    return sum(sum(divmod(w, 10)) if n in doubled else w for n, w in enumerate(weighted)) % 10 == digits[3]


CHECKS = {
    "my_number": _my_number,
    "corporate_number": _corporate_number,
    "insurer_number": _modulus_10,
    "payment_card": _modulus_10,
    "yucho_account": _yucho,
}


def test_the_test_part_is_frozen() -> None:
    digest, name = (FOLDER / "SHA256SUMS").read_text(encoding="ascii").split()

    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def test_no_frame_is_in_both_parts() -> None:
    dev, test = ({record["frame"] for record in NOTES[part]} for part in ("dev", "test"))

    assert not dev & test
    assert 0.38 < len(dev) / len(dev | test) < 0.42


def test_there_are_long_notes_and_notes_that_hold_nothing() -> None:
    notes = [*NOTES["dev"], *NOTES["test"]]

    assert len(notes) > 400
    assert sum(record["text"].count("\n") >= 4 for record in notes) >= 55
    assert sum(not record["spans"] for record in notes) > 60


@pytest.mark.parametrize("part", NOTES)
def test_spans_lie_in_their_text_apart_from_one_another(part: str) -> None:
    for record in NOTES[part]:
        places = sorted((span["start"], span["end"]) for span in record["spans"])

        assert all(0 <= start < end <= len(record["text"]) for start, end in places)
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))
        assert all(kind(span["kind"]) for span in record["spans"])


def test_numbers_have_the_size_of_their_kind() -> None:
    for kind_id, value in _values():
        if kind_id in DIGITS:
            assert len(re.sub(r"\D", "", value)) in DIGITS[kind_id], value


def test_check_digits_hold() -> None:
    for kind_id, value in _values():
        if kind_id in CHECKS:
            assert CHECKS[kind_id](re.sub(r"\D", "", value)), value


def test_western_birth_dates_are_days() -> None:
    for kind_id, value in _values():
        if kind_id == "birth_date" and re.match(r"(19|20)\d\d\D", value):
            date(*map(int, re.findall(r"\d+", value)))

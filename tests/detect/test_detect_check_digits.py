import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.detect import check_digits

_VECTORS = Path(__file__).parents[1] / "vectors" / "detect" / "check_digits.jsonl"

_CHECKS: dict[str, Callable[[str], bool]] = {
    "my_number": check_digits.my_number,
    "corporate_number": check_digits.corporate_number,
    "mod10_weight21": check_digits.insurer_number,
    "payment_card": check_digits.payment_card,
    "yucho_account": lambda value: check_digits.yucho_account(*value.split("-")),
}


@pytest.mark.parametrize("vector", [json.loads(line) for line in _VECTORS.read_text().splitlines()])
def test_published_formulas_hold_for_the_vectors(vector: dict[str, str | bool]) -> None:
    assert _CHECKS[str(vector["kind"])](str(vector["value"])) is vector["check"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("GB82WEST12345698765432", True),  # ISO 13616, example of the United Kingdom
        ("DE89370400440532013000", True),  # ISO 13616, example of Germany
        ("GB82WEST12345698765433", False),
        ("GB82 WEST 1234", False),
        ("gb82WEST12345698765432", False),
    ],
)
def test_iban(text: str, *, holds: bool) -> None:
    assert check_digits.iban(text) is holds


@pytest.mark.parametrize(("digits", "holds"), [("9434765919", True), ("9434765918", False), ("943476591", False)])
def test_nhs_number(digits: str, *, holds: bool) -> None:
    """9434765919 is the example of the NHS Data Dictionary."""
    assert check_digits.nhs_number(digits) is holds


@pytest.mark.parametrize(("text", "holds"), [("A123456789", True), ("A123456788", False), ("a123456789", False)])
def test_tw_id(text: str, *, holds: bool) -> None:
    """A123456789 is the number on every specimen card."""
    assert check_digits.tw_id(text) is holds


def test_kr_rrn_by_hand() -> None:
    """2·9+3·0+4·0+5·1+6·0+7·1+8·1+9·2+2·3+3·4+4·5+5·6 = 124; (11 - 124 mod 11) mod 10 = 8."""
    assert check_digits.kr_rrn("9001011234568")
    assert not check_digits.kr_rrn("9001011234567")


@pytest.mark.parametrize(
    ("digits", "issued"),
    [
        ("219099999", True),
        ("000123456", False),
        ("666123456", False),
        ("900123456", False),
        ("123004567", False),
        ("123450000", False),
    ],
)
def test_ssn_ranges(digits: str, *, issued: bool) -> None:
    assert check_digits.ssn(digits) is issued


@pytest.mark.parametrize(
    ("text", "issued"), [("AB123456C", True), ("BG123456A", False), ("DA123456A", False), ("AB123456E", False)]
)
def test_nino_prefixes_and_suffixes(text: str, *, issued: bool) -> None:
    assert check_digits.nino(text) is issued


@pytest.mark.parametrize(
    ("digits", "dummy"),
    [
        ("000000000000", True),
        ("777777777777", True),
        ("123456789012", True),
        ("987654321098", True),
        ("000000000019", True),
        ("123456789018", False),
        ("112233445560", False),
    ],
)
def test_dummies(digits: str, *, dummy: bool) -> None:
    assert check_digits.is_dummy(digits) is dummy


@pytest.mark.parametrize("text", ["", "１２３４５６７８９０１８", "12345678901x", "-23456789018"])
def test_what_is_no_number_passes_nothing(text: str) -> None:
    assert not any(check(text) for check in (check_digits.my_number, check_digits.nhs_number, check_digits.ssn))

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect import foreign_ids
from sekisho.detect.patterns import TextPattern, text_patterns

_VECTORS = Path(__file__).parents[1] / "vectors" / "detect" / "international.jsonl"
_ROWS = [json.loads(line) for line in _VECTORS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", _ROWS, ids=[f"{row['kind']}-{row['country']}-{row['value']}" for row in _ROWS])
def test_what_authorities_print_passes_and_its_faults_do_not(row: dict[str, str | bool]) -> None:
    value = str(row["value"])
    asked = [each for each in text_patterns() if each.kind == row["kind"] and each.country == row["country"]]
    passing = [each for each in asked if each.regex.fullmatch(value) and (each.check is None or each.check(value))]

    assert bool(passing) is row["holds"]


def test_every_country_has_a_number_that_passes() -> None:
    checked = {each.country for each in text_patterns() if each.kind == "foreign_id" and each.check}

    assert checked - {"ID", "VN", "NO", "PT"} <= {row["country"] for row in _ROWS if row["holds"]}


@pytest.mark.parametrize(
    ("check", "size", "one_in"),
    [
        (foreign_ids.nl_bsn, 9, 11),
        (foreign_ids.au_tfn, 9, 11),
        (foreign_ids.in_aadhaar, 12, 10),
        (foreign_ids.br_cpf, 11, 100),
        (foreign_ids.de_tax_id, 11, 10),
        (foreign_ids.pt_nif, 9, 10),
        (foreign_ids.no_birth_number, 11, 100),
    ],
)
def test_a_wrong_digit_is_noticed(check: Callable[[str], bool], size: int, one_in: int) -> None:
    """Of the numbers that pass, none passes still when its last digit is another."""
    passing = [
        text for text in (f"{number * 314_159_265_359 % 10**size:0{size}}" for number in range(1, 4_000)) if check(text)
    ]

    assert len(passing) <= 2 * 4_000 / one_in
    assert passing
    assert not any(check(text[:-1] + str((int(text[-1]) + step) % 10)) for text in passing for step in range(1, 10))


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (foreign_ids.id_nik, "3174054507900001"),
        (foreign_ids.vn_citizen, "001199012345"),
        (foreign_ids.us_ein, "12-3456780"),
        (foreign_ids.kr_foreigner, "900101-5234567"),
        (foreign_ids.es_dni, "X1234567L"),
        (foreign_ids.fr_nir, "1 85 12 2A 123 456 48"),
    ],
)
def test_ranges_alone(check: Callable[[str], bool], value: str) -> None:
    assert check(value)


@pytest.mark.parametrize("pattern", [each for each in text_patterns() if each.check], ids=lambda each: each.name)
@settings(max_examples=20)
@given(data=st.data())
def test_whatever_a_pattern_takes_its_check_can_judge(pattern: TextPattern, data: st.DataObject) -> None:
    regex, check = pattern.regex, pattern.check
    assert check is not None
    assert check(data.draw(st.from_regex(regex, fullmatch=True))) in {True, False}

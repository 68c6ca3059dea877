from pathlib import Path
from random import Random

import numpy as np
import pytest

from sekisho.detect import postal_codes
from sekisho.detect.code_sets import numbers_of
from sekisho.detect.scan import scan_tables


@pytest.mark.parametrize(
    ("code", "exists"),
    [
        ("100-0001", True),  # Chiyoda
        ("1008926", True),  # an office: the Ministry of Internal Affairs and Communications
        ("0600000", True),
        ("600000", True),  # the same without its zero
        ("660-0051", True),
        ("123-4567", False),
        ("999-9999", False),
        ("", False),
        ("100-00012", False),
        ("１０００００１", False),
    ],
)
def test_codes_of_the_list(code: str, *, exists: bool) -> None:
    assert postal_codes.exists(code) is exists


def test_whole_columns_are_asked_at_once() -> None:
    codes = ["1000001", "9999999", "0600000", "0000000"]
    digits = np.array([[int(c) for c in code] for code in codes], np.uint8).T

    assert postal_codes.exist(digits).tolist() == [postal_codes.exists(code) for code in codes]


def test_towns_and_offices_are_counted() -> None:
    assert len(postal_codes.postal_codes()) == 142_920


def _kinds(path: Path, codes: list[str]) -> dict[str, str]:
    path.write_text("\n".join(["x", *codes]), encoding="utf-8")
    return {found.kind: found.level for report in scan_tables(path) for found in report.findings}


def test_a_column_without_a_name_is_told_by_codes_that_exist(tmp_path: Path) -> None:
    some = Random(1).sample(numbers_of("postal_codes.bin").tolist(), 40)

    assert _kinds(tmp_path / "a.csv", [f"{code:07}" for code in some])["postal_code"] == "medium"


def test_a_column_of_seven_digits_is_not(tmp_path: Path) -> None:
    dice = Random(2)

    assert _kinds(tmp_path / "a.csv", [f"{dice.randrange(10**7):07}" for _ in range(40)]) == {}

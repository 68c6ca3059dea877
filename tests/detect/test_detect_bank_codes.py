import numpy as np
import pytest

from sekisho.detect import bank_codes


@pytest.mark.parametrize(
    ("bank", "branch", "exists"),
    [
        ("0001", "", True),  # Mizuho
        ("9900", "", True),  # Japan Post Bank
        ("0001", "001", True),
        ("0001", "999", False),
        ("0002", "", False),  # merged away
        ("1", "", False),
        ("0001", "1", False),
    ],
)
def test_codes_of_the_list(bank: str, branch: str, *, exists: bool) -> None:
    assert bank_codes.exists(bank, branch) is exists


@pytest.mark.parametrize("codes", [["0001", "0002", "9900"], ["0001001", "0001999", "9900008"]])
def test_whole_columns_are_asked_at_once(codes: list[str]) -> None:
    digits = np.array([[int(c) for c in code] for code in codes], np.uint8).T

    assert bank_codes.exist(digits).tolist() == [bank_codes.exists(code[:4], code[4:]) for code in codes]


def test_banks_are_counted() -> None:
    assert (len(bank_codes.banks()), len(bank_codes.branches())) == (1_146, 28_934)

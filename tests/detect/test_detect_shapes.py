import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.detect import check_digits
from sekisho.detect.hits import Shape
from sekisho.detect.shapes import Counts, count, find
from sekisho.readers.structure import Positions, measure


def _ends(text: bytes, width: int) -> Positions:
    ends = measure(text, delimiter=",", width=width)
    assert ends is not None
    return ends


def _shapes(cell: str) -> dict[str, list[str]]:
    """Return what a single cell holds: shape → the groups found."""
    text = f'"{cell}"\n'.encode()
    found: dict[str, list[str]] = {}
    for hits in find(text, _ends(text, 1)):
        groups = [text[start:stop].decode() for start, stop in zip(hits.starts, hits.stops, strict=True)]
        found[hits.shape.name] = sorted(found.get(hits.shape.name, []) + groups)
    return found


@pytest.mark.parametrize(
    ("cell", "shape", "groups"),
    [
        ("123456789018", "MY_NUMBER", ["123456789018"]),
        ("1234-5678-9018", "MY_NUMBER", ["1234-5678-9018"]),
        ("1234 5678 9018", "MY_NUMBER", ["1234 5678 9018"]),
        ("番号123456789018です", "MY_NUMBER", ["123456789018"]),
        ("T8700110005901", "CORPORATE_NUMBER", ["T8700110005901"]),
        ("8700110005901", "CORPORATE_NUMBER", ["8700110005901"]),
        ("06-1234-5678", "PHONE", ["06-1234-5678"]),
        ("090-1234-5678", "PHONE", ["090-1234-5678"]),
        ("090 1234 5678", "PHONE", ["090 1234 5678"]),
        ("090(1234)5678", "PHONE", ["090(1234)5678"]),
        ("(06)1234-5678", "PHONE", ["06)1234-5678"]),
        ("0120-123-456", "PHONE", ["0120-123-456"]),
        ("0800-123-4567", "PHONE", ["0800-123-4567"]),
        ("090‐1234‐5678", "PHONE", ["090‐1234‐5678"]),
        ("06ー1234ー5678", "PHONE", ["06ー1234ー5678"]),
        ("+81-90-1234-5678", "PHONE", ["+81-90-1234-5678"]),
        ("+819012345678", "PHONE", ["+819012345678"]),
        ("09012345678", "MOBILE", ["09012345678"]),
        ("0612345678", "LANDLINE", ["0612345678"]),
        ("〒660-0051", "POSTAL_CODE", ["660-0051"]),
        ("1985-01-02", "DATE", ["1985-01-02"]),
        ("1985/1/2", "DATE", ["1985/1/2"]),
        ("2022-06-21T10:30", "DATE", ["2022-06-21"]),
        ("2022-06-21 10:30", "DATE", ["2022-06-21"]),
        ("19850102", "DATE8", ["19850102"]),
        ("4111111111111111", "PAYMENT_CARD", ["4111111111111111"]),
        ("4111 1111 1111 1111", "PAYMENT_CARD", ["4111 1111 1111 1111"]),
        ("3782-822463-10005", "PAYMENT_CARD", ["3782-822463-10005"]),
        ("12330-12345671", "YUCHO_ACCOUNT", ["12330-12345671"]),
        ("1234-567890", "PENSION_NUMBER", ["1234-567890"]),
        ("1234-567890-1", "EMPLOYMENT_INSURANCE", ["1234-567890-1"]),
        ("TK1234567", "PASSPORT", ["TK1234567"]),
        ("AB12345678CD", "RESIDENCE_CARD", ["AB12345678CD"]),
        ("123-45-6789", "SSN", ["123-45-6789"]),
        ("AB123456C", "NINO", ["AB123456C"]),
        ("A123456789", "TW_ID", ["A123456789"]),
        ("943 476 5919", "NHS_NUMBER", ["943 476 5919"]),
        ("900101-1234568", "KR_RRN", ["900101-1234568"]),
        ("192.168.0.1", "IPV4", ["192.168.0.1"]),
        ("1.2.3.4", "IPV4", ["1.2.3.4"]),
        ("No.1234567", "SEVEN", ["1234567"]),
    ],
)
def test_numbers_are_found(cell: str, shape: str, groups: list[str]) -> None:
    assert _shapes(cell).get(shape) == groups


@pytest.mark.parametrize(
    "cell",
    [
        "0.123456789012",
        ".123456789018",
        "123456789018.5",
        "x123456789018",
        "123456789018x",
        "_123456789018",
        "-123456789018",
        "123456789018-",
        "1234-5678/9018",
        "12/1234567",
        "12ー1234567",
        "550e8400-e29b-41d4-a716-446655440000",
        "030-1234-5678",
        "080-123-4567",
        "2023-02-29",
        "1234-5678-901",
        "300.1.2.3",
        "BG123456A",
        "1234567890123456789012",
    ],
)
def test_what_only_looks_like_a_number_is_not_found(cell: str) -> None:
    assert _shapes(cell) == {}


@pytest.mark.parametrize("cell", ["000000000000", "123456789012", "000000000019"])
def test_dummies_pass_no_check(cell: str) -> None:
    assert set(_shapes(cell)) == {"TWELVE"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("090-1234-5678 123", {"PHONE": ["090-1234-5678"]}),
        ("123456789018 090-1234-5678", {"PHONE": ["090-1234-5678"], "MY_NUMBER": ["123456789018"]}),
        ("660-0051 1-2-3", {"POSTAL_CODE": ["660-0051"]}),
        ("4111 1111 1111 1111 12", {"PAYMENT_CARD": ["4111 1111 1111 1111"]}),
        ("1234567 7654321", {"SEVEN": ["1234567", "7654321"]}),
    ],
)
def test_neighbours_behind_a_blank_are_not_eaten(cell: str, expected: dict[str, list[str]]) -> None:
    found = _shapes(cell)

    assert {shape: found.get(shape) for shape in expected} == expected


@pytest.mark.parametrize("cell", ["+819012345678", "+81-90-1234-5678"])
def test_a_telephone_number_with_its_country_is_nothing_else(cell: str) -> None:
    assert set(_shapes(cell)) == {"PHONE"}


def test_four_groups_of_four_are_not_twelve_digits_and_four() -> None:
    assert "TWELVE" not in _shapes("4111 1111 1111 1111")


def _count(rows: list[list[str]]) -> Counts:
    text = "".join(",".join(row) + "\n" for row in rows).encode()
    return count(text, _ends(text, len(rows[0])), width=len(rows[0]))


def test_counts_are_by_column_and_a_cell_counts_once() -> None:
    counts = _count([["123456789018", "tel 06-1234-5678 or 090-1234-5678"], ["-", "06-1234-5678"]])

    assert counts.filled.tolist() == [1, 2]
    assert counts.found[:, Shape.MY_NUMBER].tolist() == [1, 0]
    assert counts.found[:, Shape.PHONE].tolist() == [0, 2]
    assert counts.whole[:, Shape.PHONE].tolist() == [0, 1]
    assert counts.lengths[0, 12] == 1


def test_a_run_that_ends_with_the_block_counts() -> None:
    """Also when the block's length is a multiple of 64."""
    for size in range(50, 80):
        assert _count([["x" * size, "123456789018"]]).found[1, Shape.MY_NUMBER] == 1


def test_signs_for_nothing_are_no_cells() -> None:
    counts = _count([[cell] for cell in ("x", "-", "－", "NULL", "ー", "0", "--")])

    assert counts.filled.tolist() == [3]


def test_quoted_cells_count_as_they_are_without_quotes() -> None:
    plain, quoted = _count([["1234567", "660-0051"]]), _count([['"1234567"', '"660-0051"']])

    for name in Counts.__slots__:
        assert np.array_equal(getattr(plain, name), getattr(quoted, name)), name


_CELL = st.one_of(
    st.text(st.sampled_from("0123456789-/. ()+AT_漢"), max_size=24),
    st.lists(st.from_regex("[0-9]{1,7}", fullmatch=True), min_size=1, max_size=5).map("-".join),
    st.lists(st.from_regex("[0-9]{4}", fullmatch=True), min_size=1, max_size=5).map(" ".join),
    st.from_regex("[0-9]{6,20}", fullmatch=True),
    st.from_regex("0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}", fullmatch=True),
    st.from_regex("(19|20)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9]", fullmatch=True),
    st.sampled_from(["123456789018", "4111111111111111", "8700110005901", "123-45-6789", "1.2.3.4", "", "-"]),
)


@settings(deadline=None)
@given(rows=st.lists(st.lists(_CELL, min_size=2, max_size=2), min_size=1, max_size=6))
@example(rows=[["2022-06-21", "1"], ["2022-06-22", "2"]])
@example(rows=[["1111 1111 1111", ""], ["1111 1111 1111", ""]])
def test_counts_are_those_of_a_plain_reading(rows: list[list[str]]) -> None:
    counts = _count(rows)

    for column in range(2):
        expected = [_plain_reading(row[column]) for row in rows]
        for shape in _PLAIN:
            assert counts.found[column, shape] == sum(shape in found for found in expected), (shape, rows)


@settings(deadline=None)
@given(cell=_CELL, others=st.lists(_CELL, max_size=3))
def test_a_column_of_one_form_counts_like_any_other(cell: str, others: list[str]) -> None:
    """The short cut for uniform columns and the search find the same."""
    alone, mixed = _count([[cell, "x"]] * 3), _count([[cell, "x"]] * 3 + [[other, "x"] for other in others])
    rest = _count([[other, "x"] for other in others]) if others else Counts.zero(2)

    for name in Counts.__slots__:
        assert np.array_equal(getattr(mixed, name), getattr(alone + rest, name)), name


def test_cutting_a_table_anywhere_adds_up() -> None:
    rows = [[f"{n:012d}", f"06-{n:04d}-5678"] for n in range(40)]

    parts = [rows[start:stop] for start, stop in pairwise([0, 1, 7, 40])]

    whole, total = _count(rows), _count(parts[0]) + _count(parts[1]) + _count(parts[2])
    assert all(np.array_equal(getattr(whole, name), getattr(total, name)) for name in Counts.__slots__)


_PLAIN = {
    Shape.SEVEN: re.compile(r"[0-9]{7}"),
    Shape.TWELVE: re.compile(r"[0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4}|[0-9]{4} [0-9]{4} [0-9]{4}"),
    Shape.MY_NUMBER: re.compile(r"[0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4}|[0-9]{4} [0-9]{4} [0-9]{4}"),
    Shape.THIRTEEN: re.compile(r"T?[0-9]{13}"),
    Shape.PAYMENT_CARD: re.compile(
        r"[0-9]{14,19}|[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4}|[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}"
        r"|[0-9]{4}-[0-9]{6}-[0-9]{5}|[0-9]{4} [0-9]{6} [0-9]{5}"
    ),
    Shape.POSTAL_CODE: re.compile(r"[0-9]{3}-[0-9]{4}"),
    Shape.PENSION_NUMBER: re.compile(r"[0-9]{4}-[0-9]{6}"),
    Shape.SSN: re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"),
}


def _plain_reading(cell: str) -> set[Shape]:
    """Find some shapes with expressions tried at every place: slow and easy to follow."""
    found = set()
    for shape, pattern in _PLAIN.items():
        for start in range(len(cell)):
            for match in [pattern.match(cell, start)] if not cell[start - 1 : start].isdigit() else []:
                if match and _stands_free(cell, *match.span()) and _passes(shape, match[0]):
                    found.add(shape)
    return found


def _stands_free(cell: str, start: int, stop: int) -> bool:
    before, behind = cell[:start], cell[stop:]
    closed_left = re.search(r"[A-Za-z0-9_+-]$|[0-9][-/.()]$|(?<![A-Za-z])\.$", before)
    closed_right = re.match(r"[A-SU-Za-z0-9_-]|T(?![0-9])|[-/.()][0-9]", behind)
    spaced = " " in cell[start:stop]
    groups = cell[start:stop].split()
    size, last = len(groups[0]), len(groups[-1])
    crowded = spaced and (
        re.search(rf"(?<![0-9])[0-9]{{{size}}} $", before) or re.match(rf" [0-9]{{{last}}}(?![0-9])", behind)
    )
    return not (closed_left or closed_right or crowded)


def _passes(shape: Shape, text: str) -> bool:
    digits = re.sub("[^0-9]", "", text)
    match shape:
        case Shape.MY_NUMBER:
            return check_digits.my_number(digits) and not check_digits.is_dummy(digits)
        case Shape.PAYMENT_CARD:
            return check_digits.payment_card(digits) and not check_digits.is_dummy(digits)
        case Shape.SSN:
            return check_digits.ssn(digits)
    return True

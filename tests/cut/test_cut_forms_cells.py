"""Each form lets out what it says and not a character more; nothing stays nothing."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.date import parse_date
from sekisho.cut.field import Field, Operation
from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.cut.forms.cells import MASK, formed

CELLS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORMS: tuple[Operation, ...] = ("keep", "flag", "mask.last", "date.year", "date.month", "postcode.area")


def out(operation: Operation, *cells: str | None, keep: int | None = None, value: str = "") -> list[str | None]:
    field = Field(out="x", source="a", op=operation, why="w", keep=keep, value=value)
    frame = pl.DataFrame({"a": cells}, schema={"a": pl.String})
    column = frame.select(formed(field).alias("x"))["x"]
    assert column.dtype == pl.String
    return column.to_list()


@given(st.lists(CELLS))
def test_what_is_kept_is_kept_as_it_stands(cells: list[str | None]) -> None:
    assert out("keep", *cells) == cells


@pytest.mark.parametrize("cell", ["00012", "０００１２", " a ", "", "髙﨑", "葛\U000e0100城", "が", "①㈱", "𠮷"])
def test_zeros_widths_blanks_and_rare_characters_stay(cell: str) -> None:
    assert out("keep", cell) == [cell]


@pytest.mark.parametrize("operation", [form for form in FORMS if form != "flag"])
def test_nothing_stays_nothing(operation: Operation) -> None:
    assert out(operation, None) == [None]
    assert out(operation) == []


def test_a_constant_stands_in_every_row() -> None:
    assert out("constant", "a", None, "", value="市") == ["市", "市", "市"]
    assert out("constant", value="市") == []


def test_a_flag_says_whether_there_is_a_value_and_nothing_of_it() -> None:
    assert out("flag", "1234567", None, "0", "x") == ["1", "0", "1", "1"]


# --- the last characters


@pytest.mark.parametrize(
    ("cell", "keep", "shown"),
    [
        ("1234567", 3, "＊＊＊＊567"),
        ("0000012", 3, "＊＊＊＊012"),
        ("1234567", 1, "＊＊＊＊＊＊7"),
        ("1234567", 6, "＊234567"),
        ("1234", 3, "＊234"),
        ("123", 3, "＊＊＊"),
        ("1", 3, "＊"),
        ("１２３４５６７", 3, "＊＊＊＊５６７"),
        ("ヤマダタロウ", 2, "＊＊＊＊ロウ"),
        ("𠮷田太郎", 3, "＊田太郎"),
        ("", 3, ""),
    ],
)
def test_all_but_the_last_characters_are_hidden(cell: str, keep: int, shown: str) -> None:
    assert out("mask.last", cell, keep=keep) == [shown]


@pytest.mark.parametrize("cell", ["    123", "123    ", "　１２３　", "\t1\n"])
def test_blanks_around_a_short_value_do_not_uncover_it(cell: str) -> None:
    assert out("mask.last", cell) == [MASK * len(cell.strip())]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), st.integers(1, 6))
def test_a_mask_never_shows_more_than_it_may_nor_the_beginning(cell: str, keep: int) -> None:
    (shown,) = out("mask.last", cell, keep=keep)
    assert shown is not None
    visible = shown.lstrip(MASK) if MASK not in cell else shown[-keep:]
    assert len(visible) <= keep
    assert cell.strip().endswith(visible)
    assert len(shown) == 0 or shown[0] == MASK


# --- dates and postal codes


@pytest.mark.parametrize(
    ("cell", "year", "month"),
    [
        ("1964-04-01", "1964", "1964-04"),
        ("昭和39年4月1日", "1964", "1964-04"),
        ("S39.4.1", "1964", "1964-04"),
        ("令和元年5月1日", "2019", "2019-05"),
        ("昭和64年1月7日", "1989", "1989-01"),
        ("１９６４年１２月３１日", "1964", "1964-12"),
        ("2022-06-01 09:30:00", "2022", "2022-06"),
        ("2022-02-30", None, None),
        ("4月1日", None, None),
        ("不明", None, None),
        ("", None, None),
    ],
)
def test_a_date_lets_out_its_year_or_month(cell: str, year: str | None, month: str | None) -> None:
    assert (out("date.year", cell), out("date.month", cell)) == ([year], [month])


@given(st.dates())
def test_two_days_of_one_month_cannot_be_told_apart(day: object) -> None:
    (month,) = out("date.month", str(day))
    first = parse_date(f"{month}-01")
    assert first is not None
    assert out("date.month", first.isoformat()) == [month]


@pytest.mark.parametrize(
    ("cell", "area"),
    [
        ("660-0051", "660"),
        ("６６０－００５１", "660"),
        ("〒6600051", "660"),
        ("0010001", "001"),
        ("660", None),
        ("", None),
    ],
)
def test_a_postal_code_lets_out_its_first_three_digits(cell: str, area: str | None) -> None:
    assert out("postcode.area", cell) == [area]


@given(st.lists(CELLS), st.sampled_from(FORMS))
def test_no_cell_breaks_a_form(cells: list[str | None], operation: Operation) -> None:
    assert len(out(operation, *cells)) == len(cells)


@given(st.lists(CELLS))
def test_a_form_sees_every_distinct_value_once(cells: list[str | None]) -> None:
    seen = list[str]()

    def form(cell: str) -> str | None:
        seen.append(cell)
        return cell.upper() or None

    found = by_distinct_value(pl.Series(cells, dtype=pl.String), form)
    assert found.to_list() == [None if cell is None else cell.upper() or None for cell in cells]
    assert sorted(seen) == sorted({cell for cell in cells if cell is not None})


def test_a_case_number_is_no_form_of_a_cell() -> None:
    with pytest.raises(ValueError, match="alone"):
        out("token.serial", "0001")

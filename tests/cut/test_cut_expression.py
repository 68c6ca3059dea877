"""``where`` says which rows stay, exactly as a person would judge each row, and can say nothing else."""

import math
import re
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cut_tables import refusal
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.expression import (
    Both,
    Compare,
    Either,
    Expression,
    IsNull,
    Not,
    OneOf,
    columns_of,
    parse,
    to_polars,
)
from sekisho.errors import SekishoError, Unreadable

SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {"==": eq, "!=": ne, "<=": le, ">=": ge, "<": lt, ">": gt}
COLUMNS = ("年度", "状態", "benefit.金額", "No. 1")
CELLS = st.none() | st.text(alphabet="019.+-eE_ 　", max_size=6) | st.sampled_from(
    ["", "2022", " 2022 ", "02022", "2022.0", "２０２２", "-1", "+5", "1e3", ".5", "5.", "NaN", "nan", "inf", "-inf",
     "Infinity", "1e999", "1_000", "1,000", "0x10", "発送済", "返戻", "x", "5 5", "--5", "True", "null", "　7　"]
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS)), min_size=1, max_size=6)

VALUES = st.one_of(
    st.integers(-3000, 3000),
    st.sampled_from([2022, 1000, 5, 0.5, -1, 2022.5]),
    st.sampled_from(["", "2022", "発送済", "返戻", "NaN", "x"]),
)
LEAVES = st.one_of(
    st.builds(Compare, st.sampled_from(COLUMNS), st.sampled_from(sorted(SIGNS)), VALUES),
    st.builds(OneOf, st.sampled_from(COLUMNS), st.lists(VALUES, min_size=1, max_size=4).map(tuple)),
    st.builds(IsNull, st.sampled_from(COLUMNS)),
)
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    LEAVES,
    lambda inner: st.builds(Not, inner) | st.builds(Both, inner, inner) | st.builds(Either, inner, inner),
    max_leaves=12,
)


def unread(text: str) -> SekishoError:
    return refusal(lambda: parse(text))


# --- a person's judgement, row by row; None is unknown


def compared(cell: str | None, sign: str, value: object) -> bool | None:
    if cell is None:
        return None
    if isinstance(value, str):
        return SIGNS[sign](cell, value)
    plain = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", cell.strip())
    return SIGNS[sign](float(cell), value) if plain and math.isfinite(float(cell)) else None


def either(*sides: bool | None) -> bool | None:
    return True if True in sides else None if None in sides else False


def negated(side: bool | None) -> bool | None:
    return None if side is None else not side


def judged(expression: Expression, row: Mapping[str, str | None]) -> bool | None:
    match expression:
        case Compare(column, sign, value):
            return compared(row[column], sign, value)
        case OneOf(column, values):
            return either(*(compared(row[column], "==", value) for value in values))
        case IsNull(column):
            return row[column] is None
        case Not(inner):
            return negated(judged(inner, row))
        case Both(left, right):
            return negated(either(negated(judged(left, row)), negated(judged(right, row))))
        case Either(left, right):
            return either(judged(left, row), judged(right, row))


def kept(expression: Expression, rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))
    return frame.filter(to_polars(expression)).to_dicts()


@given(EXPRESSIONS, ROWS)
def test_the_engine_keeps_the_rows_that_a_person_would(
    expression: Expression, rows: list[dict[str, str | None]]
) -> None:
    assert kept(expression, rows) == [row for row in rows if judged(expression, row) is True]


@given(EXPRESSIONS, ROWS)
def test_a_row_never_stays_by_an_expression_and_by_its_opposite(
    expression: Expression, rows: list[dict[str, str | None]]
) -> None:
    both = [row for row in kept(expression, rows) if row in kept(Not(expression), rows)]
    assert both == []


# --- reading


def written(expression: Expression) -> str:
    match expression:
        case Compare(column, sign, value):
            return f"{name(column)}{sign}{value!r}"
        case OneOf(column, values):
            return f"{name(column)} in [{' , '.join(map(repr, values))}]"
        case IsNull(column):
            return f"{name(column)} is null"
        case Not(inner):
            return f"not({written(inner)})"
        case Both(left, right):
            return f"({written(left)})and({written(right)})"
        case Either(left, right):
            return f"\t({written(left)})\nor ({written(right)})"


def name(column: str) -> str:
    return column if re.fullmatch(r"[\w.]+", column) else f"`{column}`"


@given(EXPRESSIONS)
def test_what_is_written_is_what_is_read(expression: Expression) -> None:
    assert parse(written(expression)) == expression


@given(EXPRESSIONS)
def test_an_expression_names_its_columns(expression: Expression) -> None:
    names = {column for column in COLUMNS if name(column) in written(expression)}
    assert columns_of(expression) == names


A, B, C = (Compare(column, "==", 1) for column in "abc")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a == 1 or b == 1 and c == 1", Either(A, Both(B, C))),
        ("a == 1 and b == 1 or c == 1", Either(Both(A, B), C)),
        ("(a == 1 or b == 1) and c == 1", Both(Either(A, B), C)),
        ("a == 1 or b == 1 or c == 1", Either(Either(A, B), C)),
        ("not a == 1 and b == 1", Both(Not(A), B)),
        ("not not a == 1", Not(Not(A))),
        ("a is not null", Not(IsNull("a"))),
        ("a not in [1, 'x']", Not(OneOf("a", (1, "x")))),
        ("notable == 1", Compare("notable", "==", 1)),
        ("order == 1", Compare("order", "==", 1)),
        ("`not` == 1", Compare("not", "==", 1)),
        ("`a`==1", A),
        ("a==-0.50", Compare("a", "==", -0.5)),
        ("a == ２０２２", Compare("a", "==", 2022)),
        ("a == \"it's\"", Compare("a", "==", "it's")),
        ("a == 'and b == 1'", Compare("a", "==", "and b == 1")),
        ("　a　==　1　", A),
        ("年度 == 2022 and 状態 in ['発送済', '返戻']",
         Both(Compare("年度", "==", 2022), OneOf("状態", ("発送済", "返戻")))),
        ("not (benefit.振込済処理日時 is null) or 金額 >= 100000",
         Either(Not(IsNull("benefit.振込済処理日時")), Compare("金額", ">=", 100000))),
    ],
)  # fmt: skip
def test_an_expression_is_read_as_it_is_meant(text: str, expected: Expression) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "a",
        "a ==",
        "== 1",
        "a = 1",
        "a == b",
        "1 == a",
        "a == 1 b == 1",
        "a == 1 and",
        "and == 1",
        "a == 1)",
        "(a == 1",
        "a in 'x'",
        "a in []",
        "a in [1,]",
        "a in [1",
        "a is 1",
        "a not null",
        "a == 'x",
        "`` == 1",
        "`a == 1",
        "a == 1.",
        "a == 1e3",
        "a == 12年",
        "a == 1; b == 1",
        "a == 1 -- b",
        "a == 1 # b",
        "a == null",
        "a + 1 == 2",
        "a == 1 & b == 1",
    ],
)
def test_what_means_nothing_is_refused_from_where_it_does(text: str) -> None:
    problem = unread(text)
    assert (type(problem), problem.key) == (Unreadable, "cut.bad_expression")
    assert str(problem.values["understood"]) in text


def test_an_error_shows_how_far_it_was_understood() -> None:
    problem = unread("年度 == 2022 and 状態 = '発送済'")
    assert problem.values == {"understood": "年度 == 2022 and 状態", "rest": "= '発送済'"}


@pytest.mark.parametrize(
    "text",
    [
        "read_csv('/etc/passwd') == 1",
        "__import__('os').system('id') == 0",
        "pl.read_csv == 1 or pl.scan_csv('x') is null",
        "(select 1) == 1",
        "a == (select 1)",
        "a in [open('x')]",
        "a == f'{b}'",
        "a == b.c()",
        "a[0] == 1",
        "lambda == 1 : 1",
        "a == 1 or exec('x')",
        "$x == 1",
        "a == {}",
        "a == @b",
        "a.. == 1 and b()",
    ],
)
def test_no_function_file_or_sql_can_be_reached(text: str) -> None:
    assert unread(text).key == "cut.bad_expression"


@given(st.text() | st.text(alphabet="ab1'\"`()[], =<>notinisullandr.-", max_size=30))
def test_any_text_is_an_expression_over_columns_or_the_error(text: str) -> None:
    try:
        expression = parse(text)
    except Unreadable:
        return
    frame = pl.DataFrame({column: ["1", None] for column in columns_of(expression)})
    assert frame.filter(to_polars(expression)).height <= 2


def test_an_expression_writes_and_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column with the name of a file is a column."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    assert columns_of(parse("x.csv == 1")) == {"x.csv"}


# --- numbers


@pytest.mark.parametrize("cell", ["NaN", "nan", "inf", "Infinity", "1e999", "２０２２", "", "x", None])
@pytest.mark.parametrize("text", ["a >= 0", "a < 0", "a == 0", "a != 0", "not a > 0", "a in [0]", "a not in [0]"])
def test_a_cell_that_is_no_number_makes_a_comparison_unknown(cell: str | None, text: str) -> None:
    """The engine would put NaN above every amount, and the row would leave."""
    frame = pl.DataFrame({"a": [cell]}, schema={"a": pl.String})
    assert frame.filter(to_polars(parse(text))).is_empty()


def test_a_number_is_compared_exactly_or_not_at_all() -> None:
    """Past fifteen digits two numbers may be one to the machine."""
    assert parse("a == 999999999999999") == Compare("a", "==", 999_999_999_999_999)
    assert parse("a == -1.23456789012345") == Compare("a", "==", -1.23456789012345)
    for text in ("a == 9007199254740993", "a == 1.234567890123456", "a == " + "9" * 5000):
        assert unread(text).key == "cut.bad_expression"


def test_a_long_code_is_compared_as_text() -> None:
    frame = pl.DataFrame({"a": ["9007199254740993", "9007199254740992", "00012"]})
    assert frame.filter(to_polars(parse("a == '9007199254740993'")))["a"].to_list() == ["9007199254740993"]
    assert frame.filter(to_polars(parse("a == '12'"))).is_empty()
    assert frame.filter(to_polars(parse("a == 12")))["a"].to_list() == ["00012"]


# --- size


def test_an_expression_may_have_many_comparisons_but_not_without_end() -> None:
    most = " or ".join(["a == 1"] * 200)
    frame = pl.DataFrame({"a": ["1", "2"]})
    assert frame.filter(to_polars(parse(most))).height == 1
    too_long = unread(f"{most} or a == 1")
    assert (too_long.key, too_long.values) == ("cut.long_expression", {"most": 200})


def test_a_list_may_have_a_value_for_every_household() -> None:
    codes = [f"{number:08d}" for number in range(7949)]
    expression = parse(f"a in {codes}")
    frame = pl.DataFrame({"a": ["00000000", "00007948", "00007949"]})
    assert frame.filter(to_polars(expression))["a"].to_list() == ["00000000", "00007948"]


@pytest.mark.parametrize("opened", ["(", "not ", "not ("])
def test_brackets_go_as_deep_as_a_person_could_read(opened: str) -> None:
    deep = opened * 24 + "a == 1" + ")" * (24 * opened.count("("))
    assert columns_of(parse(deep)) == {"a"}
    for depth in (60, 100_000):
        assert unread(opened * depth + "a == 1").key == "cut.bad_expression"

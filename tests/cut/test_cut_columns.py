"""A column is called what its header names, or the purpose is refused: kinds are what approvers sign."""

from pathlib import Path

import pytest
from cut_tables import BENEFIT, PATH, REGISTER, ROWS, changed, plan_of, problems, write_city, write_table

from sekisho.errors import Refused


@pytest.fixture
def city(tmp_path: Path) -> Path:
    write_city(tmp_path)
    return tmp_path


def test_a_column_that_is_called_something_else_is_told_with_its_line_and_what_its_header_names(city: Path) -> None:
    """Else an account number leaves as a case number, and the index of people says so."""
    text = changed(
        ROWS,
        ('"bank_account", ', ""),
        ('from = "口座番号"\nop = "mask.last"', 'from = "口座番号"\nkind = "case_number"\nop = "keep"'),
    )
    (problem,) = problems(city, text)
    line = text.split("\n").index('out = "口座末尾"') + 1
    assert (type(problem), problem.exit_code) == (Refused, 3)
    assert problem.values == {
        "path": PATH, "line": line, "field": "口座末尾", "column": "口座番号", "kind": "case_number", "header": "bank_account",
    }  # fmt: skip
    assert f"{line}行目" in problem.what("ja")


@pytest.mark.parametrize("table", ['kinds = { "口座番号" = "case_number" }', 'kinds."口座番号" = "case_number"'])
def test_a_source_that_calls_a_column_something_else_is_told_with_the_line(city: Path, table: str) -> None:
    text = changed(ROWS, ('subject = { column = "統一コード" }', f'subject = {{ column = "統一コード" }}\n{table}'))
    (problem,) = [each for each in problems(city, text) if each.key == "cut.miscalled"]
    assert (problem.values["line"], problem.values["header"]) == (text.split("\n").index(table) + 1, "bank_account")


def test_a_header_that_says_little_may_be_called_something_more_sensitive(city: Path) -> None:
    text = changed(ROWS, ('"benefit_status"]\ncontroller', '"welfare_status"]\ncontroller'))
    said = changed(text, ('from = "benefit.振込日"', 'from = "benefit.振込日"\nkind = "welfare_status"'))
    assert problems(city, said) == ()
    assert plan_of(city, said).fields[-1].kind.id == "welfare_status"


def test_a_header_that_tells_who_somebody_is_may_be_called_nothing_else(city: Path) -> None:
    text = changed(
        ROWS,
        ('"name_kana", ', '"welfare_status", '),
        ('from = "氏名カナ"', 'from = "氏名カナ"\nkind = "welfare_status"'),
    )
    assert {problem.key for problem in problems(city, text)} == {"cut.miscalled"}


def test_a_constant_is_not_what_its_column_is(city: Path) -> None:
    text = changed(
        ROWS, ('from = "口座番号"\nop = "mask.last"', 'from = "口座番号"\nop = "constant"\nkind = "case_number"')
    )
    assert problems(city, text) == ()


def test_a_subject_that_leaves_is_of_the_kind_that_the_source_says(tmp_path: Path) -> None:
    """Where the header says nothing, what `subject` says counts, and the purpose has to name that kind."""
    write_table(tmp_path / "register.csv", [("番号", *REGISTER[0][1:]), *REGISTER[1:]])
    write_table(tmp_path / "benefit.csv", BENEFIT)
    said = 'subject = { column = "番号", kind = "health_insurance" }'
    text = changed(ROWS, ('"統一コード"', '"番号"'), ('subject = { column = "番号" }', said))
    kept = changed(text, ('from = "番号"\nop = "token.serial"', 'from = "番号"\nop = "keep"'))
    (problem,) = problems(tmp_path, kept)
    assert (problem.key, problem.values["kind"]) == ("cut.beyond_purpose", "health_insurance")
    named = changed(kept, ('"case_number", ', '"health_insurance", '))
    assert plan_of(tmp_path, named).fields[0].kind.id == "health_insurance"

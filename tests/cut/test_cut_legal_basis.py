"""Pseudonymised and anonymised data hold nothing by which a person is known or reached; the refusal names the article."""

import ast
from pathlib import Path

import pytest
from cut_tables import ANSWER, ROWS, changed, problems, write_city, write_table

from sekisho.cut import legal_basis as module
from sekisho.errors import SekishoError

LAWFUL = """
schema = 1
purpose = { id = "law", title = "t", legal_basis = "BASIS", profile = "rows", not_after = 2022-09-30, kinds = ["case_number", "KIND"], controller = { name = "c", kind = "other" }, recipient = { id = "r" } }
rows = { from = "a" }
source.a = { path = "a.csv", columns = ["統一コード", "COLUMN"], subject = { column = "統一コード" } }
[[field]]
from = "COLUMN"
op = "OP"
out = "x"
why = "w"
"""

LAW: list[tuple[str, str, str, str, str]] = [
    (basis, column, kind, op, rule)
    for basis in ("pseudonymous", "anonymous")
    for column, kind, op, rule in (
        ("氏名", "name", "keep", "name_kept"),
        ("氏名カナ", "name_kana", "keep", "name_kept"),
        ("口座名義", "account_holder", "keep", "name_kept"),
        ("氏名", "name", "flag", ""),
        ("氏名カナ", "name_kana", "mask.last", ""),
        ("マイナンバー", "my_number", "keep", "code_kept"),
        ("マイナンバー", "my_number", "mask.last", "code_kept"),
        ("基礎年金番号", "pension_number", "mask.last", "code_kept"),
        ("旅券番号", "passport", "keep", "code_kept"),
        ("旅券番号", "passport", "flag", ""),
        ("口座番号", "bank_account", "keep", "harm_kept"),
        ("口座番号", "bank_account", "mask.last", ""),
        ("クレジットカード番号", "payment_card", "keep", "harm_kept"),
        ("暗証番号", "credential", "keep", "harm_kept"),
        ("生年月日", "birth_date", "keep", ""),
        ("性別", "sex", "keep", ""),
        ("病名", "health", "keep", ""),
    )
] + [
    ("pseudonymous", "統一コード", "case_number", "token.serial", ""),
    ("anonymous", "統一コード", "case_number", "token.serial", "anonymous_token"),
]  # fmt: skip


def by_law(folder: Path, basis: str, column: str, kind: str, op: str) -> tuple[SekishoError, ...]:
    text = LAWFUL.replace("BASIS", basis).replace("COLUMN", column).replace("KIND", kind).replace("OP", op)
    text = text.replace('["統一コード", "統一コード"]', '["統一コード"]')
    write_table(
        folder / "a.csv", [tuple(dict.fromkeys(("統一コード", column))), ("1", "x")[: 1 + (column != "統一コード")]]
    )
    return problems(folder, text)


@pytest.mark.parametrize(("basis", "column", "kind", "op", "rule"), LAW)
def test_the_law_lets_out_what_it_lets_out(
    tmp_path: Path, *, basis: str, column: str, kind: str, op: str, rule: str
) -> None:
    """APPI art. 41(1), 43(1), 116(1): names, codes and what costs people money do not stay; a code not in part either."""
    found = by_law(tmp_path, basis, column, kind, op)
    assert [problem.key for problem in found] == ([f"cut.{rule}"] if rule else [])
    for problem in found:
        assert (problem.exit_code, problem.values["line"]) == (3, 9)
        assert ("個人情報保護法" in problem.what("ja"), "APPI art." in problem.what("en")) == (True, True)


@pytest.mark.parametrize("basis", ["entrustment", "internal", "test"])
@pytest.mark.parametrize(
    ("column", "kind"), [("氏名", "name"), ("マイナンバー", "my_number"), ("口座番号", "bank_account")]
)
def test_another_basis_has_no_such_rule(tmp_path: Path, basis: str, column: str, kind: str) -> None:
    assert by_law(tmp_path, basis, column, kind, "keep") == ()


def test_contact_data_makes_a_pseudonymous_purpose_impossible(tmp_path: Path) -> None:
    """APPI art. 41(8), 73: this law is for data that nobody uses to reach people."""
    write_city(tmp_path)
    text = changed(
        ROWS, ('"entrustment"', '"pseudonymous"'), ('"case_number", ', '"case_number", "phone", "address", ')
    )
    problem, *_ = problems(tmp_path, text)
    assert (problem.key, problem.values["kinds"]) == ("cut.pseudonymous_contact", "phone, address")


def test_an_answer_about_people_who_are_known_is_neither(tmp_path: Path) -> None:
    """It is asked by name, birth date and postal code."""
    write_city(tmp_path)
    for basis in ("pseudonymous", "anonymous"):
        (problem,) = problems(tmp_path, changed(ANSWER, ('"entrustment"', f'"{basis}"')))
        assert (problem.key, problem.values["basis"]) == ("cut.answer_identifies", basis)


def test_calling_people_is_enough_to_make_it_impossible(tmp_path: Path) -> None:
    write_city(tmp_path)
    text = changed(ROWS, ('legal_basis = "entrustment"', 'legal_basis = "pseudonymous"\ncontact = true'))
    assert "cut.pseudonymous_contact" in {problem.key for problem in problems(tmp_path, text)}


def test_every_rule_is_tried() -> None:
    source = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    keys = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    tried = {f"cut.{rule}" for *_, rule in LAW if rule} | {"cut.pseudonymous_contact", "cut.answer_identifies"}
    assert {key for key in keys if key.startswith("cut.")} == tried

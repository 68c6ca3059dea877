"""Every requirement of every rule file has a purpose that fails it and one that passes; refusals name article and line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cut_tables import ANSWER, ROWS, changed, problems, write_city, write_table

from sekisho.cut.law.checks import CHECKS, examine
from sekisho.cut.law.findings import Finding
from sekisho.cut.law.rules import PERSON, rules_of
from sekisho.cut.purpose import Purpose, parse_purpose
from sekisho.errors import SekishoError

HEAD = """
schema = 1
purpose = { id = "law", title = "t", legal_basis = "BASIS", profile = "rows", not_after = 2022-09-30, kinds = ["case_number", "KIND"], controller = { name = "c", kind = "company" }, recipient = { id = "r", contract = "K-1" } }
rows = { from = "a" }
source.a = { path = "a.csv", columns = ["統一コード", "COLUMN"], subject = { column = "統一コード" } }
RISK
[[field]]
from = "COLUMN"
op = "OP"
out = "x"
why = "w"
"""
RISK = 'risk = { quasi = ["x"], k = 5 }'

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
        ("マイナンバー", "my_number", "mask.first", "code_kept"),
        ("マイナンバー", "my_number", "mask.all", ""),
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
        ("備考", "free_text", "text.redact", ""),
    )
] + [
    ("pseudonymous", "統一コード", "case_number", "token.serial", ""),
    ("anonymous", "統一コード", "case_number", "token.serial", "anonymous_token"),
    ("anonymous", "整理番号", "case_number", "keep", "linking_code"),
]  # fmt: skip
"""Basis, column, kind, form, and the refusal if there is one."""


def written(basis: str, column: str, kind: str, op: str, *, risk: str = RISK) -> str:
    text = HEAD.replace("BASIS", basis).replace("COLUMN", column).replace("KIND", kind).replace("OP", op)
    text = text.replace('["統一コード", "統一コード"]', '["統一コード"]').replace("RISK", risk)
    return text.replace("[risk]", "risk")


def by_law(folder: Path, basis: str, column: str, kind: str, op: str) -> tuple[SekishoError, ...]:
    write_table(
        folder / "a.csv", [tuple(dict.fromkeys(("統一コード", column))), ("1", "x")[: 1 + (column != "統一コード")]]
    )
    # A token is nothing by which people are told apart, so [risk] cannot name it; here it is the only field.
    return tuple(each for each in problems(folder, written(basis, column, kind, op)) if each.key != "cut.risk_field")


@pytest.mark.parametrize(("basis", "column", "kind", "op", "rule"), LAW)
def test_the_law_lets_out_what_it_lets_out(
    tmp_path: Path, *, basis: str, column: str, kind: str, op: str, rule: str
) -> None:
    """APPI art. 41(1), 43(1), 116(1): names, codes and what costs people money do not stay; a code not in part either."""
    found = by_law(tmp_path, basis, column, kind, op)
    assert [problem.key for problem in found] == ([f"cut.{rule}"] if rule else [])
    for problem in found:
        assert (problem.exit_code, problem.values["line"]) == (3, 10)
        assert ("個人情報保護法" in problem.what("ja"), "APPI art." in problem.what("en")) == (True, True)


@pytest.mark.parametrize("basis", ["entrustment", "internal", "test"])
@pytest.mark.parametrize(
    ("column", "kind"), [("氏名", "name"), ("マイナンバー", "my_number"), ("口座番号", "bank_account")]
)
def test_another_basis_refuses_nothing(tmp_path: Path, basis: str, column: str, kind: str) -> None:
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
        found = problems(tmp_path, changed(ANSWER, ('"entrustment"', f'"{basis}"')))
        assert "cut.answer_identifies" in {problem.key for problem in found}


# ------------------------------------------------------------------ every record


def purpose(text: str) -> Purpose:
    return parse_purpose(text, Path("purpose.toml"))


def one_field(basis: str, kind: str, op: str, *more: str, risk: str = RISK) -> str:
    """Return a purpose with one field of a kind, whose column's header says nothing."""
    text = written(basis, "ある列", kind, op, risk=risk) + f'kind = "{kind}"\n'
    return text + "".join(f"{line}\n" for line in more)


def with_second(basis: str, kind: str, op: str, *more: str) -> str:
    second = f'[[field]]\nfrom = "ある列"\nop = "{op}"\nout = "y"\nwhy = "w"\nkind = "{kind}"\n'
    return one_field(basis, "address", "keep") + second + "".join(f"{line}\n" for line in more)


def replaced(text: str, *changes: tuple[str, str]) -> str:
    return changed(text, *changes)


P, A, E = "pseudonymous", "anonymous", "entrustment"
HARMLESS = {basis: one_field(basis, "sex", "keep") for basis in (P, A, E)}
CITY = ('kind = "company"', 'kind = "local_government"')
NO_CONTRACT = (', contract = "K-1"', "")

FAILING: dict[tuple[str, str], tuple[str, str, str]] = {
    (P, "A1"): (one_field(P, "name", "keep"), "refused", "name_kept"),
    (P, "A1b"): (with_second(P, "birth_date", "keep"), "decide", "combined"),
    (P, "A2"): (one_field(P, "passport", "keep"), "refused", "code_kept"),
    (P, "A3"): (one_field(P, "payment_card", "keep"), "refused", "harm_kept"),
    (P, "A4"): (one_field(P, "resident_code", "token.serial"), "decide", "map_with_the_office"),
    (P, "A5"): (replaced(HARMLESS[P], NO_CONTRACT), "decide", "no_contract_third_party"),
    (P, "A6"): (replaced(HARMLESS[P], ('title = "t"', 'title = "t", contact = true')), "refused", "pseudonymous_contact"),
    (P, "A6b"): (replaced(ANSWER, ('"entrustment"', '"pseudonymous"')), "refused", "answer_identifies"),
    (P, "A7"): (replaced(HARMLESS[P], CITY), "warning", "public_body_pseudonymous"),
    (A, "B1"): (one_field(A, "email", "keep"), "refused", "name_kept"),
    (A, "B1b"): (one_field(A, "iban", "keep"), "refused", "harm_kept"),
    (A, "B1c"): (one_field(A, "address", "keep", risk='risk = { quasi = ["z"], k = 5 }'), "refused", "address_kept"),
    (A, "B2"): (one_field(A, "my_number", "mask.first"), "refused", "code_kept"),
    (A, "B3"): (one_field(A, "case_number", "keep"), "refused", "linking_code"),
    (A, "B3b"): (HARMLESS[A] + "[trace]\nmarks = true\n", "refused", "anonymous_trace"),
    (A, "B4"): (one_field(A, "tax_amount", "keep", risk='risk = { quasi = ["z"], k = 5 }'), "refused", "uncapped"),
    (A, "B4b"): (one_field(A, "free_text", "keep"), "warning", "rare_by_nature"),
    (A, "B5"): (one_field(A, "sex", "keep", risk=""), "refused", "anonymous_without_k"),
    (A, "B6d"): (replaced(ANSWER, ('"entrustment"', '"anonymous"')), "refused", "answer_identifies"),
    (A, "B7"): (replaced(HARMLESS[A], CITY), "warning", "public_body_anonymous"),
    (E, "C1"): (replaced(HARMLESS[E], NO_CONTRACT), "warning", "no_contract"),
    (E, "C3"): (one_field(E, "my_number", "keep"), "warning", "my_number_entrusted"),
    (E, "C4"): (HARMLESS[E], "warning", "unused_kinds"),
    (E, "C5"): (one_field(E, "health", "keep"), "decide", "special_care"),
}  # fmt: skip
PASSING = {(E, "C4"): replaced(HARMLESS[E], ('"case_number", ', ""))}


def findings(text: str, rule_id: str) -> list[Finding]:
    return [each for each in examine(purpose(text), text) if each.rule.id == rule_id]


@pytest.mark.parametrize(("basis", "rule_id"), FAILING)
def test_a_requirement_has_a_purpose_that_fails_it(basis: str, rule_id: str) -> None:
    text, severity, key = FAILING[basis, rule_id]
    (found,) = findings(text, rule_id)
    assert (found.severity, found.key) == (severity, key)
    assert all(found.says(language) for language in ("ja", "en"))


@pytest.mark.parametrize(("basis", "rule_id"), FAILING)
def test_a_requirement_has_a_purpose_that_passes_it(basis: str, rule_id: str) -> None:
    (found,) = findings(PASSING.get((basis, rule_id), HARMLESS[basis]), rule_id)
    assert (found.severity, found.key) == ("passed", "nothing_against")


def records() -> Iterator[tuple[str, str, str]]:
    for basis in (P, A, E):
        yield from ((basis, rule.id, rule.before) for rule in rules_of(basis))


def test_no_requirement_is_left_out() -> None:
    assert {(basis, rule_id) for basis, rule_id, before in records() if before not in {"", PERSON}} == set(FAILING)
    assert {before for *_, before in records() if before} == set(CHECKS)


def test_what_no_machine_can_look_at_is_always_for_a_person() -> None:
    for basis, rule_id, before in records():
        if before == PERSON:
            (found,) = findings(HARMLESS[basis], rule_id)
            assert (found.severity, found.key) == ("decide", "for_a_person")


def test_no_words_say_that_a_law_is_kept() -> None:
    found = [each for text, *_ in FAILING.values() for each in examine(purpose(text), text)]
    said = " ".join(each.says("ja") + each.says("en").lower() for each in found)
    assert not [claim for claim in ("compliant", "適法", "準拠", "適合", "lawful") if claim in said]


# ------------------------------------------------------------------ forms that let through more than they seem to


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (one_field(P, "name", "mask.last"), "part_of_name"),
        (one_field(P, "free_text", "keep"), "free_text"),
        (one_field(P, "free_text", "text.redact"), "free_text"),
    ],
)
def test_what_may_still_tell_who_somebody_is_is_said(text: str, key: str) -> None:
    (found,) = findings(text, "A1")
    assert (found.severity, found.key, found.line, found.field) == ("warning", key, 10, "x")


def test_in_an_anonymous_purpose_nothing_people_are_told_apart_by_is_left_out_of_the_risk() -> None:
    text = one_field(A, "birth_date", "date.year", risk='risk = { quasi = ["y"], k = 5 }')
    (found,) = findings(text, "B5")
    assert (found.key, found.field) == ("not_in_quasi", "x")


@pytest.mark.parametrize(
    ("kind", "op", "arguments", "key"),
    [
        ("birth_date", "age.band", ["width = 5"], "extreme_age"),
        ("birth_date", "age.band", ["width = 5", "most = 95"], "extreme_age"),
        ("birth_date", "age.band", ["width = 5", "most = 90"], None),
        ("tax_amount", "number.band", ["width = 100"], "uncapped"),
        ("tax_amount", "number.band", ["width = 100", "most = 9000"], None),
        ("tax_amount", "number.cap", ["least = 0"], "uncapped"),
        ("tax_amount", "number.cap", ["most = 9000"], None),
        ("tax_amount", "number.round", ["width = 100"], None),
    ],
)
def test_ages_and_amounts_have_an_end(kind: str, op: str, arguments: list[str], key: str | None) -> None:
    """What [risk] makes alike, as here a rounded amount, has its k people at the end as well."""
    (found,) = findings(one_field(A, kind, op, *arguments), "B4")
    assert (found.severity, found.key) == (("refused", key) if key else ("passed", "nothing_against"))


@pytest.mark.parametrize(
    ("op", "arguments", "key"),
    [("token.ff1", [], "code_kept"), ("token.hmac", [], None), ("number.round", ["width = 10"], "code_kept")],
)
def test_a_code_does_not_leave_as_what_looks_like_one(op: str, arguments: list[str], key: str | None) -> None:
    text = (
        one_field(P, "my_number", op, *arguments).replace("ある列", "マイナンバー").replace('kind = "my_number"\n', "")
    )
    (found,) = findings(text, "A2")
    assert found.key == (key or "nothing_against")


@pytest.mark.parametrize("op", ["number.round", "number.band", "number.noise", "number.cap"])
def test_a_telephone_number_is_no_amount(op: str) -> None:
    """Rounded to one it would stand there as it was."""
    argument = {"number.noise": "spread = 1", "number.cap": "least = 0"}.get(op, "width = 1")
    (found,) = findings(one_field(P, "phone", op, argument), "A1")
    assert (found.severity, found.key) == ("refused", "name_kept")


@pytest.mark.parametrize("kind", ["resident_code", "name"])
@pytest.mark.parametrize("basis", [P, A])
def test_who_a_person_is_does_not_pass_as_a_label(basis: str, kind: str) -> None:
    """A file of labels may say the value itself, or one for each value."""
    text = one_field(basis, kind, "generalise", 'hierarchy = "labels.csv"', "level = 1")
    found = findings(text, {P: "A1", A: "B1"}[basis])
    assert "name_kept" in {each.key for each in found if each.severity == "refused"}


@pytest.mark.parametrize(
    ("basis", "kind", "rule", "key"),
    [
        (P, "bank_account", "A3", "harm_kept"),
        (A, "bank_account", "B1b", "harm_kept"),
        (P, "name", "A1", "name_kept"),
        (A, "account_holder", "B1", "name_kept"),
    ],
)
def test_both_ends_of_a_column_are_not_two_masks(basis: str, kind: str, rule: str, key: str) -> None:
    """Four digits at one end of an account and four at the other are the account."""
    text = one_field(basis, kind, "mask.last")
    assert key not in {each.key for each in findings(text, rule)}
    head, _, field = text.partition("[[field]]")
    other = field.replace('op = "mask.last"', 'op = "mask.first"').replace('out = "', 'out = "2')
    refused = [
        each for each in findings(f"{head}[[field]]{field}\n[[field]]{other}", rule) if each.severity == "refused"
    ]
    assert [each.key for each in refused] == [key, key]


@pytest.mark.parametrize("op", ["token.aes", "token.ff1"])
def test_a_token_that_leads_back_needs_a_lawyer(op: str) -> None:
    (found,) = findings(one_field(P, "case_number", op).replace('kind = "case_number"\n', ""), "A1")
    assert (found.severity, found.key) == ("warning", "leads_back")


@pytest.mark.parametrize(
    ("op", "arguments", "key"),
    [("address.area", ['to = "city"'], None), ("address.area", ['to = "town"'], "address_kept"), ("flag", [], None)],
)
def test_an_address_ends_at_the_municipality(op: str, arguments: list[str], key: str | None) -> None:
    (found,) = findings(one_field(A, "address", op, *arguments, risk='risk = { quasi = ["z"], k = 5 }'), "B1c")
    assert found.key == (key or "nothing_against")


def test_a_risk_that_is_only_measured_is_not_enough() -> None:
    (found,) = findings(one_field(A, "sex", "keep", risk='risk = { quasi = ["x"] }'), "B5")
    assert found.key == "anonymous_without_k"


@pytest.mark.parametrize(("where", "is_refused"), [("統一コード in ['1', '2']", True), ("性別 == '女'", False)])
def test_nobody_is_picked_out_by_name_for_anonymised_data(where: str, is_refused: bool) -> None:
    """Seven known people are no statistics, whatever is left out about them."""
    text = changed(written("anonymous", "性別", "sex", "keep"), ('from = "a" }', f'from = "a", where = "{where}" }}'))
    found = [
        finding.key for finding in examine(parse_purpose(text, Path("p.toml")), text) if finding.severity == "refused"
    ]
    assert ("selected_by_name" in found) == is_refused

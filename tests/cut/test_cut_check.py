"""Every reason why a purpose may not be carried out is found, and each is told by file, field and line."""

import ast
from datetime import date
from pathlib import Path

import pytest
from cut_tables import (
    ANSWER,
    PATH,
    REGISTER,
    ROWS,
    changed,
    plan_of,
    problems,
    refusal,
    write_city,
    write_table,
)

from sekisho.cut import check as module
from sekisho.cut.bind import bind
from sekisho.cut.purpose import parse_purpose
from sekisho.errors import Refused, SekishoError, Unreadable

Change = tuple[str, str]

TWICE = '[[rows.join]]\nsource = "benefit"\non = "統一コード"\nto = "コード"\n'
FIELD = '[[field]]\nout = "x"\nwhy = "x"\n'

# Rule → changes, each of which makes this rule refuse a purpose that otherwise fits.
ROWS_REFUSED: dict[str, list[Change]] = {
    "placeholder": [
        ('title = "給付金"', 'title = "…"'),
        ('name = "汐見市"', "name = '…'"),
        ('why = "名前を呼ぶ"', 'why = "…"'),
    ],
    "purpose_over": [("2022-09-30", "2022-06-20")],
    "unknown_source": [
        ('[rows]\nfrom = "register"', '[rows]\nfrom = "residents"'),
        ('source = "benefit"', 'source = "paid"'),
    ],
    "unknown_kind": [
        ('kinds = ["case_number"', 'kinds = ["shoe_size", "case_number"'),
        ('column = "コード" }', 'column = "コード", kind = "shoe_size" }'),
        ('"状態" = "benefit_status"', '"状態" = "shoe_size"'),
    ],
    "unknown_column": [
        ('subject = { column = "コード" }', 'subject = { column = "番号" }'),
        ('kinds = { "状態"', 'kinds = { "番号" = "sex", "状態"'),
        ('on = "統一コード"', 'on = "番号"'),
        ('to = "コード"', 'to = "番号"'),
        ('to = "コード"', 'to = "コード"\nwhere = "番号 == 1"'),
        ('to = "コード"', 'to = "コード"\nwhere = "benefit.コード == 1"'),
        ('from = "register"', 'from = "register"\nwhere = "番号 == 1"'),
        ('from = "register"', 'from = "register"\nwhere = "金額 == 1"'),
        ('from = "氏名カナ"', 'from = "氏名"'),
        ('from = "benefit.振込日"', 'from = "振込日"'),
        ('from = "benefit.振込日"', 'from = "register.氏名カナ"'),
    ],
    "columns_changed": [
        ('"世帯番号"]', '"世帯"]'),
        ('"世帯番号"]', '"世帯番号", "続柄"]'),
        (', "世帯番号"]', "]"),
        ('"世帯番号"]', '"世帯番号", "世帯番号"]'),
    ],
    "other_table": [('path = "benefit.csv"', 'path = "register.csv"')],
    "pattern_name": [('out = "カナ"', 'out = "*"'), ('out = "カナ"', 'out = "^カ.*$"')],
    "column_twice": [("[[field]]", f"{TWICE}\n[[field]]")],
    "bad_where": [
        ('from = "register"', 'from = "register"\nwhere = "世帯番号 ="'),
        ('to = "コード"', 'to = "コード"\nwhere = "open(1)"'),
    ],
    "field_twice": [('out = "カナ"', 'out = "整理番号"')],
    "kind_not_named": [
        ('from = "benefit.振込日"', 'from = "benefit.金額"'),
        ("[[field]]", f'{FIELD}op = "constant"\n\n[[field]]'),
    ],
    "beyond_purpose": [
        ('"bank_account", ', ""),
        ('"benefit_status"]\ncontroller', '"sex"]\ncontroller'),
        ('why = "名前を呼ぶ"', 'why = "名前を呼ぶ"\nkind = "free_text"'),
        ('"状態" = "benefit_status"', '"振込日" = "free_text"'),
    ],
    "token_not_of_subject": [
        ('out = "カナ"\nfrom = "氏名カナ"\nop = "keep"', 'out = "カナ"\nfrom = "氏名カナ"\nop = "token.serial"')
    ],
    "ff1_notice": [('op = "mask.last"', 'op = "token.ff1"')],
    "ff1_of_my_number": [
        ('from = "口座番号"\nop = "mask.last"', 'from = "口座番号"\nkind = "my_number"\nop = "token.ff1"')
    ],
    "miscalled": [
        ('out = "カナ"\nfrom = "氏名カナ"', 'out = "カナ"\nkind = "postal_code"\nfrom = "氏名カナ"'),
        ('from = "口座番号"', 'from = "口座番号"\nkind = "case_number"'),
        ('from = "benefit.振込日"', 'from = "benefit.振込日"\nkind = "case_number"'),
        ('"状態" = "benefit_status"', '"振込日" = "case_number"'),
        ('column = "統一コード" }', 'column = "統一コード" }\nkinds = { "口座番号" = "case_number" }'),
        ('column = "統一コード" }', 'column = "統一コード", kind = "name_kana" }'),
        ('column = "統一コード" }', 'column = "口座番号" }'),
    ],
    "not_of_test_data": [('"entrustment"\nprofile = "rows"', '"test"\nprofile = "test-data"')],
}

ANSWER_REFUSED: dict[str, list[Change]] = {
    "unknown_column": [
        ('kana = "氏名カナ"', 'kana = "カナ"'),
        ('birth_date = "生年月日"', 'birth_date = "benefit.生年月日"'),
        ('postal_code = "郵便番号"', 'postal_code = "register.郵便番号"'),
        ("benefit.状態 ==", "状態 =="),
    ],
    "bad_where": [("benefit.状態 == '発送済'", "発送済")],
    "answers_not_closed": [
        ('id = "sent"', 'id = "paid"'),
        ('id = "not_eligible"', 'id = "not_eligible"\nwhere = "benefit.状態 == \'却下\'"'),
        ("where = \"benefit.状態 == '発送済'\"\n", ""),
    ],
    "beyond_purpose": [('"lookup_token", ', ""), ('kind = "benefit_status"\nkeys', 'kind = "tax_amount"\nkeys')],
}


def cases(rules: dict[str, list[Change]]) -> list[tuple[str, Change]]:
    return [(rule, change) for rule, changes in rules.items() for change in changes]


def kinds_of(found: tuple[SekishoError, ...]) -> set[str]:
    return {problem.key.removeprefix("cut.") for problem in found}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    write_city(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", [ROWS, ANSWER], ids=["rows", "answer"])
def test_a_purpose_that_fits_has_no_problems(city: Path, text: str) -> None:
    assert problems(city, text) == ()


@pytest.mark.parametrize(("rule", "change"), cases(ROWS_REFUSED))
def test_each_rule_refuses_what_it_is_for(city: Path, rule: str, change: Change) -> None:
    assert rule in kinds_of(problems(city, changed(ROWS, change)))


@pytest.mark.parametrize(("rule", "change"), cases(ANSWER_REFUSED))
def test_each_rule_of_an_answer_refuses_what_it_is_for(city: Path, rule: str, change: Change) -> None:
    assert kinds_of(problems(city, changed(ANSWER, change))) == {rule}


def test_every_rule_is_tried() -> None:
    """A rule added to the module must come with a purpose that it refuses."""
    source = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    keys = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    rules = {key.removeprefix("cut.") for key in keys if key.startswith("cut.")}
    of_labels = {"no_hierarchy", "closed_hierarchy", "bad_hierarchy", "hierarchy_level"}  # test_cut_forms_form.py
    assert rules == {*ROWS_REFUSED, *ANSWER_REFUSED, *of_labels, "repeated_header", "key_of_another"} - {"ff1_notice"}


@pytest.mark.parametrize(
    "change",
    [
        ("2022-09-30", "2022-06-21"),
        ('legal_basis = "entrustment"', 'legal_basis = "entrustment"\ncontact = true'),
        ('from = "register"', 'from = "register"\nwhere = "benefit.金額 > 0 and 世帯番号 != 1"'),
        ('to = "コード"', 'to = "コード"\nwhere = "金額 > 0"'),
        ('from = "氏名カナ"', 'from = "氏名カナ"\nkind = "name_kana"'),
        ('from = "benefit.振込日"', 'from = "benefit.金額"\nkind = "benefit_status"'),
        ("[[field]]", f'{FIELD}op = "constant"\nkind = "case_number"\n\n[[field]]'),
    ],
)
def test_what_no_rule_forbids_may_be_carried_out(city: Path, change: Change) -> None:
    assert problems(city, ROWS.replace(*change, 1)) == ()


def test_a_column_may_be_called_as_a_draft_calls_what_it_does_not_know(city: Path) -> None:
    write_table(city / "register.csv", [("…", *REGISTER[0][1:]), *REGISTER[1:]])
    assert problems(city, ROWS.replace('"統一コード"', '"…"')) == ()


def test_reasons_are_told_in_the_order_of_their_lines(city: Path) -> None:
    fields = "".join(f'[[field]]\nout = "{out}"\nfrom = "世帯番号"\nop = "keep"\nwhy = "…"\n' for out in "abカ")
    found = problems(city, f"{ROWS}\n{fields}".replace('out = "カ"', 'out = "a"'))
    lines = [int(str(problem.values["line"])) for problem in found]
    assert len(lines) == 7
    assert lines == sorted(lines)


def test_every_reason_is_told_at_once(city: Path) -> None:
    text = changed(ROWS, ("2022-09-30", "2022-06-20"), ('"bank_account", ', ""), ('"世帯番号"]', '"世帯"]'))
    assert kinds_of(problems(city, text)) == {"purpose_over", "beyond_purpose", "columns_changed"}
    assert refusal(lambda: plan_of(city, text)).key == "cut.purpose_over"


def test_a_field_beyond_the_purpose_is_told_with_its_line(city: Path) -> None:
    text = changed(ROWS, ('"bank_account", ', ""))
    (problem,) = problems(city, text)
    line = text.split("\n").index('out = "口座末尾"') + 1
    assert (type(problem), problem.exit_code) == (Refused, 3)
    assert problem.values == {"path": PATH, "field": "口座末尾", "line": line, "kind": "bank_account"}
    assert f"{line}行目" in problem.what("ja")


def test_an_unknown_main_source_is_told_and_nothing_breaks(city: Path) -> None:
    text = changed(ROWS, ('[rows]\nfrom = "register"', '[rows]\nfrom = "residents"'))
    first, *_ = problems(city, text)
    assert (type(first), first.key, first.values["source"]) == (Unreadable, "cut.unknown_source", "residents")


# --- the source changed since the purpose was written


def test_a_column_added_at_the_source_stops_the_run_by_its_name(city: Path) -> None:
    write_table(city / "register.csv", [(*REGISTER[0], "備考"), *((*row, "") for row in REGISTER[1:])])
    (problem,) = problems(city, ROWS)
    assert problem.values == {"source": "register", "file": "register.csv", "new": "備考", "gone": "-"}


def test_a_column_gone_at_the_source_stops_the_run_by_its_name(city: Path) -> None:
    write_table(city / "register.csv", [row[:-1] for row in REGISTER])
    (problem,) = problems(city, ROWS)
    assert (problem.values["new"], problem.values["gone"]) == ("-", "世帯番号")


def test_columns_in_another_order_are_the_same_columns(city: Path) -> None:
    write_table(city / "register.csv", [row[::-1] for row in REGISTER])
    assert problems(city, ROWS) == ()


def test_every_file_of_a_source_is_looked_at(city: Path) -> None:
    write_table(city / "register_2.csv", [row[:-1] for row in REGISTER])
    (problem,) = problems(city, changed(ROWS, ('"register.csv"', '"register*.csv"')))
    assert problem.values["file"] == "register_2.csv"


def test_a_table_without_a_header_is_refused_without_showing_its_first_row(city: Path) -> None:
    """Its first row stands where the names should, and an error must not show a person."""
    write_table(city / "register.csv", REGISTER[1:])
    (problem,) = problems(city, ROWS)
    assert problem.key == "cut.other_table"
    shown = f"{problem.what('ja')}{problem.what('en')}{problem.values}"
    assert not any(cell in shown for row in REGISTER[1:] for cell in row if cell)


REPEATED = ("統一コード", "氏名カナ", "氏名カナ", "郵便番号", "口座番号", "世帯番号")


@pytest.mark.parametrize("column", ["氏名カナ", "氏名カナ#3"])
def test_two_columns_of_one_header_cannot_be_told_apart(city: Path, column: str) -> None:
    """The applicant's name would leave as the householder's, on the day on which the two change places."""
    write_table(city / "register.csv", [REPEATED, *REGISTER[1:]])
    text = changed(
        ROWS,
        ('"氏名カナ", "生年月日"', '"氏名カナ", "氏名カナ#3"'),
        ('from = "氏名カナ"', f'from = "{column}"\nkind = "name_kana"'),
    )
    (problem,) = problems(city, text)
    assert problem.key == "cut.repeated_header"
    assert problem.values == {"source": "register", "file": "register.csv", "column": column}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('from = "register"', 'from = "register"\nwhere = "`氏名カナ#3` is null"'),
        ('on = "統一コード"', 'on = "氏名カナ"'),
        ('column = "統一コード" }', 'column = "氏名カナ#3", kind = "name_kana" }'),
    ],
)
def test_neither_conditions_nor_look_ups_nor_the_subject_may_name_one_of_them(city: Path, old: str, new: str) -> None:
    write_table(city / "register.csv", [REPEATED, *REGISTER[1:]])
    text = changed(
        ROWS, ('"氏名カナ", "生年月日"', '"氏名カナ", "氏名カナ#3"'), ('from = "氏名カナ"', 'from = "郵便番号"')
    )
    assert problems(city, text) == ()
    assert "repeated_header" in kinds_of(problems(city, changed(text, (old, new))))


def test_a_repeated_header_of_a_looked_up_source_matters_as_much(city: Path) -> None:
    write_table(city / "benefit.csv", [("コード", "状態", "振込日", "振込日"), ("0001", "", "", "")])
    text = changed(ROWS, ('"金額", "振込日"]', '"振込日", "振込日#4"]'))
    (problem,) = problems(city, text)
    assert (problem.key, problem.values["column"]) == ("cut.repeated_header", "振込日")


# --- names


@pytest.mark.parametrize("name", ["*", "^.*$", "^統一.*$"])
def test_a_column_cannot_have_a_name_that_stands_for_others(city: Path, name: str) -> None:
    write_table(city / "register.csv", [(*REGISTER[0], name), *((*row, "") for row in REGISTER[1:])])
    text = changed(ROWS, ('"世帯番号"]', f'"世帯番号", "{name}"]'))
    assert kinds_of(problems(city, text)) == {"pattern_name"}


def test_a_column_that_is_called_like_a_looked_up_one_is_refused(city: Path) -> None:
    """Else a field would get the column of the one or the other, as the engine likes."""
    write_table(city / "register.csv", [(*REGISTER[0], "benefit.状態"), *((*row, "") for row in REGISTER[1:])])
    text = changed(ROWS, ('"世帯番号"]', '"世帯番号", "benefit.状態"]'))
    (problem,) = problems(city, text)
    assert (problem.key, problem.values["column"]) == ("cut.column_twice", "benefit.状態")


def test_a_look_up_goes_only_by_a_column_that_is_there_by_then(city: Path) -> None:
    joins = '[[rows.join]]\nsource = "register"\non = "benefit.コード"\nto = "統一コード"\n'
    before, after = ROWS.split("[[rows.join]]")
    assert "unknown_column" in kinds_of(problems(city, f"{before}{joins}[[rows.join]]{after}"))


def test_dots_in_a_column_are_part_of_its_name(city: Path) -> None:
    write_table(city / "benefit.csv", [("コード", "状態", "金額", "No.1.a"), ("0001", "発送済", "1", "x")])
    text = changed(ROWS, ('"振込日"]', '"No.1.a"]'), ("benefit.振込日", "benefit.No.1.a"))
    text = text.replace('kinds = { "状態"', 'kinds = { "No.1.a"')
    assert problems(city, text) == ()


# --- the plan


def test_a_plan_knows_what_leaves_and_what_stays(city: Path) -> None:
    plan = plan_of(city, ROWS)
    assert [(each.field.out, each.kind.id) for each in plan.fields] == [
        ("整理番号", "case_number"),
        ("カナ", "name_kana"),
        ("口座末尾", "bank_account"),
        ("振込済", "benefit_status"),
    ]
    assert [(column, kind.id if kind else None) for column, kind in plan.dropped] == [
        ("生年月日", "birth_date"),
        ("郵便番号", "postal_code"),
        ("世帯番号", "household"),
        ("benefit.コード", "resident_code"),
        ("benefit.状態", "benefit_status"),
        ("benefit.金額", None),
    ]


def test_a_plan_knows_by_which_columns_it_selects(city: Path) -> None:
    """Whoever is on a list of those for whom something holds is known to be one of them."""
    text = changed(
        ROWS,
        ('from = "register"', 'from = "register"\nwhere = "世帯番号 > 1 and benefit.金額 > 0 and 世帯番号 < 99"'),
        ('to = "コード"', 'to = "コード"\nwhere = "状態 != \'取消\'"'),
    )
    found = [(column, kind.id if kind else None) for column, kind in plan_of(city, text).selects]
    assert found == [("benefit.金額", None), ("世帯番号", "household"), ("benefit.状態", "benefit_status")]
    answers = [(column, kind.id if kind else None) for column, kind in plan_of(city, ANSWER).selects]
    assert answers == [("benefit.振込日", "benefit_status"), ("benefit.状態", "benefit_status")]
    assert plan_of(city, ROWS).selects == ()


def test_a_plan_of_an_answer_has_its_answers_in_order(city: Path) -> None:
    plan = plan_of(city, ANSWER)
    assert [(answer.id, where is not None) for answer, where in plan.answers] == [
        ("paid", True),
        ("sent", True),
        ("not_eligible", False),
    ]
    assert "口座番号" in [column for column, _ in plan.dropped]
    assert "氏名カナ" not in [column for column, _ in plan.dropped]


def test_a_day_after_the_last_there_is_no_plan(city: Path) -> None:
    purpose = parse_purpose(ROWS, PATH)
    assert problems(city, ROWS, today=date(2022, 9, 30)) == ()
    late = refusal(lambda: bind(purpose, ROWS, PATH, {}, date(2022, 10, 1)))
    assert (late.key, late.values["day"]) == ("cut.purpose_over", date(2022, 9, 30))


LINED: list[tuple[str, Change, str]] = [
    ("unknown_kind", ('kinds = ["case_number"', 'kinds = ["shoe_size", "case_number"'), "kinds = ["),
    ("unknown_kind", ('column = "コード" }', 'column = "コード", kind = "shoe_size" }'), "subject = {"),
    ("unknown_source", ('source = "benefit"', 'source = "paid"'), 'source = "paid"'),
    ("unknown_column", ('subject = { column = "コード" }', 'subject = { column = "番号" }'), "subject = {"),
    ("unknown_column", ('to = "コード"', 'to = "番号"'), 'to = "番号"'),
    ("unknown_column", ('from = "register"', 'from = "register"\nwhere = "番号 == 1"'), "where = "),
    ("unknown_column", ('from = "氏名カナ"', 'from = "氏名"'), 'out = "カナ"'),
    ("bad_where", ('from = "register"', 'from = "register"\nwhere = "世帯番号 ="'), "where = "),
    ("purpose_over", ("2022-09-30", "2022-06-20"), "not_after"),
    ("column_twice", ("[[field]]", f"{TWICE}\n[[field]]"), 'source = "benefit"'),
    ("pattern_name", ('out = "カナ"', 'out = "*"'), 'out = "*"'),
]


@pytest.mark.parametrize(("rule", "change", "said"), LINED)
def test_every_reason_is_told_with_its_line(city: Path, rule: str, change: Change, said: str) -> None:
    text = ROWS.replace(*change, 1) if rule == "column_twice" else changed(ROWS, change)
    lines = [int(str(problem.values["line"])) for problem in problems(city, text) if problem.key == f"cut.{rule}"]
    assert lines
    assert all(said in text.split("\n")[line - 1] for line in lines)


@pytest.mark.parametrize(("on", "found"), [("統一コード", set()), ("世帯番号", {"key_of_another"})])
def test_nobody_is_asked_about_who_is_looked_up_for_another(city: Path, on: str, found: set[str]) -> None:
    """The head of a child's household could be asked about and would not be in the index of people."""
    text = changed(ANSWER, ('on = "統一コード"', f'on = "{on}"'), ('kana = "氏名カナ"', 'kana = "benefit.状態"'))
    assert kinds_of(problems(city, text)) == found

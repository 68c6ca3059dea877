"""What leaves is what the purpose names, of the rows it names, byte for byte as a table; who is in it is known."""

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from cut_tables import (
    ANSWER,
    BENEFIT,
    REGISTER,
    ROWS,
    Made,
    Row,
    answered,
    carry_out,
    changed,
    plan_of,
    refusal,
    write_city,
    write_table,
)

from sekisho.codes import checks
from sekisho.cut.forms.form import Makings
from sekisho.cut.run import Counters, cut_answers, cut_rows
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.errors import Refused, Unreadable
from sekisho.kinds.taxonomy import kind
from sekisho.people.index import Index
from sekisho.people.population import Population
from sekisho.readers import tables as readers


@pytest.fixture
def city(tmp_path: Path) -> Path:
    write_city(tmp_path)
    return tmp_path


# --- rows and fields


def test_a_purpose_carried_out_gives_its_fields_in_its_order(city: Path) -> None:
    made = carry_out(city, ROWS)
    header, *rows = made.rows()
    assert header == ["整理番号", "カナ", "口座末尾", "振込済"]
    assert [row[1:] for row in rows] == [
        ["ヤマダ　タロウ", "＊＊＊＊567", "0"],
        ["スズキ　ハナコ", "＊＊＊＊321", "1"],
        ["サトウ　ジロウ", "", "0"],
    ]
    assert all(checks(row[0]) for row in rows)
    assert (made.counters.rows_in, made.counters.rows_out) == (3, 3)


def test_only_rows_for_which_the_condition_is_true_leave(city: Path) -> None:
    where = "[rows]\nwhere = \"benefit.金額 > 0 and benefit.状態 in ['発送済', '返戻']\""
    made = carry_out(city, changed(ROWS, ("[rows]", where)))
    assert made.column("カナ") == ["ヤマダ　タロウ", "スズキ　ハナコ"]
    assert (made.counters.rows_in, made.counters.rows_out) == (3, 2)


def test_a_row_of_which_nothing_is_known_stays_inside(city: Path) -> None:
    """Unknown is not true, not even for the opposite."""
    for where in ("口座番号 > 0", "not 口座番号 > 0"):
        made = carry_out(city, changed(ROWS, ("[rows]", f'[rows]\nwhere = "{where}"')))
        assert "サトウ　ジロウ" not in made.column("カナ")


def test_a_cut_of_no_rows_is_a_table_with_its_header(city: Path) -> None:
    made = carry_out(city, changed(ROWS, ("[rows]", '[rows]\nwhere = "世帯番号 == 0"')))
    assert made.rows() == [["整理番号", "カナ", "口座末尾", "振込済"]]
    assert (made.index.people, len(made.population), made.counters.rows_out) == (0, 0, 0)


def test_an_empty_source_gives_an_empty_table(tmp_path: Path) -> None:
    write_city(tmp_path, register=REGISTER[:1], benefit=BENEFIT[:1])
    assert len(carry_out(tmp_path, ROWS).rows()) == 1


def test_several_files_of_one_form_are_one_source(city: Path) -> None:
    write_table(city / "register_2.csv", [row[::-1] for row in [REGISTER[0], ("0009", "タナカ", "", "", "", "80")]])
    made = carry_out(city, changed(ROWS, ('"register.csv"', '"register*.csv"')))
    assert made.column("カナ")[-1] == "タナカ"
    assert made.counters.rows_in == 4


def test_a_cut_may_be_made_of_constants_and_case_numbers_alone(city: Path) -> None:
    """Neither is a column of the source; there is still one row a row."""
    constant = '[[field]]\nout = "市"\nop = "constant"\nvalue = "汐見"\nkind = "case_number"\nwhy = "w"\n'
    number = '[[field]]\nout = "番号"\nfrom = "統一コード"\nop = "token.serial"\nwhy = "w"\n'
    head = ROWS[: ROWS.index("[[field]]")]
    assert carry_out(city, head + constant).rows() == [["市"], ["汐見"], ["汐見"], ["汐見"]]
    assert carry_out(city, head + constant + number).column("市") == ["汐見"] * 3
    assert len(set(carry_out(city, head + number).column("番号"))) == 3


@pytest.mark.parametrize("size", [1, 100, 1000])
def test_the_size_of_a_block_does_not_show(city: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Streaming gives what reading everything at once gives."""
    rows: list[Row] = [REGISTER[0]]
    rows += [(f"{number % 30:04d}", f"カナ{number}", "", "", str(number) * 3, "1") for number in range(80)]
    write_table(city / "register.csv", rows)
    expected = carry_out(city, ROWS)
    monkeypatch.setattr(readers, "_FRAME_BYTES", size)
    made = carry_out(city, ROWS)
    assert [row[1:] for row in made.rows()] == [row[1:] for row in expected.rows()]
    assert made.index.encode() == expected.index.encode()
    assert len(set(made.column("整理番号"))) == 30


# --- people


def test_one_person_has_one_case_number_in_all_rows(tmp_path: Path) -> None:
    write_city(tmp_path, register=[*REGISTER, ("0001", "ヤマダ　タロウ", "", "", "7654321", "77")])
    numbers = carry_out(tmp_path, ROWS).column("整理番号")
    assert numbers[0] == numbers[3]
    assert len(set(numbers)) == 3


def test_two_cuts_share_people_and_no_case_numbers(city: Path) -> None:
    population = Population()
    one, other = (carry_out(city, ROWS, population=population, seed=seed) for seed in (1, 2))
    assert len(population) == 3
    assert one.index.encode() == other.index.encode()
    assert not set(one.column("整理番号")) & set(other.column("整理番号"))


def test_the_index_knows_whose_datum_of_which_kind_left(city: Path) -> None:
    """An empty cell exposes nothing; a flag says something of everybody."""
    made = carry_out(city, ROWS)
    counted = {each.id: made.index.count(each) for each in made.index.kinds}
    assert counted == {"name_kana": 3, "bank_account": 2, "benefit_status": 3, "case_number": 3}
    numbers, masks = made.index.masks()
    without = [
        int(number) for number, mask in zip(numbers, masks, strict=True) if not int(mask) & kind("bank_account").mask
    ]
    assert made.population.keys(numbers)["key"].to_list() == ["0001", "0002", "0003"]
    assert without == [2]


def test_whoever_is_looked_up_for_another_is_in_the_index_as_well(tmp_path: Path) -> None:
    """The head of a household whose name stands in a child's row leaves too; where nobody was found, nobody does."""
    text = """
schema = 1

[purpose]
id = "heads"
title = "世帯主あて"
legal_basis = "entrustment"
profile = "rows"
not_after = 2022-09-30
kinds = ["case_number", "name"]
controller = { name = "汐見市", kind = "local_government" }
recipient = { id = "callcentre" }

[source.register]
path = "register.csv"
columns = ["統一コード", "氏名", "世帯番号", "続柄"]
subject = { column = "統一コード" }

[source.heads]
path = "register.csv"
columns = ["統一コード", "氏名", "世帯番号", "続柄"]
subject = { column = "統一コード" }

[rows]
from = "register"
where = "続柄 == '子'"

[[rows.join]]
source = "heads"
on = "世帯番号"
to = "世帯番号"
where = "続柄 == '世帯主'"

[[field]]
out = "整理番号"
from = "統一コード"
op = "token.serial"
why = "書き戻し"

[[field]]
out = "世帯主"
from = "heads.氏名"
op = "keep"
why = "宛名"
"""
    rows: list[Row] = [
        ("統一コード", "氏名", "世帯番号", "続柄"),
        ("1", "山田　太郎", "77", "世帯主"),
        ("2", "山田　一郎", "77", "子"),
        ("3", "山田　二郎", "77", "子"),
        ("4", "鈴木　三郎", "78", "子"),
        ("5", "佐藤　四郎", "79", "世帯主"),
    ]
    write_table(tmp_path / "register.csv", rows)
    made = carry_out(tmp_path, text)
    assert set(made.population.keys(made.index.numbers())["key"]) == {"1", "2", "3", "4"}
    assert made.index.count(kind("case_number")) == 3
    assert made.index.unresolved == 0


def test_a_row_that_does_not_leave_is_not_in_the_index(city: Path) -> None:
    made = carry_out(city, changed(ROWS, ("[rows]", '[rows]\nwhere = "世帯番号 == 77"')))
    numbers, _ = made.index.masks()
    assert made.population.keys(numbers)["key"].to_list() == ["0001"]


def test_a_row_of_nobody_leaves_without_a_number_and_is_counted(tmp_path: Path) -> None:
    """So that every answer about people has honest bounds."""
    write_city(tmp_path, register=[*REGISTER, ("", "ダレカ", "", "", "1", "99"), ("", "ダレカ", "", "", "", "99")])
    made = carry_out(tmp_path, ROWS)
    assert made.column("整理番号")[3:] == ["", ""]
    assert (made.index.people, made.index.unresolved) == (3, 2)


def test_the_map_of_case_numbers_leads_back_to_people(city: Path) -> None:
    made = carry_out(city, ROWS)
    numbers = dict(made.tokens.given.select("token", "number").iter_rows())
    back = made.population.keys(pl.Series([numbers[token] for token in made.column("整理番号")]).to_numpy())
    assert back["key"].to_list() == ["0001", "0002", "0003"]


# --- looking up


def test_a_key_that_is_not_there_or_empty_looks_up_nothing(tmp_path: Path) -> None:
    write_city(tmp_path, benefit=[BENEFIT[0], ("0001", "発送済", "1", "2022-06-01"), ("", "返戻", "1", "2022-06-01")])
    text = changed(ROWS, ('from = "benefit.振込日"\nop = "flag"', 'from = "benefit.振込日"\nop = "keep"'))
    assert carry_out(tmp_path, text).column("振込済") == ["2022-06-01", "", ""]


def test_a_key_that_stands_twice_is_refused_with_its_column(tmp_path: Path) -> None:
    """The wrong person's status would leave."""
    write_city(tmp_path, benefit=[*BENEFIT, ("0001", "却下", "0", ""), ("0001", "却下", "0", "")])
    problem = refusal(lambda: carry_out(tmp_path, ROWS))
    assert (type(problem), problem.key) == (Refused, "cut.join_not_unique")
    assert problem.values == {"source": "benefit", "column": "コード", "rows": 2}


def test_a_key_must_be_unique_only_among_the_rows_that_fit(tmp_path: Path) -> None:
    write_city(tmp_path, benefit=[*BENEFIT, ("0001", "取消", "", "2022-06-09"), ("", "", "", ""), ("", "", "", "")])
    text = changed(ROWS, ('to = "コード"', 'to = "コード"\nwhere = "状態 != \'取消\'"'))
    assert carry_out(tmp_path, text).column("振込済") == ["0", "1", "0"]


def test_looking_up_neither_adds_nor_loses_nor_reorders_rows(tmp_path: Path) -> None:
    write_city(tmp_path, register=[REGISTER[0], *REGISTER[:0:-1]], benefit=BENEFIT[:2])
    assert carry_out(tmp_path, ROWS).column("カナ") == ["サトウ　ジロウ", "スズキ　ハナコ", "ヤマダ　タロウ"]


def test_a_look_up_may_go_on_from_what_was_looked_up(city: Path) -> None:
    """As the demo asks through a household's head."""
    write_table(city / "office.csv", [("状態", "窓口"), ("発送済", "一番"), ("返戻", "二番")])
    text = changed(
        ROWS,
        (
            "[rows]",
            '[source.office]\npath = "office.csv"\ncolumns = ["状態", "窓口"]\nsubject = { column = "状態" }\n[rows]',
        ),
        ('to = "コード"', 'to = "コード"\n[[rows.join]]\nsource = "office"\non = "benefit.状態"\nto = "状態"'),
        ('from = "benefit.振込日"\nop = "flag"', 'from = "office.窓口"\nkind = "benefit_status"\nop = "keep"'),
    )
    assert carry_out(city, text).column("振込済") == ["一番", "二番", ""]


# --- surprises


@pytest.mark.parametrize(("least", "most", "fits"), [(3, 3, True), (0, 9, True), (4, 9, False), (0, 2, False)])
def test_a_surprising_number_of_rows_stops_the_run(city: Path, least: int, most: int, *, fits: bool) -> None:
    text = changed(ROWS, ("[rows]", f"[rows]\nexpect = {{ min = {least}, max = {most} }}"))
    if fits:
        assert carry_out(city, text).counters.rows_out == 3
    else:
        problem = refusal(lambda: carry_out(city, text))
        assert (problem.key, problem.values) == ("cut.unexpected_rows", {"rows": 3, "least": least, "most": most})


def test_a_damaged_row_stops_the_run_with_its_line_and_without_its_cells(city: Path) -> None:
    with (city / "register.csv").open("a", encoding="utf-8") as file:
        file.write("0004,ヒミツ,one too few\r\n")
    problem = refusal(lambda: carry_out(city, ROWS))
    assert isinstance(problem, Unreadable)
    assert "ヒミツ" not in f"{problem.what('ja')}{problem.what('en')}"


def test_a_source_that_changes_under_the_run_is_noticed(city: Path) -> None:
    plan = plan_of(city, ROWS)
    (city / "register.csv").write_text("統一コード\n0001\n", encoding="utf-8")
    tokens = CaseTokens(random.Random(1).randbytes)
    with (city / "out").open("wb") as sink:
        problem = refusal(lambda: cut_rows(plan, Population(), Makings(tokens=tokens), Index(), sink))
    assert isinstance(problem, Unreadable)


@pytest.mark.parametrize("word", ["合計", "合　計", "小計", "計", "Total", "GRAND TOTAL", "統一コード", "統一 コード"])
def test_a_line_of_totals_or_a_second_header_is_nobody(tmp_path: Path, word: str) -> None:
    """It would leave with a case number, and be counted among the people."""
    write_city(tmp_path, register=[*REGISTER, (word, "", "", "", "", "3"), (word, "", "", "", "", "3")])
    for problem in (refusal(lambda: carry_out(tmp_path, ROWS)), refusal(lambda: answered(tmp_path, ANSWER))):
        assert (type(problem), problem.key) == (Refused, "cut.row_of_nobody")
        assert problem.values == {"source": "register", "column": "統一コード", "rows": 2, "row": "5"}


def test_a_line_of_totals_that_the_condition_leaves_out_is_no_matter(tmp_path: Path) -> None:
    write_city(tmp_path, register=[*REGISTER, ("合計", "", "", "", "", "3")])
    text = changed(ROWS, ("[rows]", '[rows]\nwhere = "世帯番号 > 70"'))
    assert carry_out(tmp_path, text).counters.rows_out == 3


def test_whoever_is_called_like_a_total_elsewhere_is_somebody(tmp_path: Path) -> None:
    write_city(tmp_path, register=[*REGISTER, ("0004", "合計", "", "", "", "合計"), ("合計0005", "", "", "", "", "1")])
    assert carry_out(tmp_path, ROWS).index.people == 5


# --- what could not be read


def test_values_that_leave_empty_because_nobody_could_read_them_are_counted_by_field(tmp_path: Path) -> None:
    """Else a whole column of dates is lost at the other end, and nobody here knows."""
    days = ["昭39.4.1", "S390401", "不明", "", "　", "昭和年", "1964-04-01"]
    codes = ["6600051", "660", "〒660-0051", "", "x", "660-005", "６６０００５１"]
    rows = [(f"{n:04d}", "", day, code, "", "") for n, (day, code) in enumerate(zip(days, codes, strict=True))]
    write_city(tmp_path, register=[REGISTER[0], *rows])
    field = '[[field]]\nout = "{0}"\nfrom = "{1}"\nop = "{2}"\nwhy = "w"\n'
    fields = [("年", "生年月日", "date.year"), ("月", "生年月日", "date.month"), ("地域", "郵便番号", "postcode.area")]
    made = carry_out(tmp_path, ROWS + "".join(field.format(*each) for each in fields))
    assert made.column("年") == ["1964", "1964", "", "", "", "", "1964"]
    assert made.column("地域") == ["660", "", "660", "", "", "", "660"]
    assert made.counters.unreadable == {"年": 2, "月": 2, "地域": 3}


# --- answers


def test_everybody_gets_the_first_answer_that_is_true(city: Path) -> None:
    frame = answered(city, ANSWER)
    assert frame.to_dicts()[:2] == [
        {"氏名カナ": "ヤマダ　タロウ", "生年月日": "昭和39年4月1日", "郵便番号": "660-0051", "answer": 1, "number": 0},
        {
            "氏名カナ": "スズキ　ハナコ",
            "生年月日": "1975/12/24",
            "郵便番号": "６６００８０２",
            "answer": 0,
            "number": 1,
        },
    ]
    assert frame["answer"].to_list() == [1, 0, 2]
    assert frame.schema == {
        "氏名カナ": pl.String, "生年月日": pl.String, "郵便番号": pl.String, "answer": pl.UInt8, "number": pl.UInt32,
    }  # fmt: skip


def test_of_several_answers_that_are_true_the_first_is_given(city: Path) -> None:
    text = changed(ANSWER, ("benefit.状態 == '発送済'", "benefit.金額 > 0"))
    assert answered(city, text)["answer"].to_list() == [1, 0, 2]


def test_an_unknown_condition_is_not_the_answer(city: Path) -> None:
    """Nor is its opposite: whoever nothing is known of gets the answer without a condition."""
    for where in ("口座番号 > 0", "not 口座番号 > 0"):
        text = changed(ANSWER, ("benefit.振込日 is not null", where), ("benefit.状態 == '発送済'", f"not ({where})"))
        assert answered(city, text)["answer"].to_list()[2] == 2


def test_two_hundred_answers_can_be_told_apart(tmp_path: Path) -> None:
    register = [REGISTER[0], *((f"{number:04d}", "カナ", "", "", str(number), "1") for number in range(200))]
    write_city(tmp_path, register=register)
    answer = '[[query.answer]]\nid = "a{0}"\nwhere = "口座番号 == {0}"\nja = "x"\nen = "x"\n'
    head, _, last = ANSWER.rpartition("[[query.answer]]")
    text = head[: head.index("[[query.answer]]")] + "".join(map(answer.format, range(199))) + f"[[query.answer]]{last}"
    assert answered(tmp_path, text)["answer"].to_list() == list(range(200))


def test_a_surprising_number_of_answers_stops_the_run(city: Path) -> None:
    text = changed(ANSWER, ("[rows]", "[rows]\nexpect = { max = 2 }"))
    assert refusal(lambda: answered(city, text)).key == "cut.unexpected_rows"


def test_answers_are_counted_like_rows(city: Path) -> None:
    counters, population = Counters(), Population()
    text = changed(ANSWER, ("[rows]", '[rows]\nwhere = "世帯番号 < 79"'))
    blocks = list(cut_answers(plan_of(city, text), population, counters))
    assert (counters.rows_in, counters.rows_out, len(population)) == (3, 2, 2)
    assert sum(block.height for block in blocks) == 2


# --- who a row is about, with a code and without


NAMED = [
    ("統一コード", "氏名", "生年月日", "住所"),
    ("0001", "山田　太郎", "昭和39年4月1日", "汐見市渚町1丁目2番3号"),
    ("0002", "髙橋 花子", "1975/12/24", "汐見市浜町4-5"),
]
LISTED = [
    ("氏名", "誕生日", "住まい", "講座"),
    ("高橋　花子", "1975-12-24", "兵庫県汐見市浜町４番５号", "書道"),
    ("佐藤 次郎", "2000-01-01", "汐見市渚町9-9", "書道"),
    ("山田太郎", "S39.4.1", "汐見市渚町1-2-3", "陶芸"),
]
KNOWN_BY_BOTH = """
schema = 1
purpose = { id = "p", title = "t", legal_basis = "internal", profile = "rows", not_after = 2022-09-30, kinds = ["case_number"], controller = { name = "c", kind = "other" }, recipient = { id = "r" } }

[source.list]
path = "list.csv"
columns = [COLUMNS]
subject = { SUBJECT }

[rows]
from = "list"

[[field]]
out = "整理番号"
op = "token.serial"
why = "書き戻し"
"""


def listed(folder: Path, rows: Sequence[Row], subject: str, population: Population) -> Made:
    folder.mkdir()
    write_table(folder / "list.csv", rows)
    columns = ", ".join(f'"{column}"' for column in rows[0])
    text = KNOWN_BY_BOTH.replace("COLUMNS", columns).replace("SUBJECT", subject)
    return carry_out(folder, text, population=population)


def test_a_list_without_codes_is_about_the_people_of_the_register(tmp_path: Path) -> None:
    """One office writes a code, the next a name; whoever loses both lists has not lost two people."""
    population, named = Population(), 'name = "氏名", birth_date = "生年月日", address = "住所"'
    listed(tmp_path / "a", NAMED, f'column = "統一コード", {named}', population)
    made = listed(tmp_path / "b", LISTED, 'name = "氏名", birth_date = "誕生日", address = "住まい"', population)
    assert made.index.numbers().tolist() == [0, 1, 2]
    assert len(population) == 3
    assert population.keys(made.index.numbers())["key"].to_list()[:2] == ["0001", "0002"]


def test_a_subject_is_a_code_or_a_whole_identity(tmp_path: Path) -> None:
    for subject in ("", 'name = "氏名"', 'column = "統一コード", name = "氏名", address = "住所"'):
        with pytest.raises(Unreadable):
            listed(tmp_path / f"x{len(subject)}", NAMED, subject, Population())

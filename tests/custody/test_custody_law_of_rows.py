"""Pseudonymised and anonymised cuts: what the rows show refuses them or is in the list that approvers sign."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

import pytest

from invented_office import Town
from sekisho.custody import records
from sekisho.custody.cut_record import CutRecord
from sekisho.cut.law.notices import LABEL
from sekisho.cut.law.rules import rules_of
from sekisho.errors import Refused

pytest_plugins = ("office_fixtures",)

HEAD = """schema = 1
[purpose]
id = "study"
title = "給付の統計"
profile = "{profile}"
not_after = 2022-09-30
kinds = {kinds}
controller = {{ name = "汐見市", kind = "local_government" }}
recipient = {{ id = "callcentre", contract = "R4-1" }}
[source.a]
path = "a.csv"
columns = ["統一コード", "区", "性別", "生年月日", "状態", "備考"]
subject = {{ column = "統一コード" }}
kinds = {{ "区" = "other", "状態" = "benefit_status", "備考" = "free_text" }}
[rows]
from = "a"
"""
FIELD = '[[field]]\nout = "{out}"\nfrom = "{column}"\nop = "{op}"\nwhy = "w"\n'
PSEUDONYMOUS = HEAD.format(
    profile="pseudonymous", kinds=["case_number", "birth_date", "benefit_status", "free_text", "sex"]
) + "".join(
    FIELD.format(out=out, column=column, op=op)
    for out, column, op in (
        ("番号", "統一コード", "token.serial"),
        ("生年", "生年月日", "date.year"),
        ("状態", "状態", "keep"),
        ("備考", "備考", "keep"),
    )
)
ANONYMOUS = (
    HEAD.format(profile="anonymous", kinds=["sex", "benefit_status", "birth_date", "other"])
    + '[risk]\nquasi = ["区", "性別"]\nk = 3\n'
    + "".join(
        FIELD.format(out=out, column=column, op="keep")
        for out, column in (("区", "区"), ("性別", "性別"), ("状態", "状態"))
    )
)


def rows(*remarks: str) -> list[tuple[str, ...]]:
    """Return twelve people: three in each of two wards and sexes, one of whom has a status of his own."""
    people = [(ward, sex) for ward in ("北区", "南区") for sex in ("男", "女") for _ in range(3)]
    return [
        (f"{place:010d}", ward, sex, f"19{50 + place}-04-01", "返戻" if place == 4 else "発送済", remark)
        for place, ((ward, sex), remark) in enumerate(zip(people, (*remarks, *[""] * 12), strict=False))
    ]


def write(town: Town, text: str, table: Sequence[Sequence[str]]) -> None:
    with (town.root / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("統一コード", "区", "性別", "生年月日", "状態", "備考"), *table])
    town.write("study.toml", text)


def leaving(town: Town, record: CutRecord) -> list[dict[str, str]]:
    data = town.office.vault.read(town.home / "cuts" / record.id / "0.age")
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def key_of(town: Town) -> Refused:
    before = sorted(town.home.rglob("*"))
    with pytest.raises(Refused) as caught:
        town.cut("study")
    assert sorted(town.home.rglob("*")) == before
    return caught.value


# ------------------------------------------------------------------ what detect finds


@pytest.mark.parametrize(
    ("remark", "kind", "rule"),
    [
        ("マイナンバー 123456789018 確認", "my_number", "A2"),
        ("カード番号 4111-1111-1111-1111", "payment_card", "A3"),
        ("口座番号 1234567 に訂正", "bank_account", "A3"),
        ("090-1234-5678 に折り返し", "phone", "A6"),
        ("東京都新宿区西新宿2丁目8番1号 に転居", "address", "A6"),
        ("担当：山田太郎", "name", "A1"),
    ],
)
def test_what_is_found_in_free_text_stops_the_cut(town: Town, remark: str, kind: str, rule: str) -> None:
    write(town, PSEUDONYMOUS, rows("特になし", remark, remark))
    problem = key_of(town)
    assert (problem.key, problem.values["found"]) == ("cut.law_found", f"備考 ({kind}: 2)")
    assert str(problem.values["article"]).startswith(rule)
    said = f"{problem.what('ja')}{problem.what('en')}{problem.values}"
    assert not re.search(r"1234|1111|山田|西新宿", said)


def test_one_code_in_a_column_of_other_things_stops_it_too(town: Town) -> None:
    first, *others = rows()
    write(town, PSEUDONYMOUS, [(*first[:4], "123456789018", ""), *others])
    assert key_of(town).values["found"] == "状態 (my_number: 1)"


def test_blotted_text_leaves_and_says_what_stood_there(town: Town) -> None:
    text = PSEUDONYMOUS.replace('from = "備考"\nop = "keep"', 'from = "備考"\nop = "text.redact"')
    write(town, text, rows("090-1234-5678 に折り返し", "特になし", "担当：山田太郎"))
    record = town.cut("study")
    assert [row["備考"] for row in leaving(town, record)[:4]] == [
        "〔電話番号〕 に折り返し",
        "特になし",
        "担当：〔氏名〕",
        "",
    ]


def test_another_basis_is_not_searched(town: Town) -> None:
    text = PSEUDONYMOUS.replace('profile = "pseudonymous"', 'profile = "rows"\nlegal_basis = "entrustment"')
    write(town, text, rows("担当：山田太郎"))
    assert town.cut("study").checks == []


# ------------------------------------------------------------------ the list that approvers sign


def test_the_record_lists_every_requirement_with_article_source_and_day(town: Town) -> None:
    write(town, PSEUDONYMOUS, rows("特になし"))
    record = town.cut("study")
    assert list(dict.fromkeys(check.rule for check in record.checks)) == [rule.id for rule in rules_of("pseudonymous")]
    assert all(check.article and check.source and check.checked == "2026-11-23" for check in record.checks)
    assert {check.severity for check in record.checks if check.rule == "A2"} == {"passed"}
    assert {check.severity for check in record.checks if check.rule == "A4"} == {"decide"}
    assert "保管庫" in next(check.ja for check in record.checks if check.rule == "A4")


def test_what_approvers_sign_binds_the_list(town: Town) -> None:
    write(town, PSEUDONYMOUS, rows("特になし"))
    record = town.cut("study")
    assert records.get_cut(town.office.ledger.connection, record.id) == record
    town.office.ledger.connection.execute(
        "UPDATE cut SET record = replace(record, '見つかりませんでした', '問題ありません') WHERE id = ?", (record.id,)
    )
    with pytest.raises(Exception, match="damaged"):
        records.get_cut(town.office.ledger.connection, record.id)


# ------------------------------------------------------------------ anonymised


def test_an_anonymised_cut_keeps_nothing_that_leads_back(town: Town) -> None:
    write(town, ANONYMOUS, rows())
    record = town.cut("study")
    assert {path.name for path in (town.home / "cuts" / record.id).iterdir()} == {"0.age", "1.age", "people.age"}
    (check,) = [check for check in record.checks if check.rule == "B3b"]
    assert (check.severity, "保存していません" in check.ja) == ("passed", True)
    assert town.leaves("cut.made")[-1].fields["kept"] == "nothing that leads back"


def test_rare_values_are_blanked_and_counted(town: Town) -> None:
    write(town, ANONYMOUS, rows())
    record = town.cut("study")
    assert sorted(row["状態"] for row in leaving(town, record)) == ["", *["発送済"] * 11]
    assert "1 セル" in next(check.ja for check in record.checks if check.rule == "B4b")
    assert "at least 3 people" in next(check.en for check in record.checks if check.rule == "B5")


def test_rows_stand_in_another_order_each_time(town: Town) -> None:
    table: list[tuple[str, ...]] = [(f"{place:010d}", f"区{place // 3}", "男", "", "発送済", "") for place in range(90)]
    write(town, ANONYMOUS, table)
    first, second = ([row["区"] for row in leaving(town, town.cut("study"))] for _ in range(2))
    source = [f"区{place // 3}" for place in range(90)]
    assert sorted(first) == sorted(second) == sorted(source)
    assert len({tuple(first), tuple(second), tuple(source)}) == 3


def test_too_small_a_group_is_made_alike_with_another(town: Town) -> None:
    write(town, ANONYMOUS, rows()[:-1])
    record = town.cut("study")
    sizes = Counter((row["区"], row["性別"]) for row in leaving(town, record))
    assert (sum(sizes.values()), min(sizes.values()) >= 3, "*" in str(sizes)) == (11, True, True)
    assert record.risk is not None
    assert record.risk.after is not None
    assert (record.risk.before.k, record.risk.after.k) == (2, min(sizes.values()))


def test_fewer_people_than_k_stop_it(town: Town) -> None:
    write(town, ANONYMOUS, rows()[:2])
    key_of(town)


def test_a_group_of_one_person_several_times_stops_it(town: Town) -> None:
    write(town, ANONYMOUS, [("0000000001", *row[1:]) for row in rows()])
    problem = key_of(town)
    assert (problem.key, problem.values["k"], problem.values["wanted"]) == ("cut.k_not_reached", 1, 3)


def test_the_label_goes_with_the_data_and_names_the_items(town: Town) -> None:
    write(town, ANONYMOUS, rows())
    record = town.cut("study")
    assert [(file.name, file.form) for file in record.files] == [("study.csv", "table"), (LABEL, "notice")]
    label = town.office.vault.read(town.home / "cuts" / record.id / "1.age").decode()
    assert "匿名加工情報" in label
    assert "区、性別、状態" in label


@pytest.mark.parametrize("op", ["date.year", "date.month", "keep"])
def test_the_birth_of_the_very_old_stops_it(town: Town, op: str) -> None:
    """Enforcement Rules art. 34(iv): the guideline's own case is an age of 116."""
    field = FIELD.format(out="生年", column="生年月日", op=op)
    text = ANONYMOUS.replace('quasi = ["区", "性別"]', 'quasi = ["区", "性別", "生年"]') + field
    write(town, text, [(*row[:3], "1931-05-01", *row[4:]) for row in rows()])
    problem = key_of(town)
    assert (problem.key, problem.values["field"], problem.values["people"]) == ("cut.extreme_birth", "生年", 12)
    write(town, text, [(*row[:3], "1932-05-01", *row[4:]) for row in rows()])
    assert town.cut("study").rows_out == 12

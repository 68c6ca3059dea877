"""A person who has a code in one table and none in another is one person in both cuts."""

from pathlib import Path

import pytest
from cut_tables import carry_out, write_table

from sekisho.errors import Refused
from sekisho.kinds.taxonomy import kind
from sekisho.people.index import union
from sekisho.people.population import Population

_HEAD = """
schema = 1

[purpose]
id = "hinan"
title = "避難行動要支援者"
legal_basis = "entrustment"
profile = "rows"
not_after = 2022-09-30
kinds = ["name_kana", "phone", "resident_code"]
controller = { name = "汐見市", kind = "local_government" }
recipient = { id = "callcentre" }
"""
_REGISTER = (
    _HEAD
    + """
[source.register]
path = "register.csv"
columns = ["統一コード", "氏名", "氏名カナ", "生年月日", "住所"]
subject = { column = "統一コード", name = "氏名", birth_date = "生年月日", address = "住所" }

[rows]
from = "register"

[[field]]
out = "カナ"
from = "氏名カナ"
op = "keep"
why = "名前を呼ぶ"
"""
)
_LIST = (
    _HEAD
    + """
[source.list]
path = "list.csv"
columns = ["氏名", "生年月日", "住所", "電話番号"]
subject = { name = "氏名", birth_date = "生年月日", address = "住所" }

[rows]
from = "list"

[[field]]
out = "電話"
from = "電話番号"
op = "keep"
why = "安否の確認"
"""
)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    write_table(
        tmp_path / "register.csv",
        [
            ("統一コード", "氏名", "氏名カナ", "生年月日", "住所"),
            ("0001", "髙﨑　太郎", "タカサキ　タロウ", "1964-04-01", "兵庫県汐見市松原町三丁目４番５号"),
            ("0002", "渡邊　花子", "ワタナベ　ハナコ", "1970-12-31", "兵庫県汐見市緑町1丁目2番地の3"),
        ],
    )
    write_table(
        tmp_path / "list.csv",
        [
            ("氏名", "生年月日", "住所", "電話番号"),
            ("渡辺花子", "昭和45年12月31日", "汐見市緑町1-2-3", "06-0000-0001"),
            ("佐藤 次郎", "1950/1/2", "汐見市緑町9-9", "06-0000-0002"),
            ("高崎太郎", "", "汐見市松原町3-4-5", "06-0000-0003"),
        ],
    )
    return tmp_path


@pytest.mark.parametrize("order", [(_REGISTER, _LIST), (_LIST, _REGISTER)], ids=["codes first", "codes last"])
def test_people_are_counted_once_over_tables_with_and_without_codes(tables: Path, order: tuple[str, str]) -> None:
    population = Population()
    together = union(carry_out(tables, text, population=population).index for text in order)
    assert (together.people, together.unresolved) == (3, 1)
    both = kind("name_kana").mask | kind("phone").mask
    assert {segment.mask: segment.people for segment in together.segments()} == {
        both: 1,
        kind("name_kana").mask: 1,
        kind("phone").mask: 1,
    }
    keys = population.keys(together.numbers())
    assert sorted(keys.select("kind", "key").rows()) == [
        ("name", "佐藤 次郎　1950/1/2　汐見市緑町9-9"),
        ("resident_code", "0001"),
        ("resident_code", "0002"),
    ]


def test_a_line_of_totals_is_nobody_in_a_table_without_codes_as_well(tables: Path) -> None:
    write_table(tables / "list.csv", [("氏名", "生年月日", "住所", "電話番号"), ("合計", "", "", "1")])
    with pytest.raises(Refused):
        carry_out(tables, _LIST)

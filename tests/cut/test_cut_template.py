"""Every template makes of a city's tables a purpose that may be carried out, and lets out nothing that its work never needs."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from cut_tables import PATH, TODAY, Row, problems, write_table

from sekisho.catalogue.words import LANGUAGES
from sekisho.cut.columns import kind_of_field
from sekisho.cut.draft import Asked, columns_of, named, proposed, purpose_text
from sekisho.cut.field import Field
from sekisho.cut.purpose import Purpose, parse_purpose
from sekisho.cut.template import template
from sekisho.cut.template_names import NAMES
from sekisho.kinds.taxonomy import taxonomy
from sekisho.readers.tables import Table, open_tables

REGISTER: list[Row] = [
    ("統一コード", "氏名", "氏名カナ", "生年月日", "性別", "郵便番号", "住所", "方書", "世帯番号", "生活保護"),
    ("0001", "山田 太郎", "ヤマダ タロウ", "1964-04-01", "男", "660-0051", "汐見市松原町1-2", "", "77", "1"),
]
BENEFIT: list[Row] = [
    (
        "統一コード",
        "支給状況",
        "振込日",
        "所得",
        "金融機関コード",
        "支店コード",
        "口座区分",
        "口座番号",
        "口座名義",
        "備考",
    ),
    ("0001", "発送済", "", "1200000", "0001", "001", "1", "1234567", "ヤマダタロウ", ""),
]


def city(folder: Path) -> dict[str, Table]:
    write_table(folder / "register.csv", REGISTER)
    write_table(folder / "benefit.2022.csv", BENEFIT)
    return named([open_tables(folder / name, has_header=True)[0] for name in ("register.csv", "benefit.2022.csv")])


def asked(tables: Mapping[str, Table], name: str, **words: str) -> Asked:
    work = template(name)
    return Asked(not_after=date(2022, 9, 30), chosen=proposed(tables, work, "ja"), template=work, id=name, **words)  # type: ignore[arg-type] # words alone


def made(folder: Path, name: str) -> tuple[Purpose, str]:
    tables = city(folder)
    text = purpose_text(
        tables, asked(tables, name, title="給付金", controller="汐見市", recipient="callcentre", contract="R4-1")
    )
    return parse_purpose(text, PATH), text.replace("…", "対象か")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_makes_a_purpose_that_may_be_carried_out(tmp_path: Path, name: str) -> None:
    _, text = made(tmp_path, name)
    assert [f"{each}" for each in problems(tmp_path, text, today=TODAY)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_the_work_never_needs_stays(tmp_path: Path, name: str) -> None:
    purpose, text = made(tmp_path, name)
    never = set(template(name).never)
    kinds = {kind.id for field in purpose.field if (kind := kind_of_field(purpose, field))}
    made_of = {
        kind.id
        for field in purpose.field
        if field.op != "token.serial" and (kind := columns_of(city(tmp_path))[field.source])
    }
    assert not kinds & never
    assert not made_of & never
    assert set(purpose.purpose.kinds) >= kinds
    for column, kind in columns_of(city(tmp_path)).items():
        if kind and kind.id in never:
            assert f'from = "{column}"' not in text.replace('from = "統一コード"\nop = "token', "")


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_says_can_be_said(name: str) -> None:
    work = template(name)
    for may in work.may:
        assert may.kind in taxonomy()
        assert Field(out="x", source="x", op=may.op, why="w", **may.arguments).op == may.op  # type: ignore[arg-type] # checked by it
    assert set(work.never) <= set(taxonomy())
    assert all(work.label(language) for language in LANGUAGES)
    assert not {may.kind for may in work.may} & set(work.never) - {"resident_code"}


def test_statistics_are_of_groups(tmp_path: Path) -> None:
    purpose, _ = made(tmp_path, "statistics")
    assert purpose.risk is not None
    assert (purpose.risk.quasi, purpose.risk.k) == (["年齢", "性別", "市区町村"], 10)


def test_a_question_lets_no_list_out(tmp_path: Path) -> None:
    purpose, _ = made(tmp_path, "question")
    assert purpose.query is not None
    assert purpose.query.keys.kana == "氏名カナ"
    assert purpose.query.answer[0].where == "`benefit-2022.支給状況` is not null"
    assert purpose.field == []


def test_several_tables_are_joined_by_who_the_rows_are_about(tmp_path: Path) -> None:
    purpose, _ = made(tmp_path, "bank-transfer")
    (join,) = purpose.rows.join
    assert (join.source, join.on, join.to) == ("benefit-2022", "統一コード", "統一コード")
    assert [field.out for field in purpose.field] == [
        "整理番号", "金融機関コード", "支店コード", "口座区分", "口座番号", "口座名義",
    ]  # fmt: skip


def test_two_tables_of_one_name_have_two(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for path in (tmp_path / "t.csv", tmp_path / "a" / "t.csv"):
        write_table(path, REGISTER)
    tables = named([open_tables(path, has_header=True)[0] for path in (tmp_path / "t.csv", tmp_path / "a" / "t.csv")])
    assert list(tables) == ["t", "t-2"]

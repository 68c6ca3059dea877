"""The form test.data: cells become invented ones of their kind, written as they were, the same ones the same."""

from pathlib import Path

import polars as pl
import pytest
from cut_tables import ROWS, carry_out, changed, write_city
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.canon.date import parse_date
from sekisho.cut.test_data.replace import replaced
from sekisho.kinds.taxonomy import taxonomy

KEY, OTHER = b"k" * 32, b"o" * 32
CELLS = st.lists(st.none() | st.text(max_size=12), max_size=8)


def made(kind_id: str, *cells: str | None, header: str = "x", key: bytes = KEY) -> list[str | None]:
    return replaced(pl.Series(header, cells, dtype=pl.String), kind_id, key).to_list()


@settings(deadline=None)
@given(st.sampled_from(sorted(taxonomy())), CELLS)
def test_any_text_of_any_kind_becomes_text_and_nothing_stays_nothing(kind_id: str, cells: list[str | None]) -> None:
    found = made(kind_id, *cells)
    assert len(found) == len(cells)
    assert [cell is None for cell in found] == [cell is None for cell in cells]
    assert [cell == "" for cell in found] == [cell == "" for cell in cells]


@settings(deadline=None)
@given(st.sampled_from(sorted(taxonomy())), CELLS)
def test_a_cell_is_the_same_value_wherever_it_stands(kind_id: str, cells: list[str | None]) -> None:
    once = dict(zip(cells, made(kind_id, *cells), strict=True))
    assert made(kind_id, *reversed(cells)) == [once[cell] for cell in reversed(cells)]


def test_another_cut_gives_other_values() -> None:
    accounts = ("1234567", "7654321", "0000321")
    assert made("bank_account", *accounts) == made("bank_account", *accounts)
    assert not set(made("bank_account", *accounts)) & set(made("bank_account", *accounts, key=OTHER))


@pytest.mark.parametrize(
    ("kind_id", "cell", "form"),
    [
        ("birth_date", "1964-04-01", r"\d{4}-\d\d-\d\d"),
        ("birth_date", "19640401", r"(19|20)\d{6}"),
        ("birth_date", "昭和39年4月1日", r"(昭和|平成|令和)(\d{1,2})年\d{1,2}月\d{1,2}日"),
        ("birth_date", "S39.4.1", r"[SHR]\d{1,2}\.\d{1,2}\.\d{1,2}"),
        ("birth_date", "S390401", r"[SHR]\d{6}"),
        ("birth_date", "１９６４年４月１日", r"[０-９]{4}年[０-９]{1,2}月[０-９]{1,2}日"),
        ("phone", "0664891234", r"0[36]0\d{7}|0\d\d0\d{6}"),
        ("phone", "090-1234-5678", r"0[789]0-0\d{3}-\d{4}"),
        ("phone", "０９０ー１２３４ー５６７８", r"０[７８９]０ー０[０-９]{3}ー[０-９]{4}"),
        ("postal_code", "660-0051", r"688-\d{4}"),
        ("postal_code", "〒６６００８０２", r"〒６８８[０-９]{4}"),
        ("name", "山田　太郎", r"\S+　\S+|[A-Z' ]+|[ァ-ヴー　]+"),
        ("name", "山田太郎", r"[^\s]+|[A-Z' ]+"),
        ("name_kana", "ﾔﾏﾀﾞ ﾀﾛｳ", r"[ｦ-ﾟ ]+"),
        ("name_kana", "やまだ たろう", r"[ぁ-ゖー ]+"),
        ("address", "尼崎市松原町3-4-5", r"汐見市\D+[0-9]+(-[0-9]+)+"),
        ("address", "大阪府吹田市広芝町１丁目２番３号", r"兵庫県汐見市\D+[０-９].*"),
        ("sex", "女性", "男性|女性"),
        ("sex", "2", "1|2"),
        ("bank_account", "0000321", r"\d{7}"),
        ("resident_code", "0000000031", r"\d{10}"),
        ("tax_amount", "1,234", r"\d,\d{3}"),
        ("benefit_status", "2022-06-01 10:00:00", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
        ("other", "髙橋ｱﾊﾟｰﾄ3F", r"[髙﨑].[ｦ-ﾟー]+\d[A-Z]"),
    ],
)
def test_a_value_is_written_as_its_cell_was(kind_id: str, cell: str, form: str) -> None:
    many = [made(kind_id, cell, key=bytes([seed]) * 32)[0] for seed in range(40)]
    assert pl.Series(many).str.contains(f"^({form})$").all(), many


def test_dates_exist_and_a_surname_column_holds_surnames() -> None:
    days = [
        f"{era}{year}年{month}月{day}日"
        for era in ("昭和", "平成")
        for year in range(1, 30)
        for month in (1, 2)
        for day in (1, 28)
    ]
    assert all(cell and parse_date(cell) for cell in made("birth_date", *days))
    surnames = made("name", *(f"山田{place}" for place in range(300)), header="姓")
    assert "佐藤" in surnames
    assert not any(cell and "\u3000" in cell for cell in surnames)


def test_no_cell_stays_what_it_was() -> None:
    """Where chance gives a cell itself, it is drawn anew; of a thousand accounts of three digits one a cut would stay."""
    cells = [f"{number:03}" for number in range(1_000)]
    for seed in range(10):
        found = made("bank_account", *cells, key=bytes([seed]) * 32)
        assert not any(cell == own for cell, own in zip(found, cells, strict=True))


FORM = """
[[field]]
out = "口座"
from = "口座番号"
op = "test.data"
why = "試験"
"""


def test_nobody_is_in_a_cut_for_an_invented_field(tmp_path: Path) -> None:
    write_city(tmp_path)
    text = ROWS[: ROWS.index("[[field]]")] + FORM
    cut = carry_out(tmp_path, text)
    cells = cut.column("口座")
    assert cut.index.people == 0
    assert [bool(cell) for cell in cells] == [True, True, False]
    assert not {"1234567", "0000321"} & set(cells)
    assert all(len(cell) == 7 for cell in cells if cell)
    kept = carry_out(tmp_path, changed(text, ('"test.data"', '"keep"')))
    assert kept.index.people == 2

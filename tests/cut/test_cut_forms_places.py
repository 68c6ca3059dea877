"""Of an address no more leaves than was asked for: never a number, a building or a name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.forms.places import city, prefecture, town

ADDRESSES = [
    ("兵庫県汐見市松原町三丁目４番５号", "兵庫県", "兵庫県汐見市", "兵庫県汐見市松原町"),
    ("汐見市松原町3-4-5", None, "汐見市", "汐見市松原町"),
    ("　兵庫県 汐見市 松原町 ３－４", "兵庫県", "兵庫県汐見市", "兵庫県汐見市松原町"),
    ("東京都千代田区一番町1-2", "東京都", "東京都千代田区", "東京都千代田区一番町"),
    ("四日市市諏訪町1-5", None, "四日市市", "四日市市諏訪町"),
    ("千葉県市川市八幡1-1-1", "千葉県", "千葉県市川市", "千葉県市川市八幡"),
    ("北海道札幌市中央区北１条西２丁目", "北海道", "北海道札幌市中央区", "北海道札幌市中央区北"),
    ("大阪市北区梅田1-1", None, "大阪市北区", "大阪市北区梅田"),
    ("名古屋市中村区竹橋町36-31", None, "名古屋市中村区", "名古屋市中村区竹橋町"),
    ("群馬県佐波郡玉村町下新田201", "群馬県", "群馬県佐波郡玉村町", "群馬県佐波郡玉村町下新田"),
    ("余市郡余市町朝日町26", None, "余市郡余市町", "余市郡余市町朝日町"),
    ("福岡県京都郡苅田町富久町1-19-1", "福岡県", "福岡県京都郡苅田町", "福岡県京都郡苅田町富久町"),
    ("大和郡山市北郡山町248-4", None, "大和郡山市", "大和郡山市北郡山町"),
    ("東京都町田市森野2-2-22", "東京都", "東京都町田市", "東京都町田市森野"),
    ("岐阜県山県市高木1000", "岐阜県", "岐阜県山県市", "岐阜県山県市高木"),
    ("松原町3-4", None, None, "松原町"),
    ("汐見市松原町", None, "汐見市", "汐見市松原町"),
    ("兵庫県", "兵庫県", None, None),
    ("外国", None, None, None),
    ("", None, None, None),
]


@pytest.mark.parametrize(("cell", "of_prefecture", "of_city", "of_town"), ADDRESSES)
def test_an_address_is_cut_where_it_is_said(
    cell: str, of_prefecture: str | None, of_city: str | None, of_town: str | None
) -> None:
    assert (prefecture(cell), city(cell), town(cell)) == (of_prefecture, of_city, of_town)


@pytest.mark.parametrize(
    ("cell", "out"),
    [
        ("汐見市松原町三−四−五メゾン201", "汐見市松原町"),
        ("汐見市松原町メゾン松原201号", "汐見市松原町"),
        ("汐見市松原町ロ-12", "汐見市松原町"),
        ("汐見市松原町三の四", "汐見市松原町"),
        ("汐見市松原山田様方", None),
    ],
)
def test_neither_block_nor_building_nor_name_leaves(cell: str, out: str | None) -> None:
    assert town(cell) == out


@given(
    st.sampled_from(["兵庫県汐見市", "汐見市", "大阪市北区", ""]),
    st.sampled_from(["松原町", "貝殻", "一番町", "大字北"]),
    st.from_regex(r"[1-9][0-9]{0,3}(-[1-9][0-9]{0,2}){0,2}(メゾン[あ-ん]{3}[0-9]{3}|山田様方)?", fullmatch=True),
)
def test_whatever_follows_the_quarter_stays(place: str, quarter: str, number: str) -> None:
    assert town(f"{place}{quarter}{number}") == f"{place}{quarter}"


@given(st.text(max_size=30))
def test_no_digit_leaves_of_any_text(cell: str) -> None:
    for form in (prefecture, city, town):
        assert not re.search("[0-9０-９]", form(cell) or "")

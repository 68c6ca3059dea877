import polars as pl
import pytest

from sekisho.detect.cells import (
    CHECKS,
    _passing,
    count_shapes,
    is_address,
    is_era_digits,
    is_surname_first,
    is_surname_kana_first,
    is_western_name,
    values_of,
)
from sekisho.detect.names.lists import english_names, given_names, surname_readings, surnames
from sekisho.detect.packs import built_in_rules

_SHAPES = built_in_rules().shapes


def _shapes_of(*cells: str | None) -> dict[str, int]:
    return count_shapes([values_of(pl.Series("x", cells, dtype=pl.String))], _SHAPES)[0]


@pytest.mark.parametrize(
    ("cell", "shape"),
    [
        ("佐藤　太郎", "surname"),
        ("髙橋花子", "surname"),
        ("渡邉", "surname"),
        ("太郎", "given_name"),
        ("瑶一郎", "given_name"),
        ("天女目 瑶子", "surname"),
        ("サトウ タロウ", "surname_kana"),
        ("ｻﾄｳ ﾀﾛｳ", "surname_kana"),
        ("さとう たろう", "surname_kana"),
        ("グエン・ヴァン・アン", "foreign_kana"),
        ("John A. Smith", "western_name"),
        ("Smith, John", "western_name"),
        ("兵庫県汐見市松原町3-4-5", "address"),
        ("汐見市松原町三丁目4番5号", "address"),
        ("松原町１丁目２－３", "block_number"),
        ("昭和60年1月2日", "day_in_words"),
        ("Ｓ６０．１．２", "day_in_words"),
        ("令和元年5月1日", "day_in_words"),
        ("男", "sex_word"),
        ("Female", "sex_word_english"),
        ("世帯主", "relation"),
        ("妻（未届）", "relation"),
        ("普通", "account_type"),
        ("汐見信用金庫", "bank_name"),
        ("本町支店", "branch_name"),
        ("要介護３", "care_level"),
        ("ベトナム", "country"),
        ("技能実習", "visa"),
        ("２型糖尿病", "illness"),
        ("AB型", "blood_type"),
        ("２級", "disability_grade"),
        ("5,300円", "amount"),
        ("1.23457E+11", "scientific"),
        ("2022-06-21 10:30:00", "date_and_time"),
        ("4010203", "era_digits"),
        ("taro@city.jp", "email"),
        ("連絡は taro@city.jp まで", "email_in_text"),
        ("GB82 WEST 1234 5698 7654 32", "iban"),
        ("00:1A:2B:3C:4D:5E", "mac_address"),
        ("fe80::1:2", "ipv6"),
        ("12 Main Street", "street_address"),
        ("34.7335, 135.4066", "coordinates"),
        ("株式会社汐見", "organisation"),
        ("電話で折り返してほしいとのこと", "sentence"),
    ],
)
def test_cells_have_shapes(cell: str, shape: str) -> None:
    assert shape in _shapes_of(cell)


@pytest.mark.parametrize(
    ("cell", "shape"),
    [
        ("松原町", "surname"),
        ("山田商店", "surname"),
        ("山田電機", "surname"),
        ("福島学院前", "surname"),
        ("高田馬場", "surname"),
        ("桃", "given_name"),
        ("株式会社山田", "surname"),
        ("松原町", "address"),
        ("昭和60年13月2日", "day_in_words"),
        ("New York", "western_name"),
        ("taro@example.jp", "email"),
        ("taro@shiomi.test", "email"),
        ("GB82 WEST 1234 5698 7654 33", "iban"),
        ("9990203", "era_digits"),
        ("4013203", "era_digits"),
    ],
)
def test_cells_that_only_look_like_it(cell: str, shape: str) -> None:
    assert shape not in _shapes_of(cell)


def test_cells_are_counted_with_their_frequency() -> None:
    assert _shapes_of("男", "男", "女", "-", None, "")["sex_word"] == 3


def test_columns_of_digits_are_asked_for_few_shapes() -> None:
    assert set(_shapes_of("12345")) == {"amount", "code", "day_number", "insured_sign", "secret"}


def test_columns_do_not_mix() -> None:
    columns = [values_of(pl.Series("x", cells)) for cells in (["男"], ["123"], ["佐藤"])]

    found = count_shapes(columns, _SHAPES)

    assert ["sex_word" in each for each in found] == [True, False, False]
    assert ["surname" in each for each in found] == [False, False, True]


def test_values_are_in_one_width_and_without_signs_for_nothing() -> None:
    values = values_of(pl.Series("x", ["１２", "12", "－", "NULL", None, " a "]))

    assert sorted(values.texts) == ["12", "a"]
    assert (values.cells, values.most_frequent) == (3, "12")


def test_an_empty_column_has_no_values() -> None:
    values = values_of(pl.Series("x", [None], dtype=pl.String))

    assert (values.cells, values.most_frequent, count_shapes([values], _SHAPES)) == (0, "", [{}])


def test_word_lists_are_clean() -> None:
    assert len(surnames()) > 300
    assert len(given_names()) > 200
    assert len(english_names()) > 250
    assert all(word.isalpha() and word.istitle() for word in english_names())
    assert all("ァ" <= c <= "ー" for reading in surname_readings() for c in reading)


@pytest.mark.parametrize("text", ["北海道", "兵庫県", "東京都", "大阪府 計"])
def test_a_prefecture_alone_is_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["兵庫県汐見市", "東京都 千代田区丸の内", "北海道汐見郡渚町", "京都府1丁目"])
def test_a_prefecture_and_more_is_one(text: str) -> None:
    assert is_address(text)


def test_checks_take_any_text() -> None:
    for text in ("", "漢", "0", "・", "," * 40):
        results = [
            is_surname_first(text),
            is_surname_kana_first(text),
            is_western_name(text),
            is_address(text),
        ]
        assert set(results) <= {True, False}
    assert is_era_digits("5010501")


def test_checks_made_at_once_say_what_they_say_one_by_one() -> None:
    digits = [f"{number:07d}" for number in range(0, 10_000_000, 4_999)]
    codes = [*digits, *(f"{code[:3]}-{code[3:]}" for code in digits), "600000", "-", "+12345", "123456789", ""]
    eras = [f"{1 + place % 5}{code[1:]}" for place, code in enumerate(digits)]
    hosts = (
        "city.jp",
        "test",
        "a.test",
        "example.co.jp",
        "EXAMPLE.com",
        "local.jp",
        "my.local",
        "localhost",
        "x.test and b@c.jp",
    )
    for check, texts in {
        "postal_code": codes,
        "era_digits": eras,
        "email_in_text": [
            f"{before}a@{host}" for host in hosts for before in ("", "mail: ", "x.local@y.test ") if "." in host
        ],
    }.items():
        assert _passing(pl.Series(texts), check).to_list() == [CHECKS[check](text) for text in texts], check

"""Spellings of one person meet; two people stay two."""

import pytest

from sekisho.canon.name import kana, name

# shared/vectors/loss/desk.yaml, same_person: spellings that must reach the same record.
SAME_KANA = [
    ["ワタナベ", "わたなべ", "ﾜﾀﾅﾍﾞ", "ワタ ナベ", "ワタ　ナベ"],
    ["ユウコ", "ユーコ", "ゆうこ"],
    ["オオノ", "オーノ"],
    ["ケイコ", "ケーコ", "けいこ", "ケエコ"],
    ["ヂ", "ジ"],
    ["か\u3099", "が"],
    ["シヨウコ", "ショウコ", "ショーコ"],
    ["マイケル・ジョンソン", "マイケル ジョンソン"],
]
SAME_NAME = [
    ["髙橋", "高橋"],
    ["山﨑", "山崎"],
    ["葛\U000e0100城", "葛城"],
    ["𠮷田", "吉田"],
    ["渡邊　德子", "渡辺徳子"],
]


@pytest.mark.parametrize("spellings", SAME_KANA)
def test_spellings_of_one_reading_meet(spellings: list[str]) -> None:
    assert len({kana(each) for each in spellings}) == 1


@pytest.mark.parametrize("spellings", SAME_NAME)
def test_spellings_of_one_name_meet(spellings: list[str]) -> None:
    assert len({name(each) for each in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("オノ", "オオノ"), ("ユコ", "ユウコ"), ("サトウ", "サイトウ"), ("ハタ", "ハダ")]
)
def test_two_readings_stay_two(one: str, other: str) -> None:
    assert kana(one) != kana(other)


def test_canonical_forms_do_not_change_again() -> None:
    for row in [*SAME_KANA, *SAME_NAME]:
        for each in row:
            assert kana(kana(each)) == kana(each)
            assert name(name(each)) == name(each)

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.names.dictionary import DictionaryRecogniser, names_in


def _names(line: str) -> list[str]:
    return [line[each.start : each.end] for each in names_in(line)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("氏名：山田太郎", "山田太郎"),
        ("氏名　山田　太郎", "山田　太郎"),
        ("氏名: 九十九院 鰤蔵", "九十九院 鰤蔵"),
        ("お名前は佐藤花子です", "佐藤花子"),
        ("口座名義＝グエン・ヴァン・アン", "グエン・ヴァン・アン"),
        ("担当：佐々木", "佐々木"),
        ("名 太田真一", "太田真一"),
        ("本日、田中様より電話あり", "田中"),
        ("長谷川さんに折り返す", "長谷川"),
        ("東京都の山田太郎様", "山田太郎"),
        ("マイケル・ジャクソン氏", "マイケル・ジャクソン"),
        ("市の五十嵐課長が出席", "五十嵐"),
        ("髙橋一郎は言った", "髙橋一郎"),
        ("佐々木健太が来た", "佐々木健太"),
        ("担当の山田 太郎が伺います", "山田 太郎"),
        ("連絡先はTaro YAMADAまで", "Taro YAMADA"),
        ("番号 4261891　ｽｽﾞｷ ﾐﾁｺ", "ｽｽﾞｷ ﾐﾁｺ"),
        ("フリガナ：タナカ　シズエ", "タナカ　シズエ"),
        ("受電者：久保田", "久保田"),
    ],
)
def test_names_are_found_whole(line: str, name: str) -> None:
    assert name in _names(line)


@pytest.mark.parametrize(
    "line",
    [
        "会社名：山田商事",
        "氏名：山田商事",
        "ファイル名：佐藤",
        "project_name: 鈴木",
        "サーバーを再起動した",
        "お客様各位",
        "皆様のご協力",
        "仕様を変更する。同様に多様な模様",
        "大阪さんの天気",
        "摂氏二十度",
        "氏名 電話番号 住所",
        "氏名を記入",
        "福島学院前駅で乗り換え",
        "株式会社山田電機の製品",
        "東京大学大学院の研究科",
        "アメリカ・カナダ",
        "ハラ キッチン",
        "",
    ],
)
def test_what_only_looks_like_a_name_is_left(line: str) -> None:
    assert _names(line) == []


def test_a_label_and_a_title_are_surer_than_a_dictionary() -> None:
    by_label, by_title, by_dictionary = (names_in(line)[0] for line in ("氏名：山田太郎", "山田太郎様", "山田太郎は"))

    assert by_label.confidence > by_dictionary.confidence < by_title.confidence
    assert (by_label.why, by_title.why, by_dictionary.why) == ("label", "title", "dictionary")


def test_several_names_of_a_line_come_in_their_order() -> None:
    assert _names("山田太郎様と佐藤花子様") == ["山田太郎", "佐藤花子"]


def test_lines_are_read_one_by_one() -> None:
    found = DictionaryRecogniser().find(["氏名：山田太郎", "", "氏名：佐藤花子"])

    assert [len(names) for names in found] == [1, 0, 1]


@given(st.text(alphabet="山田太郎様氏名：佐藤 　・アイMrTaro.さん\n𠮷", max_size=40))
def test_spans_lie_in_the_line_and_not_over_one_another(line: str) -> None:
    found = names_in(line)

    assert all(0 <= each.start < each.end <= len(line) and 0 < each.confidence <= 1 for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))

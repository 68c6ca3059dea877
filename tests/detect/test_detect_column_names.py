import pytest

from sekisho.detect.column_names import column_names, is_value


@pytest.mark.parametrize(
    "label", ["佐々木花子さん", "佐藤花子", "341592066116", "090-1234-5678", "hanako@city.example.jp", "山田 太郎"]
)
def test_a_header_that_is_somebody_is_called_by_its_place(label: str) -> None:
    assert column_names(["件数", label]) == ("件数", "#2")


@pytest.mark.parametrize(
    "label",
    [
        "氏名",
        "個人番号",
        "生年月日",
        "担当者名",
        "備考",
        "2022年度",
        "令和4年6月",
        "小計",
        "大分類",
        "code",
        "山林面積",
    ],
)
def test_the_name_of_a_column_stays(label: str) -> None:
    assert not is_value(label)

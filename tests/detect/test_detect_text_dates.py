import pytest

from sekisho.detect.text.scan import find_spans


def _births(text: str) -> list[str]:
    return [text[f.start : f.end] for f in find_spans(text) if f.kind == "birth_date" and f.level == "high"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("生年月日　昭和６０年　１月　２日", "昭和６０年　１月　２日"),
        ("大正１５年１２月３日生", "大正１５年１２月３日"),
        ("S.60.1.2生", "S.60.1.2"),
        ("生S60.1.2", "S60.1.2"),
        ("H元.5.7生", "H元.5.7"),
        ("85年1月2日生", "85年1月2日"),
        ("昭和60年1月生まれ", "昭和60年1月"),
        ("昭和60年1月2日（男）", "昭和60年1月2日"),
        ("1985.01.02 生まれ", "1985.01.02"),
        ("S60.1.2 (37歳)", "S60.1.2"),
        ("生年月日 19850102", "19850102"),
        ("Date of birth: January 2, 1985", "January 2, 1985"),
    ],
)
def test_a_birth_date_is_told_by_what_stands_beside_it(text: str, date: str) -> None:
    assert _births(text) == [date]


@pytest.mark.parametrize(
    "text", ["会議は2026年11月4日、女性3名が出席", "学生S60.1.2版", "令和4年6月21日に受付", "衛生 2022-06-21", "生2"]
)
def test_other_dates_are_none(text: str) -> None:
    assert _births(text) == []

import pytest

from sekisho.detect.text.scan import find_spans


def _found(text: str) -> list[tuple[str, str, str]]:
    return [(text[f.start : f.end], f.kind, f.level) for f in find_spans(text) if f.level != "low"]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("基礎年金番号：4836 207519", "4836 207519", "pension_number"),
        ("基礎年金番号は4836の207519", "4836の207519", "pension_number"),
        ("雇用保険 4836 207519 3", "4836 207519 3", "employment_insurance"),
        ("個人番号 945807-302153", "945807-302153", "my_number"),
        ("マイナンバー 9458/0730/2153", "9458/0730/2153", "my_number"),
        ("旅券番号：TK 4829157", "TK 4829157", "passport"),
        ("在留カード番号 AB 48291573 CD", "AB 48291573 CD", "residence_card"),
        ("カード番号 30569309025904", "30569309025904", "payment_card"),
    ],
)
def test_behind_its_name_a_number_is_found_however_it_is_written(text: str, value: str, kind: str) -> None:
    assert _found(text) == [(value, kind, "high")]


@pytest.mark.parametrize(
    "text", ["基礎年金番号 12345", "旅券番号 1234", "個人番号 1111 1111 1111", "年金番号は不明 4836"]
)
def test_too_few_digits_or_a_dummy_are_none(text: str) -> None:
    assert _found(text) == []


def test_digits_that_fail_the_check_are_not_sure() -> None:
    assert _found("個人番号 945807-302154") == [("945807-302154", "my_number", "medium")]

import pytest

from sekisho.detect.text.scan import find_spans


def _found(text: str) -> list[tuple[str, str, str]]:
    return [(text[f.start : f.end], f.kind, f.level) for f in find_spans(text) if f.level != "low"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ゆうちょ銀行 記号10010 番号12345671", "10010 番号12345671"),
        ("ゆうちょ銀行 記号：10010　番号：12345671", "10010　番号：12345671"),
        ("通帳の記号番号 10010-12345671", "10010-12345671"),
        ("ゆうちょ 10010 12345671", "10010 12345671"),
        ("記号 10010-1 番号 12345671", "10010-1 番号 12345671"),
    ],
)
def test_an_account_of_the_post_bank_is_symbol_and_number(text: str, value: str) -> None:
    assert _found(text) == [(value, "yucho_account", "high")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("健保 記号 12 番号 345", "12 番号 345"),
        ("被保険者証 記号・番号 ８１・89069", "８１・89069"),
        ("国保 記号番号 尼1234・567", "尼1234・567"),
        ("保険証の記号番号は 尼国 12-345678 です", "尼国 12-345678"),
    ],
)
def test_an_insured_person_is_symbol_and_number(text: str, value: str) -> None:
    assert _found(text) == [(value, "health_insurance", "high")]


@pytest.mark.parametrize("text", ["記号で答えなさい。", "地図記号 番号なし", "元素記号 Fe"])
def test_other_symbols_are_none(text: str) -> None:
    assert _found(text) == []

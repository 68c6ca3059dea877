from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.findings import Finding, TextReport
from sekisho.detect.scan import scan_each
from sekisho.detect.text.plan import TextPlan
from sekisho.detect.text.scan import TextPart, examine_piece, find_spans
from sekisho.readers.views import Piece

NUMBER = "123456789018"


def _found(text: str, *, low: bool = False) -> list[tuple[str, str, str]]:
    return [(text[f.start : f.end], f.kind, f.level) for f in find_spans(text) if low or f.level != "low"]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        (f"マイナンバーは{NUMBER}です", NUMBER, "my_number"),
        ("個人番号　１２３４ー５６７８ー９０１８", "１２３４ー５６７８ー９０１８", "my_number"),
        (f"マイナンバー\n{NUMBER}\n", NUMBER, "my_number"),
        (f'{{"my_number": "{NUMBER}"}}', NUMBER, "my_number"),
        (f"{NUMBER}（マイナンバー）", NUMBER, "my_number"),
        (f"運転免許証の番号：{NUMBER}", NUMBER, "drivers_licence"),
        ("折り返し 090-1234-5678 まで", "090-1234-5678", "phone"),
        ("℡06(6489)1234", "06(6489)1234", "phone"),
        ("〒660-0051", "660-0051", "postal_code"),
        ("郵便番号6600051", "6600051", "postal_code"),
        ("口座番号 普通 1234567", "1234567", "bank_account"),
        ("ゆうちょ 記号番号 10010-12345671", "10010-12345671", "yucho_account"),
        ("基礎年金番号 1234-567890", "1234-567890", "pension_number"),
        ("旅券番号 TK1234567", "TK1234567", "passport"),
        ("在留カード AB12345678CD", "AB12345678CD", "residence_card"),
        ("介護保険被保険者番号：1234567890", "1234567890", "care_insurance"),
        ("雇用保険 1234-567890-1", "1234-567890-1", "employment_insurance"),
        ("カード番号 4111-1111-1111-1111", "4111-1111-1111-1111", "payment_card"),
        ("生年月日は昭和60年1月2日", "昭和60年1月2日", "birth_date"),
        ("Ｓ６０．１．２生", "Ｓ６０．１．２", "birth_date"),
        ("昭和六十年一月二日生まれ", "昭和六十年一月二日", "birth_date"),
        ("DOB: 1985-01-02", "1985-01-02", "birth_date"),
        ("born on 2 January 1985", "2 January 1985", "birth_date"),
    ],
)
def test_a_labelled_number_is_found_whole_and_surely(text: str, value: str, kind: str) -> None:
    assert _found(text) == [(value, kind, "high")]


@pytest.mark.parametrize(
    "text",
    [
        f"注文番号 {NUMBER}",
        f"order={NUMBER}",
        "合計 1234567円",
        "受付番号 1234567",
        "7654321",
        "12345678901",
        "会議は2022-06-21 10:30から",
        "ver 1.2.3.4567",
        "JAN 4901234567894",
        "0.123456789018",
    ],
)
def test_a_number_of_something_else_is_not_reported(text: str) -> None:
    assert _found(text) == []


def test_a_check_digit_without_a_label_is_never_high() -> None:
    assert _found(f"{NUMBER}　以上") == [(NUMBER, "my_number", "medium")]


def test_check_digits_that_hold_as_often_as_by_chance_prove_nothing() -> None:
    log = "".join(f"2022-06-21T10:30 done {100_000_000_000 + 7919 * n}\n" for n in range(400))

    assert _found(log) == []


def test_the_nearest_label_of_a_kind_that_fits_decides() -> None:
    text = f"免許証番号 123456789012 マイナンバー {NUMBER}"

    assert [kind for _, kind, _ in _found(text)] == ["drivers_licence", "my_number"]


def test_a_label_ends_with_its_line() -> None:
    assert _found("マイナンバーの確認は済み。次の件に移る\n受付 7654321") == []


def test_evidence_says_why() -> None:
    (found,) = find_spans(f"マイナンバー {NUMBER}")

    assert {each.key for each in found.evidence} == {"form", "label"}
    assert all(each.says(language) for each in found.evidence for language in ("ja", "en"))


def test_values_are_masked_unless_asked_for() -> None:
    text = f"マイナンバー {NUMBER}".encode()
    piece = Piece(text=text, first_line=1, first_character=0)

    (masked,) = examine_piece(piece, TextPlan()).findings
    (revealed,) = examine_piece(piece, TextPlan(reveal=True)).findings

    assert NUMBER not in repr(masked) + repr(revealed)
    assert (masked.masked, masked.value, revealed.value) == ("**********18", None, NUMBER)


_LINES = st.lists(
    st.sampled_from(
        [
            f"マイナンバー{NUMBER}",
            "tel 090-1234-5678",
            "ＴＥＬ０９０－１２３４－５６７８",
            "何もない",
            "",
            "〒660-0051 尼崎",
        ]
    ),
    max_size=8,
)


@given(_LINES, _LINES)
def test_the_parts_of_a_text_add_up_to_the_whole(first: list[str], second: list[str]) -> None:
    one, two = ("".join(line + "\n" for line in lines) for lines in ([*first, "---"], ["---", *second]))
    plan = TextPlan(spans=True)

    whole = examine_piece(Piece(text=(one + two).encode(), first_line=1, first_character=0), plan)
    behind = Piece(text=two.encode(), first_line=1 + one.count("\n"), first_character=len(one))
    parts = TextPart() + examine_piece(Piece(text=one.encode(), first_line=1, first_character=0), plan)
    parts += examine_piece(behind, plan)

    assert [(f.kind, f.line, f.start, f.end) for f in parts.findings] == [
        (f.kind, f.line, f.start, f.end) for f in whole.findings
    ]
    assert (parts.lines, parts.characters, dict(parts.counts)) == (whole.lines, whole.characters, dict(whole.counts))
    assert {k: len(v) for k, v in parts.people.items()} == {k: len(v) for k, v in whole.people.items()}


@given(st.text(max_size=200))
def test_any_text_has_places_inside_it(text: str) -> None:
    for found in find_spans(text):
        assert isinstance(found, Finding)
        assert 0 <= found.start < found.end <= len(text)
        assert text[: found.start].count("\n") + 1 == found.line


def test_numbers_behind_a_label_that_pass_as_often_as_by_chance_are_none() -> None:
    log = "".join(f"10:00 card_token={4_000_000_000_000_000 + 7_919_919 * n}\n" for n in range(400))

    assert [kind for _, kind, _ in _found(log)] == []


def test_what_stands_behind_another_label_is_of_that_one() -> None:
    assert _found("個人番号利用事務 整理番号 945807302153") == []


def test_a_label_at_the_end_of_a_piece_reaches_the_next(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    for size in range(1 << 20, (1 << 20) + 60, 7):
        path.write_text("x" * (size - 40) + "\n口座番号：\n4829157\n", encoding="utf-8")
        (report,) = scan_each(path)

        assert isinstance(report, TextReport)
        assert [(each.kind, each.line) for each in report.findings] == [("bank_account", 3)]

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect import patterns
from sekisho.detect.foreign_ids import de_tax_id
from sekisho.detect.packs import built_in_rules
from sekisho.detect.patterns import find_patterns, is_foreign_id, text_patterns
from sekisho.detect.scan import scan_tables
from sekisho.kinds.taxonomy import taxonomy

_PIECES = [
    "taro@city.jp", "8.8.8.8", "SSN: 219-09-9999", "219-09-9999", "Steuer-ID 86095742719", "86095742719", "RSSMRA85T10A562S",
    "DE89 3704 0044 0532 0130 00", "身份证：11010519491231002X", "\n", " ", "、", "番号", "x", "1", "-", ".", "2400:4050::9", "IP ",
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), max_size=10).map("".join)


def _found(text: str) -> list[tuple[str, str, str]]:
    return [(text[each.start : each.end], each.pattern.kind, each.level) for each in find_patterns(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("連絡先は taro.yamada@city.amagasaki.lg.jp です", [("taro.yamada@city.amagasaki.lg.jp", "email", "high")]),
        ("接続元 10.1.2.3 から", [("10.1.2.3", "ip_address", "high")]),
        ("10.1.2.3 から", [("10.1.2.3", "ip_address", "medium")]),
        ("SSN: 219-09-9999", [("219-09-9999", "ssn", "high")]),
        ("219-09-9999", [("219-09-9999", "ssn", "medium")]),
        ("my social security number is 219099999 ok", [("219099999", "ssn", "high")]),
        ("Steuer-ID: 86 095 742 719", [("86 095 742 719", "foreign_id", "high")]),
        ("身份证号：11010519491231002X", [("11010519491231002X", "foreign_id", "high")]),
        ("password = hunter2!A ok", [("hunter2!A", "credential", "medium")]),
        ("パスワードは Xk29fj3! です", [("Xk29fj3!", "credential", "medium")]),
        ('{"password": "hunter2!A"}', [("hunter2!A", "credential", "medium")]),
        ("Passport No. C12345678", [("C12345678", "passport", "high")]),
        ("-----BEGIN RSA PRIVATE KEY-----", [("BEGIN RSA PRIVATE KEY", "credential", "high")]),
        ("codice RSSMRA85T10A562S.", [("RSSMRA85T10A562S", "foreign_id", "high")]),
        ("(GB29NWBK60161331926819)", [("GB29NWBK60161331926819", "iban", "high")]),
        ("routing number 011000015", [("011000015", "bank_code", "high")]),
    ],
)
def test_what_a_text_holds(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "86095742719",
        "219099999",
        "taro@example.com",
        "at 10:30:45 std::dec",
        "version 1.2.3.4.5",
        "0.219-09-9999",
        "AXRSSMRA85T10A562S",
        "business 219099999",
        "The Secret Window,no-Women",
        "SSN\n219099999",
        "電話 090-1234-5678、番号は 123456789018",
    ],
)
def test_what_it_does_not(text: str) -> None:
    assert _found(text) == []


@given(_TEXTS)
def test_the_search_of_bytes_loses_nothing(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "_bare_search", lambda: None)
        everywhere = find_patterns(text)

    assert find_patterns(text) == everywhere


@given(_TEXTS)
def test_lines_do_not_change_each_other(text: str) -> None:
    first = find_patterns(text)
    shift = len("住所\n")
    moved = find_patterns("住所\n" + text)

    assert [(each.start + shift, each.end + shift, each.labelled) for each in first] == [
        (each.start, each.end, each.labelled) for each in moved
    ]


@given(st.text())
def test_any_text_is_searched(text: str) -> None:
    find_patterns(text)


def test_bytes_may_be_given() -> None:
    text = "番号 taro@city.jp"

    assert find_patterns(text, text.encode()) == find_patterns(text)


def test_rules_name_kinds_and_checks_that_exist() -> None:
    rules = built_in_rules().patterns

    assert {each.kind for each in rules} <= set(taxonomy())
    assert {each.check for each in rules} - {""} <= set(patterns.PATTERN_CHECKS)
    assert all(each.labels or each.bare != "never" for each in rules)
    assert all(label == label.lower() for each in rules for label in each.labels)
    assert len(text_patterns()) == len(rules)


def test_a_whole_cell_is_asked_by_every_country() -> None:
    assert is_foreign_id("RSSMRA85T10A562S")
    assert is_foreign_id("X1234567L")
    assert not is_foreign_id("86095742719")
    assert not is_foreign_id("RSSMRA85T10A562T")


def _kinds(path: Path, header: str, cells: list[str]) -> dict[str, str]:
    path.write_text("\n".join([header, *cells]), encoding="utf-8")
    return {found.kind: found.level for report in scan_tables(path) for found in report.findings}


def test_columns_of_foreign_numbers_are_told_by_letters_or_by_their_header(tmp_path: Path) -> None:
    digits = [str(number) for number in range(86_095_742_000, 86_095_760_000)]
    tax = [each for each in digits if de_tax_id(each)][:30]
    nie = [f"X{each[:7]}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(each[:7]) % 23]}" for each in digits[::397]][:30]

    assert _kinds(tmp_path / "a.csv", "x", nie)["foreign_id"] == "medium"
    assert _kinds(tmp_path / "b.csv", "Steuer-IdNr", tax)["foreign_id"] == "medium"
    assert "foreign_id" not in _kinds(tmp_path / "c.csv", "x", tax)

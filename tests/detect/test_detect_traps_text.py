"""The traps of section 13 of the detection reference, in running text; those of whole tables are in the file beside this one."""

import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest
from invented_tables import corporate_number, digits, insurer_number, my_number, people, write_csv

from sekisho.cli.main import run
from sekisho.detect.text.scan import find_spans
from sekisho.readers.views import Text, Unread, views

Scan: TypeAlias = Callable[..., list[dict[str, object]]]

MY_NUMBER = "583920176424"
CARD = "4111111111111111"


@pytest.fixture
def dice() -> random.Random:
    return random.Random(7)


def _found(text: str, level: str = "medium") -> list[tuple[str, str]]:
    accepted = ("low", "medium", "high")[("low", "medium", "high").index(level) :]
    return [(each.kind, text[each.start : each.end]) for each in find_spans(text) if each.level in accepted]


def _values(text: str, kind: str, level: str = "medium") -> list[str]:
    return [value for found, value in _found(text, level) if found == kind]


@pytest.fixture
def scan(capsys: pytest.CaptureFixture[str]) -> Scan:
    def scan(*arguments: str | Path) -> list[dict[str, object]]:
        assert run(["scan", "--json", *map(str, arguments)]) in {0, 1, 6}
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return scan


@pytest.mark.parametrize(("before", "after"), [("番号", "です"), ("カード", "の件"), ("ー", "。"), ("々", "〆")])
def test_1_a_number_between_kanji_and_kana_is_found(before: str, after: str) -> None:
    text = f"個人番号について。{before}{MY_NUMBER}{after}"

    assert _values(text, "my_number") == [MY_NUMBER]


@pytest.mark.parametrize("codec", ["cp932", "euc-jp", "utf-16", "utf-8"])
def test_2_a_number_behind_a_letter_like_trail_byte_is_found(tmp_path: Path, scan: Scan, codec: str) -> None:
    """ド is 83 68 in CP932, and 68 is h."""
    path = tmp_path / "notes.txt"
    path.write_bytes(f"お客様より入電。\nクレジットカード{CARD}の件。\n以上です。\n".encode(codec))

    found = [each for each in scan(path, "--spans") if each["type"] == "finding"]

    assert [(each["kind"], each["line"], each["start"], each["end"]) for each in found] == [("payment_card", 2, 17, 33)]


def test_3_an_address_is_whole_in_every_codec() -> None:
    text = "お住まいは兵庫県尼崎市東七松町1丁目23-1です。"

    assert _values(text, "address") == ["兵庫県尼崎市東七松町1丁目23-1"]


@pytest.mark.parametrize(
    "text", [f"0.{MY_NUMBER}", f"マイナンバー比率 1.{MY_NUMBER}", f"率 0.{CARD}", f"-0.{MY_NUMBER}e-3"]
)
def test_4_decimals_are_no_numbers_of_people(text: str) -> None:
    assert _found(text, "low") == []


def test_5_a_check_digit_alone_makes_no_card_of_a_log(dice: random.Random) -> None:
    lines = [f"2026-11-04T09:12:33Z INFO txn=4{digits(dice, 15)} order={digits(dice, 12)} ok" for _ in range(2_000)]

    assert {each.level for each in find_spans("\n".join(lines))} <= {"low"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-06-21 10:30 電話 090-1234-5681", [("phone", "090-1234-5681")]),
        ("電話 090-1234-5681 123", [("phone", "090-1234-5681")]),
        (f"個人番号 {MY_NUMBER} 電話 090-1234-5681", [("my_number", MY_NUMBER), ("phone", "090-1234-5681")]),
        (f"{MY_NUMBER} 090-1234-5681", [("my_number", MY_NUMBER), ("phone", "090-1234-5681")]),
        ("〒660-0051 1-2-3", [("postal_code", "660-0051")]),
        ("カード 4012 8888 8888 1881 12", [("payment_card", "4012 8888 8888 1881")]),
    ],
)
def test_6_neighbours_are_not_eaten(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(kind, value.strip("〒")) for kind, value in _found(text)]

    assert [pair for pair in found if pair[0] not in {"address", "birth_date"}] == expected


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("登録番号 T8700110005901", "corporate_number", "8700110005901"),
        ("生年月日 1985-06-21T10:30", "birth_date", "1985-06-21"),
        ("生年月日 S60.1.2", "birth_date", "S60.1.2"),
        ("在留カード AB12345678CD", "residence_card", "AB12345678CD"),
        ("旅券番号TK1234567", "passport", "TK1234567"),
    ],
)
def test_7_letters_at_the_edge_lose_nothing(text: str, kind: str, value: str) -> None:
    assert [found.lstrip("T") if kind == "corporate_number" else found for found in _values(text, kind)] == [value]


@pytest.mark.parametrize("number", ["090(1234)5681", "+81-90-1234-5681", "+819012345681", "０９０（１２３４）５６８１"])
def test_8_other_ways_to_write_a_telephone_number(number: str) -> None:
    text = f"電話は{number}です"

    assert _values(text, "phone") == [number]


@pytest.mark.parametrize("size", [17, 18, 19])
def test_8_long_cards_are_cards(size: int, dice: random.Random) -> None:
    stem = "3530" + digits(dice, size - 5)
    doubled = sum(sum(divmod(int(d) * (2 - n % 2), 10)) for n, d in enumerate(reversed(stem)))
    number = f"{stem}{-doubled % 10}"

    assert _values(f"クレジットカード番号 {number}", "payment_card") == [number]


def test_8_what_begins_like_a_mobile_number_is_none() -> None:
    """030 has not been given out since 1999; four dotted numbers are no telephone number."""
    assert _values("連絡先 030-1234-5681", "phone", "high") == []
    assert _values("サーバー 1.2.3.4", "phone", "low") == []


def test_9_a_number_that_ends_with_the_text_is_found() -> None:
    """Also when the text's length is a multiple of 64."""
    for pad in range(64):
        assert _values(f"{'x' * pad} 個人番号 {MY_NUMBER}", "my_number") == [MY_NUMBER]


def test_10_a_quote_hides_nothing_in_text() -> None:
    text = f'He is 5\'10" tall, he said: "個人番号 {MY_NUMBER}\nand 電話 090-1234-5681'

    assert _found(text) == [("my_number", MY_NUMBER), ("phone", "090-1234-5681")]


def test_11_a_line_of_a_megabyte_and_a_place_behind_it() -> None:
    text = f"{'漢字' * 200_000}個人番号{MY_NUMBER}{'かな' * 200_000}\n電話 090-1234-5681"

    assert _found(text) == [("my_number", MY_NUMBER), ("phone", "090-1234-5681")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_12_newlines_and_marks_move_no_line(tmp_path: Path, scan: Scan, newline: str, codec: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(newline.join(["昨日の件です。", "", f"個人番号は{MY_NUMBER}とのこと。", "以上"]).encode(codec))

    found = [each for each in scan(path, "--spans") if each["type"] == "finding"]

    assert [(each["kind"], each["line"]) for each in found] == [("my_number", 3)]


@pytest.mark.parametrize(
    "nothing", ["電話：－", "個人番号：なし", "口座番号 -------", "カード番号 ****-****-****-1234", "TEL 00-0000-0000"]
)
def test_13_signs_for_nothing_are_nothing(nothing: str) -> None:
    assert _found(nothing) == []


@pytest.mark.parametrize(
    ("label", "kind", "value"),
    [
        ("個人番号", "my_number", MY_NUMBER),
        ("運転免許証番号", "drivers_licence", MY_NUMBER),
        ("口座番号", "bank_account", "6600051"),
        ("郵便番号", "postal_code", "6600051"),
        ("生年月日", "birth_date", "19850621"),
        ("保険者番号", "insurer_number", insurer_number(random.Random(3))),
        ("住民票コード", "resident_code", "09012345681"),
        ("携帯電話", "phone", "09012345681"),
        ("法人番号", "corporate_number", corporate_number(random.Random(3))),
    ],
)
def test_14_what_digits_alone_cannot_tell_the_label_does(label: str, kind: str, value: str) -> None:
    assert _found(f"{label}は{value}です") == [(kind, value)]


def test_14_each_label_in_a_line_has_its_own_number() -> None:
    text = f"免許証番号 {MY_NUMBER}　個人番号 {my_number(random.Random(5))}"

    assert [kind for kind, _ in _found(text)] == ["drivers_licence", "my_number"]


def test_15_a_number_that_a_spreadsheet_damaged_is_no_value_of_a_text() -> None:
    assert _found("合計 1.23457E+11") == []


@pytest.mark.parametrize("code", ["660-0051", "100-8111", "540-8570"])
def test_16_postal_codes_that_exist_are_found_those_of_offices_too(code: str) -> None:
    assert [value.strip("〒") for value in _values(f"〒{code} へ送付", "postal_code")] == [code]


def test_16_a_bare_number_of_the_form_is_none() -> None:
    assert _values("在庫 000-0001 と 999-9999 を確認", "postal_code") == []


class _OldName(zipfile.ZipInfo):
    """A name as Windows writes it in Japan: CP932, and no flag that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 -- zipfile's own
        return self.filename.encode("cp932"), 0


def test_17_names_in_cp932_and_members_outside_and_bombs(tmp_path: Path, scan: Scan) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_OldName("名簿.txt"), f"個人番号は{MY_NUMBER}です。\n")
        archive.writestr("../outside.txt", f"電話は090-1234-5681です。{MY_NUMBER}\n")
        archive.writestr("bomb.txt", b"0" * 300_000_000)

    found = scan(path)

    kinds = {(str(each["source"]).rpartition("!")[2], each["kind"]) for each in found if each["type"] == "finding"}
    assert ("名簿.txt", "my_number") in kinds
    assert any(each["type"] == "source" and not _is_inspected(each) for each in found)
    assert not (tmp_path.parent / "outside.txt").exists()


def test_17_what_vanishes_circles_or_is_no_file_stops_nothing(tmp_path: Path, scan: Scan) -> None:
    (tmp_path / "here.txt").write_text(f"個人番号は{MY_NUMBER}です。\n", encoding="utf-8")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")

    found = scan(tmp_path)

    assert [each["kind"] for each in found if each["type"] == "finding"] == ["my_number"]


def test_18_threads_find_what_one_finds(dice: random.Random) -> None:
    texts = [
        f"個人番号{my_number(dice)}、電話090-{digits(dice, 4)}-{digits(dice, 4)}、口座番号{digits(dice, 7)}" * 20
        for _ in range(64)
    ]
    alone = [_found(text) for text in texts]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(_found, texts)) == alone


@pytest.mark.parametrize("options", [(), ("--json",), ("--json", "--spans"), ("--explain",), ("--low", "--explain")])
def test_19_no_value_is_in_any_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    text = f"個人番号は{MY_NUMBER}、カード {CARD}、電話 090-1234-5681、山本 久美子様 kumiko.y@shiomi-net.jp\n"
    (tmp_path / "notes.txt").write_text(text, encoding="utf-8")
    rows = people(30)
    write_csv(tmp_path / "table.csv", rows)

    assert run(["scan", str(tmp_path), *options]) == 1

    said = "".join(capsys.readouterr())
    secrets = {row[column] for row in rows for column in ("個人番号", "電話番号") if row.get(column)}
    for secret in {MY_NUMBER, CARD, "090-1234-5681", "久美子", "kumiko.y@shiomi-net.jp", *secrets}:
        assert secret not in said


def test_19_no_value_is_in_what_is_printed_of_a_finding() -> None:
    text = f"個人番号は{MY_NUMBER}、カード番号は{CARD}です"

    assert not any(secret in repr(find_spans(text)) for secret in (MY_NUMBER, CARD))


def test_every_view_of_a_text_is_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("昨日の件です。\n電話しました。\n", encoding="utf-8")

    assert [type(view) for view in _views(path)] == [Text]


def _views(path: Path) -> Iterator[object]:
    for view in views(path):
        assert not isinstance(view, Unread), view.error
        yield view


def _is_inspected(source: dict[str, object]) -> bool:
    return source.get("inspected") is True

"""``sekisho scan`` on folders and files of every sort: what it ends with, and that it is silent about nothing."""

import base64
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from cli_town import Said, Town

from sekisho.catalogue.words import Language
from sekisho.detect.scan import scan_each

WEATHER = "day,rain\n2022-06-21,3\n2022-06-22,4\n"
PEOPLE = "氏名,住所,電話番号\n" + "佐藤　太郎,兵庫県汐見市港町1-2,06-2345-6789\n" * 9


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "weather.csv").write_text(WEATHER, encoding="utf-8")
    return Town(tmp_path, capsys)


def _not_inspected(said: Said) -> dict[str, str]:
    return {name: each["reason"] for name, each in said.sources().items() if each["reason"]}


def test_a_folder_of_nothing_personal_ends_with_zero(town: Town) -> None:
    assert town.say("scan", town.root / "in").code == 0


def test_a_folder_of_nothing_at_all_is_no_clean_one(town: Town) -> None:
    """A stick that is not mounted leaves an empty folder."""
    (town.root / "empty").mkdir()
    town.language = "ja"
    said = town.say("scan", town.root / "empty")
    assert said.code == 7
    assert "調べたファイル：0" in said.err
    assert town.say("scan", town.root / "empty", "--json").error["error"] == "cli.nothing_to_scan"
    assert town.say("scan", town.root / "empty", town.root / "in").code == 0


def test_whatever_was_passed_over_is_named_and_does_not_end_as_if_it_were_clean(town: Town) -> None:
    os.mkfifo(town.root / "in" / "pipe")
    (town.root / "in" / "usb").symlink_to(town.root / "gone")
    (town.root / "in" / "up").symlink_to(town.root)

    said = town.say("scan", town.root / "in", "--json")

    assert said.code == 6
    assert _not_inspected(said) == {
        "pipe": "readers.not_a_file",
        "up": "readers.linked_folder",
        "usb": "readers.broken_link",
    }
    shown = town.say("scan", town.root / "in")
    assert all(f"Could not inspect {town.root / 'in' / name}: " in shown.out for name in ("pipe", "up", "usb"))


def test_hidden_files_are_scanned(town: Town) -> None:
    (town.root / "in" / ".cache").mkdir()
    (town.root / "in" / ".cache" / ".people.csv").write_text(PEOPLE, encoding="utf-8")

    assert town.say("scan", town.root / "in").code == 1


def test_a_file_that_vanishes_while_others_are_scanned_is_named(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = town.root / "in" / "z.csv"
    gone.write_text(PEOPLE, encoding="utf-8")

    def slow(path: Path, **options: object) -> object:
        gone.unlink(missing_ok=True)
        return scan_each(path, **options)  # type: ignore[arg-type] # what the command passes, passed on

    monkeypatch.setattr("sekisho.detect.spread.scan_each", slow)

    said = town.say("scan", town.root / "in", "--json")

    assert (said.code, _not_inspected(said)) == (6, {"z.csv": "readers.not_found"})


def test_one_workbook_that_no_memory_holds_costs_no_other_file_its_report(town: Town) -> None:
    book = openpyxl.Workbook()
    book.save(town.root / "plain.xlsx")
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    sheet += '<c r="A1"><v>1</v></c></row><row r="2"><c r = "XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    with (
        zipfile.ZipFile(town.root / "plain.xlsx") as source,
        zipfile.ZipFile(town.root / "in" / "a.xlsx", "w") as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    (town.root / "in" / "people.csv").write_text(PEOPLE, encoding="utf-8")

    said = town.say("scan", town.root / "in", "--json")

    assert (said.code, _not_inspected(said)) == (1, {"a.xlsx": "readers.memory"})
    assert list(said.sources()) == ["a.xlsx", "people.csv", "weather.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "汐崎凪\n渚航\n貝塚茂\n",
        "汐崎凪,兵庫県汐見市港町\n",
        "汐崎 凪,未定\n渚 航,1990-03-04\n貝塚 茂,1970-05-06\n",
        "氏名\r汐崎凪\r渚航\n" + "貝塚茂\n" * 20,
        "氏名,個人番号\r汐崎凪,123456789018\r" + "貝塚茂,123456789018\n" * 20,
    ],
)
@pytest.mark.parametrize("asked", [["scan", "--low"], ["scan", "--low", "--json"], ["purpose", "new"]])
def test_nobody_is_printed_as_the_name_of_a_column(town: Town, text: str, asked: list[str]) -> None:
    (town.root / "people.csv").write_bytes(text.encode())

    said = town.say(*asked, town.root / "people.csv")

    assert not any(name in said.out + said.err for name in ("汐崎", "渚", "貝塚", "123456789018"))


@pytest.mark.parametrize(("language", "words"), [("ja", "（表の上の行）"), ("en", "(above the rows)")])
def test_what_stands_above_a_table_is_called_so(town: Town, language: Language, words: str) -> None:
    (town.root / "t.csv").write_text("電話 090-1234-5678\na,b,c\n1,2,3\n4,5,6\n", encoding="utf-8")
    town.language = language

    said = town.say("scan", town.root / "t.csv", "--explain")

    assert said.code == 1
    assert said.out.count(words) == 2


@pytest.mark.parametrize(("name", "text"), [(b"\x8e\x81\x96\xbc.csv", WEATHER), (b"\x8e\x81.pdf", "%PDF-1.7")])
def test_a_name_that_is_no_utf_8_is_printed_by_its_bytes(town: Town, name: bytes, text: str) -> None:
    path = os.fsencode(town.root) + b"/in/" + name
    Path(os.fsdecode(path)).write_text(text, encoding="utf-8")

    said = town.say("scan", town.root / "in", "--json")

    said.out.encode("utf-8", "strict")
    (table,) = [each for each in said.sources().values() if each["source_base64"]]
    assert base64.b64decode(table["source_base64"]) == path
    assert table["source"].endswith(r"\x8e\x81" + (r"\x96\xbc.csv" if name.endswith(b"csv") else ".pdf"))
    town.say("scan", town.root / "in").out.encode("utf-8", "strict")


def test_rows_that_nothing_tells_apart_are_said(town: Town) -> None:
    (town.root / "people.csv").write_text(PEOPLE + ",港町,\n" * 3, encoding="utf-8")

    assert "People: 1 (told apart by name, address)" in " ".join(town.say("scan", town.root / "people.csv").out.split())
    assert "3 more rows could not be told apart" in town.say("scan", town.root / "people.csv").out
    town.language = "ja"
    assert "ほかに、誰の行か区別できないもの 3 行" in town.say("scan", town.root / "people.csv").out

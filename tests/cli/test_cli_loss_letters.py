"""Letters through the commands: printed by two persons, a test sheet of the window, a mail house's table, returned mail."""

import csv
from pathlib import Path

import pypdfium2
import pytest
from cli_town import Town, found_town, seal_copies

pytest_plugins = ("paper_fonts",)
pytestmark = pytest.mark.usefixtures("paper_fonts")

ADDRESSES = (
    "統一コード,氏名,郵便番号,住所,生年月日,支援措置,死亡\n"
    "31,和田　茂,688-0118,貝殻町1-28,1931-08-28,,\n"
    "219,岩田　ヨシ,688-0117,貝殻町9,1924-12-04,有,\n"
    "578,𠮷部　航,688-0119,渚町5-2,2010-02-11,,\n"
)
BODY = "USBメモリーの紛失について\n\nお詫び申し上げます。\n\n# お問い合わせ\n06-0123-0617\n"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    (slip,) = seal_copies(town, "USB-1")
    town.json("lost", slip)
    (town.root / "addresses.csv").write_text(ADDRESSES, encoding="utf-8")
    (town.root / "body.txt").write_text(BODY, encoding="utf-8")
    return town


def two(town: Town) -> tuple[object, ...]:
    return ("--key", town.key("chief"), "--key", town.key("security"))


def letters(town: Town, out: str = "letters") -> tuple[object, ...]:
    root = town.root
    return ("loss", "letters", "--contacts", root / "addresses.csv", "--envelope", "jp-naga3", "--out", root / out)


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    finally:
        document.close()


def test_two_persons_print_and_protected_people_get_none(town: Town) -> None:
    body = ("--body", town.root / "body.txt", "--lang", "ja")
    assert town.say(*letters(town), *body, "--key", town.key("chief")).code == 2
    assert not (town.root / "letters").exists()
    printed = town.say(*letters(town), *body, *two(town))
    assert printed.code == 0
    assert "test-sheet" in printed.err
    assert "氏名と住所" in printed.err
    assert "和田" not in printed.out + printed.err
    said = "".join(text_of(path) for path in (town.root / "letters").glob("*.pdf"))
    assert said.count("通知番号") == 2
    assert "和田　茂　様" in said
    assert "𠮷部　航　様の保護者　様" in said
    assert "岩田" not in said
    assert all("岩田" not in path.read_text(encoding="utf-8-sig") for path in (town.root / "letters").glob("*.csv"))
    again = town.say(*letters(town, "again"), *body, *two(town))
    assert again.code == 3
    assert "--again" in again.err


def test_a_letter_with_a_gap_is_refused_and_a_stated_one_is_each_segments_own(town: Town) -> None:
    """Of the incident's draft: what concerns the segment, and nobody else's kinds."""
    refused = town.say(*letters(town), *two(town), "--lang", "ja")
    assert (refused.code, (town.root / "letters").exists()) == (3, False)
    assert "cause" in refused.err
    assert town.say("loss", "declare", "--key", town.key("chief")).code == 0
    for fact in (
        "cause=かばんの置き忘れ",
        "secondary_harm=確認されていません",
        "contact_unit=総務部",
        "contact_phone=06-0123-0617",
    ):
        assert town.say("loss", "state", fact, "--key", town.key("chief")).code == 0
    assert town.json(*letters(town), *two(town), "--lang", "ja")["segments"]
    said = "".join(text_of(path) for path in (town.root / "letters").glob("*.pdf"))
    assert "かばんの置き忘れ" in said
    assert "保護者の方にお知らせします" in said


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_test_sheet_shows_the_window_and_nobody(town: Town, language: str) -> None:
    sheet = town.root / "sheet.pdf"
    assert town.say("loss", "test-sheet", "--envelope", "uk-notify", "--out", sheet, "--lang", language).code == 0
    assert "24.6 / 39.5" in text_of(sheet)
    assert town.say("loss", "test-sheet", "--envelope", "c6", "--out", town.root / "c6.pdf").code == 7
    assert {"uk-notify", "jp-naga3"} <= set(town.json("loss", "envelopes")["envelopes"])


def test_a_mail_house_gets_whom_sealed_and_what_comes_back_is_counted(town: Town) -> None:
    folder, contacts = town.root / "house", ("--contacts", town.root / "addresses.csv")
    call = ("loss", "mail-house", *contacts, "--out", folder, "--lang", "ja")
    assert town.say(*call, *two(town)).code == 2
    assert town.say(*call, "--to", "supervisor").code == 2
    found = town.json(*call, "--to", "supervisor", "--encoding", "cp932", *two(town))
    held = [each for segment in found["segments"] for each in segment["held"]]
    assert held == [{"row": 4, "why": "unmappable", "characters": "U+20BB7"}]
    codes = []
    for sealed in folder.glob("*.csv.age"):
        plain = sealed.with_suffix("")
        assert town.say("age", "decrypt", "-i", town.identity, "-o", plain, sealed).code == 0
        codes += [row["通知番号"] for row in csv.DictReader(plain.read_text(encoding="cp932").splitlines())]
    assert len(codes) == 1
    back = town.root / "back.csv"
    back.write_text(f"{codes[0]},宛先不明\n", encoding="utf-8")
    wanted = (*contacts, "--out", town.root / "back.age", "--to", "supervisor")
    assert town.say("loss", "returned", back, *contacts).code == 2
    taken = town.json("loss", "returned", back, *wanted, *two(town))
    assert (taken["returned"], taken["found"], taken["reasons"]) == (1, 1, {"宛先不明": 1})
    assert town.say("loss", "returned", back).code == 3

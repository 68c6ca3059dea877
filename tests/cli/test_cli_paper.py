"""``sekisho paper`` and ``sekisho seal --slip``: what is recorded becomes paper, and the opening number a sheet of its own."""

import json
from pathlib import Path

import pytest
from cli_town import Town, found_town, seal_copies

from printed import words

pytest_plugins = ("paper_fonts",)
pytestmark = pytest.mark.usefixtures("paper_fonts")

PDF = b"%PDF-1."


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def approved(town: Town) -> str:
    """Ask for a copy on USB-1 that two persons approve; return its number."""
    cut = town.json("cut", town.root / "answers.toml")["id"]
    asked: str = town.json(
        "request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-1",
        "--until", "2022-06-21T21:00", "--key", town.key("officer"),
    )["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", asked, "--key", town.key(approver), "--yes")
    (town.root / "USB-1").mkdir()
    return asked


def seal(town: Town, asked: str, *more: object) -> list[object]:
    medium = f"USB-1={town.root / 'USB-1'}"
    return ["seal", asked, "--medium", medium, "--key", town.key("officer"), *more]


def test_forms_are_listed_with_their_titles(town: Town) -> None:
    town.language = "ja"
    forms = town.json("paper", "list")["forms"]
    assert forms["lending-book"]["title"] == "外部記録媒体貸与・使用管理台帳"
    assert "様式第3号の2" in town.say("paper", "list").out


def test_a_form_is_printed_as_pdf_and_written_as_json(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    done = town.json("paper", "print", "slip", slip, "-o", town.root / "slip.pdf")
    assert done["entries"]
    assert done["unset"] == []
    assert (town.root / "slip.pdf").read_bytes().startswith(PDF)
    town.json("paper", "print", "slip", slip, "-o", town.root / "slip.json")
    assert json.loads((town.root / "slip.json").read_bytes())["head"]["slip"] == slip


def test_an_existing_file_is_not_overwritten(town: Town) -> None:
    town.json("paper", "print", "lending-book", "--blank", "-o", town.root / "book.pdf")
    said = town.say("paper", "print", "lending-book", "--blank", "-o", town.root / "book.pdf")
    assert said.code == 2


def test_sealing_saves_the_slip_and_the_opening_number_and_shows_the_number_to_nobody(town: Town) -> None:
    asked, paper = approved(town), town.root / "paper"
    paper.mkdir()
    done = town.json(*seal(town, asked, "--slip", paper))
    (copy,) = done["copies"]
    assert {Path(path).name for path in done["slips"]} == {
        f"slip-{copy['slip']}.pdf",
        f"opening-number-{copy['slip']}.pdf",
    }
    sheet = words((paper / f"opening-number-{copy['slip']}.pdf").read_bytes())
    assert copy["pin"] == ""
    town.json("paper", "print", "opening-number", copy["slip"], "-o", town.root / "opening.json")
    pin = json.loads((town.root / "opening.json").read_bytes())["head"]["pin"]
    assert pin in sheet
    again = town.say(*seal(town, asked, "--slip", paper)).out
    assert pin not in again
    assert "opening number\n" not in again  # nor an empty column for it


def test_no_opening_number_is_saved_on_the_medium_it_opens(town: Town) -> None:
    asked = approved(town)
    said = town.say(*seal(town, asked, "--slip", town.root / "USB-1"))
    assert said.code == 2
    assert not list((town.root / "USB-1").iterdir())


def test_what_cannot_be_printed_is_said_before_anything_is_sealed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = approved(town)
    (town.root / "paper").mkdir()
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    said = town.say(*seal(town, asked, "--slip", town.root / "paper"))
    assert said.code == 9
    assert "letters" in said.err
    assert not list((town.root / "USB-1").iterdir())


def test_the_offices_own_mapping_is_used_and_a_wrong_one_named(town: Town) -> None:
    forms = town.root / "office" / "templates" / "forms"
    forms.mkdir(parents=True)
    own = 'facts = "lending-book"\ntemplate = "form"\ntitle = { ja = "貸出簿", en = "Book" }\nnumber = { ja = "様式7", en = "7" }\n'
    column = 'column = [{ field = "entries", ja = "番号", en = "no." }]\n'
    (forms / "lending-book.toml").write_text(own + column, encoding="utf-8")
    town.json("paper", "print", "lending-book", "-o", town.root / "own.pdf")
    assert "Book" in words((town.root / "own.pdf").read_bytes())
    (forms / "lending-book.toml").write_text(own + column.replace("entries", "colour"), encoding="utf-8")
    said = town.say("paper", "print", "lending-book", "-o", town.root / "wrong.pdf")
    assert said.code == 6
    assert "colour" in said.err
    assert not (town.root / "wrong.pdf").exists()


def test_a_label_is_printed_by_the_register_of_media(town: Town) -> None:
    (town.root / "USB-1").mkdir()
    town.json("medium", "register", "USB-1", town.root / "USB-1", "--key", town.key("officer"))
    number = town.json("medium", "label", "USB-1", "-o", town.root / "label.pdf")["number"]
    text = words((town.root / "label.pdf").read_bytes())
    assert number in text
    assert "06-0123-0617" in text
    assert town.say("medium", "label", "USB-1", "-o", town.root / "label.pdf").code == 2

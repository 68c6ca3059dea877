"""``sekisho loss export``, ``changes`` and ``--from-files`` as people type them."""

import io
import json
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies

from sekisho.cli.main import run
from sekisho.cli.session import Session


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    """A town that lost one copy."""
    town = found_town(tmp_path, capsys)
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    town.json("lost", slip)
    return town


def test_a_document_goes_to_the_screen_or_into_a_file(town: Town) -> None:
    assert town.json("loss", "export", "--as", "veris")["action"]["error"]["variety"] == ["Loss"]
    said = town.json("loss", "export", "1", "--as", "dpv", "--out", str(town.root / "case.jsonld"))
    assert said["files"] == [str(town.root / "case.jsonld")]
    assert json.loads((town.root / "case.jsonld").read_text())["@context"]["dpv"]


def test_tables_need_a_folder_and_a_case_file_two_persons(town: Town) -> None:
    assert town.say("loss", "export", "--as", "csv").code == 2
    assert town.say("loss", "export", "--as", "case", "--out", str(town.root / "case")).code == 2
    town.json("loss", "export", "--as", "csv", "--out", str(town.root / "tables"))
    assert (town.root / "tables" / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_what_changed_is_asked_for_with_the_last_answers_cursor(town: Town) -> None:
    first = town.json("loss", "changes")
    assert [each["incident"] for each in first["incidents"]] == [1]
    assert town.json("loss", "changes", "--since", str(first["next"]))["incidents"] == []


STICK = "氏名,住所,生年月日,電話番号\n和田　茂,兵庫県汐見市貝殻町1-28,1953-08-28,06-0123-0001\n磯部　航,兵庫県汐見市渚町5-2,1988-02-11,\n岩田　ヨシ,兵庫県汐見市渚町5-1,1924-12-04,06-0123-0003\n"


def plain(folder: Path, *words: str) -> int:
    return run(["loss", "--from-files", str(folder / "名簿.csv"), *words], Session(home=folder / "home", language="ja"))


def test_three_people_on_an_ordinary_stick_take_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "名簿.csv").write_text(STICK, encoding="utf-8")
    office = ("--office", "渚小学校", "--phone", "06-0123-0617", "--body", "public")
    assert plain(tmp_path, "--out", str(tmp_path / "out"), *office) == 0
    said = capsys.readouterr()
    assert "3 人" in said.out
    assert "組織がなかったので、渚小学校 として作りました" in said.err
    texts = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()).decode()
    for word in ("和田", "貝殻町", "1988-02-11", "06-0123-0003"):
        assert word not in texts
    assert "渚小学校" in (tmp_path / "out" / "drafts" / "press.ja.txt").read_text(encoding="utf-8")


def test_an_office_that_is_there_is_used_and_what_is_there_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "名簿.csv").write_text(STICK, encoding="utf-8")
    assert plain(tmp_path, "--out", str(tmp_path / "out")) == 2  # no office, and nobody to ask
    assert not (tmp_path / "home").exists()
    office = ("--office", "渚小学校", "--phone", "06-0123-0617")
    assert plain(tmp_path, "--out", str(tmp_path / "out"), *office, "--known", "2026-11-01T09:00", "--json") == 0
    assert json.loads(capsys.readouterr().out)["incident"] == 1
    assert plain(tmp_path, "--out", str(tmp_path / "out")) != 0
    assert plain(tmp_path, "--out", str(tmp_path / "again"), "--stolen", "--json") == 0
    assert json.loads(capsys.readouterr().out)["incident"] == 2


class Keyboard(io.StringIO):
    """Somebody who answers at a terminal."""

    def isatty(self) -> bool:
        return True


def test_whoever_sits_at_a_terminal_is_asked_three_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "名簿.csv").write_text(STICK, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Keyboard("渚小学校\n06-0123-0617\ny\n"))
    assert plain(tmp_path, "--out", str(tmp_path / "out")) == 0
    asked = capsys.readouterr().err
    assert [asked.count(words) for words in ("組織の名前", "問い合わせ電話", "行政機関等ですか")] == [1, 1, 1]
    settings = (tmp_path / "home" / "incident.toml").read_text(encoding="utf-8")
    assert 'body = "public"' in settings
    assert 'phone = "06-0123-0617"' in settings


@pytest.mark.parametrize(("option", "code"), [("2099-01-01T00:00", 2), ("tomorrow", 2)])
def test_a_time_that_has_not_come_or_is_none_opens_no_incident(
    tmp_path: Path, option: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "名簿.csv").write_text(STICK, encoding="utf-8")
    office = ("--office", "渚小学校", "--phone", "06-0123-0617")
    assert plain(tmp_path, "--out", str(tmp_path / "out"), *office, "--known", option) == code
    assert "--from-files" not in capsys.readouterr().out
    assert not (tmp_path / "out").exists()

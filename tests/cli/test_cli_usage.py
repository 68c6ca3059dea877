"""What cannot be a command line is told in the language asked for, as an object to a program, and with one code for one thing."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.errors import NotFound

WRONG = {
    "seal": "REFERENCE の指定が要ります。",
    "seal C-1": "--medium の指定が要ります。",
    "seall": "seall というコマンドはありません。seal のことですか。",
    "xyzzy": "xyzzy というコマンドはありません。",
    "ledger shwo": "shwo というコマンドはありません。show のことですか。",
    "seal C-1 --medum x": "--medum というオプションはありません。--medium のことですか。",
    "seal C-1 --medium": "--medium には値が要ります。",
    "ledger show --json=3": "--json に値は付きません。",
    "custodian release 1 2 3": "引数が多すぎます。空白を含むものは引用符で囲んでください。",
    "ledger proof x": "INDEX の値が使えません（0 以上の整数）。",
    "request c --opens 0": "--opens の値が使えません（1 から 1000 までの整数）。",
    "cut risk x.csv --suppress 2": "--suppress の値が使えません（0 から 1 までの数）。",
    "completion tcsh": "SHELL の値が使えません（次のどれか：bash・zsh・fish）。",
    "--lang ja": "コマンドの指定が要ります。",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_with_a_command_line_is_told_in_japanese(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split(), Session(language="ja")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    first, second = said.err.splitlines()
    assert first == f"sekisho: {WRONG[line]}"
    assert "--help`" in second


@pytest.mark.parametrize("line", WRONG)
def test_and_in_english_without_a_word_of_japanese(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.replace("ja", "en").split(), Session(language="en")) == 2
    assert capsys.readouterr().err.splitlines()[0].isascii()


@pytest.mark.parametrize(
    ("line", "command"),
    [("seal --json", "seal"), ("ledger proof x --json", "ledger proof"), ("seal C-1 --medum x --json", "seal")],
)
def test_a_program_gets_an_object(line: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split(), Session(language="en")) == 2
    error = json.loads(capsys.readouterr().err)
    assert (error["error"], error["exit"]) == ("cli.usage", 2)
    assert error["what"]
    assert f"`sekisho {command} --help`" in error["hint"]


MISSING = [
    "scan nope.csv",
    "cut nope.toml",
    "purpose new nope.csv",
    "cut risk there.csv --quasi a --hierarchy a=nope.csv",
    "open nope.age -i nope.identity",
    "inspect nope.age",
    "approve C-1 --key nope.key",
    "party import nope.toml",
    "ledger verify nope",
    "keygen a --out nope",
    "erase 061731 --on nope --holder nope.key --witness nope.key",
]


@pytest.mark.parametrize("line", MISSING)
def test_what_is_not_there_has_one_code_in_every_command(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.csv").write_text("a\n1\n", encoding="utf-8")
    assert run(line.split(), Session(language="en", home=tmp_path / "office")) == NotFound.exit_code
    assert "nope" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("inspect folder", "folder is a folder; a file is meant"),
        ("ledger verify file", "file is a file; a folder is meant"),
    ],
)
def test_a_folder_is_no_file(
    line: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    assert run(line.split(), Session(language="en")) == 2
    assert words in capsys.readouterr().err


def test_a_name_that_the_disk_cannot_have_is_the_mediums_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "x" * 300], Session(language="en")) == 4
    assert "The disk refused" in capsys.readouterr().err


def test_help_says_what_is_required_and_what_the_defaults_are(capsys: pytest.CaptureFixture[str]) -> None:
    run(["request", "--help"], Session(language="en"))
    said = " ".join(capsys.readouterr().out.split())
    assert "Who carries it (id in the register) (required)." in said
    assert "How often each copy may be opened (default: 1)." in said
    run(["custodian", "init", "--help"], Session(language="ja"))
    said = capsys.readouterr().out
    assert "組織の名前（必須）。" in said
    assert "時間帯（既定は Asia/Tokyo）。" in said


def test_the_usage_line_is_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["seal"], ["ledger"]):
        run([*arguments, "--help"], Session(language="ja"))
        said = capsys.readouterr().out
        assert said.startswith("使い方： sekisho")
        assert "Usage" not in said
        assert "Options" not in said


@pytest.mark.parametrize(
    "arguments", [["--help"], ["keygen", "--help"], ["scan", "table.csv"], ["scan", "table.csv", "--json"]]
)
def test_an_output_that_is_full_is_the_mediums_fault_and_not_ours(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sekisho", *arguments],
            cwd=tmp_path,
            env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 4
    assert "could not be written to standard output" in done.stderr
    assert "Exception" not in done.stderr


def test_a_pipe_that_nobody_reads_ends_with_141(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    command = [sys.executable, "-m", "sekisho", "scan", str(tmp_path / "table.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_disk_fault_that_no_room_expected_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/mnt/stick/table.csv")

    monkeypatch.setattr("sekisho.cli.main.program.main", fail)
    monkeypatch.delenv("SEKISHO_DEBUG", raising=False)
    assert run([], Session(language="en")) == 4
    assert "/mnt/stick/table.csv" in capsys.readouterr().err


def test_a_question_is_asked_again_in_words_until_it_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("maybe\nはい\n"))
    assert Session(language="ja").confirm("approve.confirm")
    assert capsys.readouterr().err.count("y（はい）か n（いいえ）で答えてください。") == 1


@pytest.mark.parametrize("typed", ["n\n", "no\n", "\n", "いいえ\n"])
def test_what_is_no_yes_is_a_no(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert not Session(language="ja").confirm("approve.confirm")


def test_no_answer_is_no_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(click.Abort):
        Session(language="ja").confirm("approve.confirm")

"""The program starts light, ends with the documented code, and never shows a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.cli import main
from sekisho.cli.main import run
from sekisho.cli.session import Session, language_of

HEAVY = ["cryptography", "msgspec", "numpy", "polars", "pyroaring", "rfc8785", "rich", "sqlite3"]


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sekisho", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from sekisho.cli.main import run; run(['--help']); print([m for m in %r if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code % HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_speaks_the_locales_language() -> None:
    assert "個人情報" in _run("--help", LANG="ja_JP.UTF-8", LC_ALL="").stdout
    assert "personal data" in _run("--help", LANG="en_GB.UTF-8", LC_ALL="").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nosuch"], 2),
        (["inspect"], 2),
        (["lost", "123456"], 2),
        (["ledger", "status"], 9),
        (["scan", "no-such-file"], 7),
        (["approve"], 2),
        (["cut"], 2),
    ],
)
def test_what_cannot_be_done_ends_with_its_code_and_no_traceback(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    done = _run(*arguments, SEKISHO_HOME=str(tmp_path / "none"))
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_an_error_is_an_object_where_json_was_asked_for(tmp_path: Path) -> None:
    done = _run("ledger", "status", "--json", "--home", str(tmp_path), "--lang", "ja")
    error = json.loads(done.stderr)
    assert (error["error"], error["exit"]) == ("store.no_office", 9)
    assert "組織" in error["what"]


def test_a_fault_of_ours_names_the_place_and_not_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("和田　茂")

    monkeypatch.setattr(main.program, "main", fail)
    monkeypatch.delenv("SEKISHO_DEBUG", raising=False)
    assert run([], Session()) == 70
    error = capsys.readouterr().err
    assert "ValueError" in error
    assert "和田" not in error


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main.program, "main", interrupt)
    assert run([], Session()) == 130


def test_a_closed_pipe_is_no_fault() -> None:
    command = [sys.executable, "-m", "sekisho", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "language"),
    [(["scan", "--lang", "ja"], "ja"), (["--lang=en", "scan"], "en"), (["scan"], "ja"), (["scan", "--lang"], "ja")],
)
def test_the_language_of_a_command_line(arguments: list[str], language: str) -> None:
    assert language_of(arguments, {"LANG": "ja_JP.UTF-8"}) == language


def test_the_version_is_the_packages() -> None:
    assert _run("--version").stdout.strip().endswith("0.1.0")

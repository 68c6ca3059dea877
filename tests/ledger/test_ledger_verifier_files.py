"""Links, pipes and names that are no text: the auditor's program names them, and nothing stops it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from verified import VERIFIER, verify

pytest_plugins = ("export_fixtures",)


def dangling(path: Path) -> None:
    path.symlink_to("/nonexistent")


def linked(path: Path) -> None:
    """Stand for the very same file, outside: still not followed."""
    outside = path.parent.parent / "outside"
    if path.exists():
        outside.write_bytes(path.read_bytes())
        path.unlink()
    path.symlink_to(outside)


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (dangling, "statement.en.txt"),
        (linked, "README.txt"),
        (linked, "log.vkey"),
        (linked, "checkpoint"),
        (pipe, "checkpoint"),
        (pipe, "README.txt"),
        (pipe, "SHA256SUMS"),
        (pipe, "extra"),
    ],
)
def test_a_link_or_a_pipe_is_named_and_never_opened(folder: Path, make: Callable[[Path], None], name: str) -> None:
    make(folder / name)
    code, said = verify(folder)
    assert code == 1
    assert f"BAD  {name} is not an ordinary file and was not opened" in said


def test_a_link_to_a_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "tile").rename(tmp_path / "tile")
    (folder / "tile").symlink_to(tmp_path / "tile")
    said = verify(folder)[1]
    assert "BAD  tile is not an ordinary file" in said
    assert "BAD  tile/entries/000 is missing" in said


def test_a_name_that_is_not_text_is_named(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe")).touch()
    code, said = verify(folder)
    assert code == 1
    assert "BAD  \\udcff\\udcfe belongs neither" in said
    assert "BAD  \\udcff\\udcfe is not as SHA256SUMS lists it" in said


def test_a_name_cannot_write_a_verdict_of_its_own(folder: Path) -> None:
    (folder / f"a\nGOOD {folder.name} verifies\n").write_bytes(b"")
    assert not [line for line in verify(folder)[1].splitlines() if line.startswith("GOOD")]


def test_a_terminal_of_few_characters_is_written_to_all_the_same(folder: Path) -> None:
    (folder / "報告.txt").write_bytes(b"")
    command = [sys.executable, "-S", str(VERIFIER), str(folder), "--language", "ja"]
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, Path.as_posix])
def test_what_is_no_export_is_called_so(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """An empty folder, a file, nothing at all."""
    make(tmp_path / "other")
    assert verify(tmp_path / "other") == (3, f"BAD  {tmp_path / 'other'} is not an exported ledger\n")

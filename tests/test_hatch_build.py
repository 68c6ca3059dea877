"""The build hook compiles the kernel where it can, and is no obstacle where it cannot."""

import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, need

HOOK = runpy.run_path(str(ROOT / "hatch_build.py"))
SOURCES = ROOT / "src" / "sekisho" / "kernel"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for source in [*SOURCES.glob("*.c"), *SOURCES.glob("*.h")]:
        shutil.copy(source, tmp_path)
    return tmp_path


def _needs_compiler() -> None:
    need(shutil.which("cc"), "no C compiler here: install gcc")


def test_the_library_is_compiled_once_and_again_when_a_source_changes(folder: Path) -> None:
    _needs_compiler()
    library = HOOK["compiled"](folder)
    first = library.stat().st_mtime_ns

    assert HOOK["compiled"](folder).stat().st_mtime_ns == first
    (folder / "version.c").write_text((folder / "version.c").read_text() + "/* changed */\n")
    assert HOOK["compiled"](folder).stat().st_mtime_ns > first


def test_without_a_compiler_there_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("CC", "no-such-compiler")

    assert HOOK["compiled"](folder) is None
    assert not list(folder.glob("libsekisho*"))


def test_a_compiler_that_fails_leaves_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _needs_compiler()
    (folder / "version.c").write_text("no C\n")

    assert HOOK["compiled"](folder) is None
    assert not list(folder.glob("libsekisho*"))
    assert "version.c" in capfd.readouterr().err


@pytest.mark.parametrize("define", ["-DSEKISHO_ANY", "-DSEKISHO_PORTABLE"])
def test_no_compiler_has_anything_to_remark(tmp_path: Path, define: str) -> None:
    _needs_compiler()
    strict = ["cc", *HOOK["FLAGS"], "-Wall", "-Wextra", "-Werror", define, "-o", str(tmp_path / "k.so")]

    done = subprocess.run([*strict, *map(str, SOURCES.glob("*.c"))], capture_output=True, text=True, check=False)

    assert done.stderr == ""

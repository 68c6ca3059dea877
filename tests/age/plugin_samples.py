"""Plugins for tests: the toy one, put where ``PATH`` has it, and ones that say what they are told to."""

import os
import sys
from pathlib import Path

import age_plugin_toy
import pytest

from sekisho.age.plugin_ipc import identity_text, recipient_text

OWNER_DATA, OTHER_DATA = b"\x51", b"\x52"


def recipient(data: bytes = OWNER_DATA, behaviour: bytes = age_plugin_toy.QUIET) -> str:
    return recipient_text(age_plugin_toy.NAME, data + behaviour)


def identity(data: bytes = OWNER_DATA, behaviour: bytes = age_plugin_toy.QUIET) -> str:
    return identity_text(age_plugin_toy.NAME, data + behaviour)


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> Path:
    """Put a program ``age-plugin-NAME`` into a folder that is searched first."""
    folder.mkdir(exist_ok=True)
    program = folder / f"age-plugin-{name}"
    program.write_text(script)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return program


def install_toy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the toy plugin where it is found."""
    toy = Path(age_plugin_toy.__file__).resolve()
    return install(folder, monkeypatch, age_plugin_toy.NAME, f'#!/bin/sh\nexec {sys.executable} {toy} "$@"\n')


def install_saying(folder: Path, monkeypatch: pytest.MonkeyPatch, said: bytes) -> Path:
    """Put a plugin there that says these bytes, whatever it is told, and reads to the end."""
    folder.mkdir(exist_ok=True)
    (folder / "said").write_bytes(said)
    script = f"#!/bin/sh\ncat {folder / 'said'}\nexec >{folder / 'heard'}\ncat\n"
    return install(folder, monkeypatch, age_plugin_toy.NAME, script)

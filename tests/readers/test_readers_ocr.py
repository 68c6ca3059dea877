from pathlib import Path

import pytest

from sekisho.errors import Unreadable
from sekisho.readers import ocr


def _program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_the_program_is_given_the_image_and_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path, 'echo "$@" "$OMP_THREAD_LIMIT"; cat', monkeypatch)

    assert ocr.read_image(b"picture", Path("a.png")) == "stdin stdout -l jpn+eng --psm 3 1\npicture"


@pytest.mark.parametrize(("script", "key"), [("exit 1", "readers.ocr_failed"), ("sleep 9", "readers.limit_seconds")])
def test_what_it_cannot_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, key: str) -> None:
    monkeypatch.setattr(ocr, "_SECONDS", 0.2)
    _program(tmp_path, script, monkeypatch)

    with pytest.raises(Unreadable) as caught:
        ocr.read_image(b"picture", Path("a.png"))

    assert caught.value.key == key


def test_without_it_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(Unreadable) as caught:
        ocr.read_image(b"picture", Path("a.png"))

    assert caught.value.key == "readers.no_ocr"

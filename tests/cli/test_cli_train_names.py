"""The tagger of names is trained from a file and kept in the office's folder."""

import json
from pathlib import Path

import pytest

from sekisho.cli.main import run
from sekisho.cli.session import Session

_SENTENCE = {"text": "山田太郎が出席した。", "entities": [{"span": [0, 4], "type": "人名"}]}


def test_a_model_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path / "home"))
    (tmp_path / "corpus.jsonl").write_text("\n".join([json.dumps(_SENTENCE)] * 3), encoding="utf-8")

    assert run(["train-names", str(tmp_path / "corpus.jsonl")], Session()) == 0
    assert str(tmp_path / "home" / "names.npz") in capsys.readouterr().out
    assert (tmp_path / "home" / "names.npz").is_file()


def test_sentences_without_marks_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corpus.jsonl").write_text("山田太郎が出席した。", encoding="utf-8")

    assert run(["train-names", str(tmp_path / "corpus.jsonl")], Session()) == 6
    assert "Line 1" in capsys.readouterr().err

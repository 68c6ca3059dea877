"""A key is made under a name that the register takes, in the folder named and nowhere else."""

from pathlib import Path

import pytest

from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.signing.keys import load


def _keygen(*arguments: str, language: str = "en") -> int:
    return run(["keygen", *arguments], Session(language="ja" if language == "ja" else "en"))


@pytest.mark.parametrize(
    "name", ["A", "A b/..", "a/b", "../evil", "..", "三崎", "a\nb", "a b", "", "x" * 41, "x" * 300, ".a", "a\x00b"]
)
@pytest.mark.parametrize("kind", ["--recipient", "--no-passphrase"])
def test_a_name_that_the_register_would_refuse_is_refused_before_anything_is_written(
    name: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys").mkdir()
    assert _keygen(kind, "-o", str(tmp_path / "keys"), "--", name) == 2
    assert "lower-case letters" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["keys"]


def test_the_refusal_is_in_japanese_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert _keygen("三崎", language="ja") == 2
    assert "NAME は小文字の英数字と . _ - です" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["chief", "a", "r4.b_c-d", "0", "x" * 40])
def test_a_name_of_the_register_is_taken(name: str, tmp_path: Path) -> None:
    assert _keygen("--no-passphrase", "-o", str(tmp_path), name) == 0
    assert (tmp_path / f"{name}.key").exists()


def test_a_folder_that_cannot_be_written_to_is_the_mediums_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / ".sekisho-0.partial"))

    monkeypatch.setattr("sekisho.cli.keygen.write_whole", refuse)
    monkeypatch.setattr("sekisho.cli.identities.write_whole", refuse)
    monkeypatch.setattr("sekisho.signing.keys.write_whole", refuse)
    for kind in ("--recipient", "--no-passphrase"):
        assert _keygen(kind, "-o", str(tmp_path), "chief") == 4
        assert str(tmp_path) in capsys.readouterr().err


def test_a_passphrase_is_typed_twice_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["one", "another", "three words here", "three words here"])
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: next(typed))
    assert _keygen("-o", str(tmp_path), "chief", language="ja") == 0
    assert "二つのパスフレーズが違います" in capsys.readouterr().err
    load(tmp_path / "chief.key", passphrase=lambda _: b"three words here")

"""Files of identities at the terminal, and how a plugin reaches whoever sits there."""

from pathlib import Path

import pytest

from sekisho.cli.identities import dialogue, generate, read_identities, write_identity
from sekisho.cli.session import Session
from sekisho.errors import NoKey, Unreadable


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    answers: list[str] = []
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: answers.pop(0))
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answers.pop(0))
    return answers


def test_a_pin_is_asked_for_once_and_a_wrong_one_is_told(tmp_path: Path, typed: list[str]) -> None:
    identity = generate(post_quantum=True)
    typed += ["words", "words"]
    write_identity(Session(), tmp_path / "key", identity, heading="h", pin=True)
    typed += ["words"]
    (found,) = read_identities(Session(), tmp_path / "key")
    assert found.unwrap(identity.recipient.wrap(bytes(16))) == bytes(16)
    typed += ["others"]
    with pytest.raises(NoKey) as caught:
        read_identities(Session(), tmp_path / "key")
    assert caught.value.key == "signing.wrong_passphrase"
    assert typed == []


def test_what_holds_no_identity_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"something else\n")
    for path in (tmp_path / "key", tmp_path / "nothing"):
        with pytest.raises(Unreadable):
            read_identities(Session(), path)


def test_a_plugin_shows_asks_and_is_answered(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    toy = dialogue(Session())
    typed += ["", "はい", "seen", "hidden"]
    assert toy.message("toy", "touch the key") is True
    assert toy.confirm("toy", "sure?", "yes", "no") is False
    assert toy.confirm("toy", "sure?", "yes", None) is True
    assert toy.public("toy", "name") == "seen"
    assert toy.secret("toy", "pin") == "hidden"
    shown = capsys.readouterr().err
    assert "age-plugin-toy: touch the key" in shown
    assert "sure? (yes / no)" in shown
    assert "hidden" not in shown

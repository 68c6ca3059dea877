"""``sekisho age plugin-identity``: one file that says everything age-plugin-sekisho has to know."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from invented_office import IDENTITY, Town
from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.age.plugin_ipc import read_identity
from sekisho.capsule.plugin import PluginKey, Route
from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.custody.relay_key import office_card

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "supervisor.identity"
    path.write_text(f"# a key\n{IDENTITY.to_secret_text()}\n")
    return path


def made(key: Path, *options: object, home: Path) -> PluginKey | int:
    """Return what is in the identity that was made, or the exit code."""
    out = key.parent / "sekisho.identity"
    code = run(["age", "plugin-identity", "-i", str(key), "-o", str(out), *map(str, options)], Session(home=home))
    if code:
        assert not out.exists()
        return code
    (text,) = (line for line in out.read_text().splitlines() if not line.startswith("#"))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    name, data = read_identity(text)
    assert name == "sekisho"
    return PluginKey.decode(data)


def test_the_office_on_this_machine_is_asked_unless_another_way_is_named(town: Town, key: Path) -> None:
    kid = town.office.custodian.kid
    found = made(key, home=town.home)
    assert found == PluginKey(route=Route.LOCAL, address=str(town.home), kid=kid, path=str(key))


def test_a_card_is_carried_whole(town: Town, key: Path, tmp_path: Path) -> None:
    card = replace(office_card(town.office), url="https://office.example")
    (tmp_path / "card.json").write_bytes(card.text)
    online = made(key, "--card", tmp_path / "card.json", "--inside", home=tmp_path / "none")
    secret = IDENTITY.to_secret_text()
    assert online == PluginKey(route=Route.ONLINE, address=card.text.decode(), kid=card.kid, key=secret)


def test_by_telephone_no_office_need_be_known(key: Path, tmp_path: Path) -> None:
    assert made(key, "--code", home=tmp_path / "none") == PluginKey(route=Route.VOICE, path=str(key))


def test_a_post_quantum_key_goes_inside(key: Path, tmp_path: Path) -> None:
    secret = HybridIdentity.generate().to_secret_text()
    key.write_text(secret + "\n")
    assert made(key, "--code", "--inside", home=tmp_path) == PluginKey(route=Route.VOICE, key=secret)


def test_what_could_not_open_is_not_made(
    town: Town, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "card.json").write_bytes(office_card(town.office).text)
    (tmp_path / "two").write_text(key.read_text() * 2)
    (tmp_path / "none").write_text("no key")
    assert made(key, home=tmp_path / "nowhere") == 9
    assert "no office" in capsys.readouterr().err
    assert made(key, "--card", tmp_path / "card.json", home=tmp_path) == 7
    assert made(tmp_path / "two", "--code", "--inside", home=tmp_path) == 2
    assert made(tmp_path / "none", "--code", home=tmp_path) == 6
    assert IDENTITY.to_secret_text() not in capsys.readouterr().err


def test_a_file_that_exists_is_left_alone(key: Path, tmp_path: Path) -> None:
    (tmp_path / "sekisho.identity").write_text("mine")
    arguments = ["age", "plugin-identity", "-i", str(key), "--code", "-o", str(tmp_path / "sekisho.identity")]
    assert run(arguments, Session(home=tmp_path)) == 2
    assert (tmp_path / "sekisho.identity").read_text() == "mine"

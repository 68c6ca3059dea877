"""An office that keeps its keys somewhere else, and takes them there, by the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_town import Town, found_town, seal_copies

from sekisho.custodian.kek import FileKek
from sekisho.errors import MediumError
from soft_token import SoftToken, soft_token


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    with soft_token(tmp_path_factory.mktemp("token")) as made:
        yield made


@pytest.fixture
def passphrase(tmp_path: Path) -> str:
    """Keys under a passphrase that stands in a file."""
    path = tmp_path / "passphrase"
    path.touch(0o600)
    path.write_text("the tea is cold by now\n")
    return f"passphrase?file={path}"


def move(town: Town, to: str, *people: str) -> int:
    keys = [part for person in people for part in ("--key", town.key(person))]
    return town.say("custodian", "kek", "move", "--to", to, *keys).code


def kinds(town: Town) -> list[str]:
    return [each["fields"]["kek"] for each in town.json("ledger", "show")["entries"] if each["type"] == "epoch.begun"]


def test_an_office_begins_in_a_token_and_nothing_of_its_keys_is_in_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], token: SoftToken
) -> None:
    town = found_town(tmp_path, capsys, "--kek", token.address)
    assert kinds(town) == ["pkcs11"]
    (slip,) = seal_copies(town, "A")
    assert not list((tmp_path / "office" / "keks").iterdir())
    assert town.say("lost", slip, "--key", town.key("security")).code == 0
    assert kinds(town) == ["pkcs11", "pkcs11"]


def test_keys_move_and_the_settings_follow(tmp_path: Path, capsys: pytest.CaptureFixture[str], passphrase: str) -> None:
    town = found_town(tmp_path, capsys)
    (slip,) = seal_copies(town, "A")
    settings = tmp_path / "office" / "office.toml"
    settings.write_text(f"# ours\n{settings.read_text()}", encoding="utf-8")
    assert move(town, passphrase, "chief") == 3
    assert move(town, passphrase, "chief", "security") == 0
    assert f'kek = "{passphrase}"' in settings.read_text()
    assert settings.read_text().startswith("# ours\n")
    assert kinds(town) == ["file", "passphrase"]
    assert [path.suffix for path in (tmp_path / "office" / "keks").iterdir()] == [".locked"]
    assert town.say("lost", slip, "--key", town.key("security")).code == 0
    assert kinds(town) == ["file", "passphrase", "passphrase"]


def test_a_move_that_is_held_up_is_said_by_every_command_and_finished_by_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = found_town(tmp_path, capsys)
    seal_copies(town, "A")

    def refuse(_: FileKek, epoch: int) -> None:
        raise MediumError("custodian.kek_disk", path=f"{epoch:06d}.kek")

    with monkeypatch.context() as patch:
        patch.setattr(FileKek, "destroy_all_but", refuse)
        assert move(town, passphrase, "chief", "security") == 4
        said = town.say("custodian", "status")
        assert (said.code, "The disk refused" in said.err) == (0, True)
    assert list((tmp_path / "office" / "keks").glob("*.kek"))
    assert town.say("custodian", "status").err == ""
    assert not list((tmp_path / "office" / "keks").glob("*.kek"))


@pytest.mark.parametrize(
    "address",
    ["nonsense", "pkcs11:office", "openbao+https://me:secret@host/?token-file=/x", "pkcs11:a?module=/x&pin=secret"],
)
def test_a_place_that_is_none_makes_no_office(tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str) -> None:
    said = Town(tmp_path, capsys).say("custodian", "init", "--name", "市", "--phone", "1", "--kek", address)
    assert said.code == 2
    assert "secret" not in said.out + said.err
    assert not (tmp_path / "office").exists()


def test_a_server_that_is_away_makes_no_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text("s.nobody\n")
    address = f"openbao+https://127.0.0.1:1/?token-file={token}"
    said = Town(tmp_path, capsys).say("custodian", "init", "--name", "市", "--phone", "1", "--kek", address)
    assert said.code == 4
    assert not (tmp_path / "office").exists()
    assert "s.nobody" not in said.out + said.err

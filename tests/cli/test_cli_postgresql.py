"""An office whose database is on a PostgreSQL server: the whole way, and what the server's disk keeps of it after."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from database_servers import fresh_postgresql, postgresql
from sekisho.custodian.kek import FileKek
from sekisho.errors import Missing


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgresql(durable=True) as folder:
        yield folder


@pytest.fixture
def town(server: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys, "--database", fresh_postgresql(server, tmp_path.name))


def test_the_whole_way_from_init_to_lost_and_what_the_disk_keeps(
    town: Town, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares, wrapped = list[bytes](), list[tuple[int, bytes, bytes]]()
    wrap = FileKek.wrap

    def noted(kek: FileKek, epoch: int, share: bytes, context: bytes) -> bytes:
        shares.append(share)
        made = wrap(kek, epoch, share, context)
        wrapped.append((epoch, made, context))
        return made

    monkeypatch.setattr(FileKek, "wrap", noted)
    lost, kept = seal_copies(town, "A", "B")
    carry(town, lost)
    assert town.say("lost", lost, "--key", town.key("security")).code == 0
    states = {copy["slip"]: copy["state"] for copy in town.json("custodian", "status")["copies"]}
    assert (states[lost], states[kept]) == ("lost", "sealed")
    proved = town.json("prove", lost, "--out", town.root / "evidence")
    assert proved["copies"][0]["verdict"] == "A"
    town.json("ledger", "export", town.root / "ledger")
    assert town.say("ledger", "verify", town.root / "ledger").code == 0
    assert not (town.root / "office" / "sekisho.db").exists()

    disk = b"".join(path.read_bytes() for path in sorted((server / "data").rglob("*")) if path.is_file())
    assert shares
    assert not [share for share in shares if share in disk or share.hex().encode() in disk]
    left = [each for each in wrapped if each[1] in disk]
    assert left, "the server's log is known to keep what was deleted; if it no longer does, the how-to may say less"
    keks = FileKek(town.root / "office" / "keks")
    old = [each for each in left if not keks.has(each[0])]
    assert old
    for epoch, blob, context in old:
        with pytest.raises(Missing):
            keks.unwrap(epoch, blob, context)
    keys = [path.read_bytes() for path in (town.root / "office" / "keks").iterdir()]
    for _, blob, context in old:
        for key in keys:
            for epoch in (1, 2, 3):
                with pytest.raises(InvalidTag):
                    AESGCM(key).decrypt(blob[:12], blob[12:], epoch.to_bytes(8, "big") + context)


def test_the_settings_name_the_database_and_no_password(town: Town) -> None:
    text = (town.root / "office" / "office.toml").read_text()
    assert 'database = "postgresql://sekisho@/' in text


@pytest.mark.parametrize(
    "address", ["postgresql://a:secret@/b", "postgresql://a@/b?password=secret", "mysql://a/b", "x"]
)
def test_an_address_with_a_password_is_refused_and_not_repeated(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Town(tmp_path, capsys)
    said = town.say("custodian", "init", "--name", "市", "--phone", "1", "--database", address)
    assert said.code == 2
    assert "secret" not in said.out + said.err
    assert not (tmp_path / "office").exists()


def test_a_server_that_may_lose_a_commit_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with postgresql() as server:
        address = fresh_postgresql(server, "office")
        said = Town(tmp_path, capsys).say("custodian", "init", "--name", "市", "--phone", "1", "--database", address)
    assert said.code == 3
    assert "fsync" in said.err


def test_a_database_in_use_is_not_taken(
    server: Path, town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"postgresql://sekisho@/{re.sub(r'[^a-z0-9_]', '_', tmp_path.name)}?host={server}"
    other = Town(tmp_path / "other", capsys)
    said = other.say("custodian", "init", "--name", "市", "--phone", "1", "--database", address)
    assert said.code == 3
    assert town.say("custodian", "status").code == 0


def test_a_server_that_is_away_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Town(tmp_path, capsys).say(
        "custodian", "init", "--name", "市", "--phone", "1", "--database", f"postgresql://a@/b?host={tmp_path}"
    )
    assert said.code == 4
    assert "Traceback" not in said.err

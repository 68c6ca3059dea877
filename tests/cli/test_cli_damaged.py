"""Whatever is damaged, cut short or somebody else's ends with its code, leaves nothing at the destination, loses nothing."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def _truncated(data: bytes) -> bytes:
    return data[: len(data) - 40]


def _flipped_header(data: bytes) -> bytes:
    return data[:60] + bytes([data[60] ^ 1]) + data[61:]


def _flipped_payload(data: bytes) -> bytes:
    place = len(data) * 3 // 4
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _extended(data: bytes) -> bytes:
    return data + b"\0"


def _foreign(_: bytes) -> bytes:
    recipient = pyrage.x25519.Identity.generate().to_public()
    encrypted: bytes = pyrage.encrypt(b"plain age", [recipient])
    return encrypted


def _picture(_: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(100)


def _empty(_: bytes) -> bytes:
    return b""


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "damage", [_truncated, _flipped_header, _flipped_payload, _extended, _foreign, _picture, _empty]
)
def test_a_damaged_capsule_is_refused_and_nothing_is_written(town: Town, damage: Damage) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    path = capsule(town, "USB-1", slip)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    said = town.say("open", "--yes", path, "-i", town.identity, "--key", town.key("chief"), "--key", town.key("security"),
                    "--out", town.root / "opened", "--json")  # fmt: skip
    assert said.code in {6, 7, 8}
    assert said.error["what"]
    assert not (town.root / "opened").exists()
    assert list(town.root.rglob("*.partial")) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "schema = 1", "schema = [", 'schema = 2\n[purpose]\nid = "x"', "\x00\x01", "[purpose]\nunknown = 1\n"]
)
def test_a_damaged_purpose_is_refused(town: Town, text: str) -> None:
    (town.root / "bad.toml").write_text(text, encoding="utf-8")
    said = town.say("cut", town.root / "bad.toml")
    assert said.code == 6
    assert "bad.toml" in said.err
    assert town.json("cut", "list")["cuts"] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 6),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), 6),
        ("統一コード,氏名\n0000000031,和田\n".encode(), 3),
        (b"\xff\xfe\xff" * 100, 3),
    ],
)
def test_a_damaged_or_changed_table_is_refused(town: Town, content: bytes, code: int) -> None:
    (town.root / "people.csv").write_bytes(content)
    assert town.say("cut", town.root / "rows.toml").code == code
    assert town.json("cut", "list")["cuts"] == []


def test_a_row_that_is_cut_short_is_named_by_its_line(town: Town) -> None:
    with (town.root / "people.csv").open("a", encoding="utf-8") as file:
        file.write("0000000999,磯部\n")
    said = town.say("cut", town.root / "rows.toml")
    assert said.code == 6
    assert "5" in said.err
    assert "磯部" not in said.err


def test_a_foreign_database_is_left_alone(town: Town) -> None:
    database = town.root / "office" / "sekisho.db"
    for path in database.parent.glob("sekisho.db*"):
        path.unlink()
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = database.read_bytes()
    assert town.say("custodian", "status").code == 6
    assert database.read_bytes() == before


def test_a_truncated_database_is_reported_and_kept(town: Town) -> None:
    seal_copies(town, "USB-1")
    database = town.root / "office" / "sekisho.db"
    data = database.read_bytes()
    database.write_bytes(data[: len(data) // 2])
    said = town.say("custodian", "status")
    assert said.code == 6
    assert "damaged" in said.err
    assert "Traceback" not in said.err


def test_an_older_database_is_noticed(town: Town) -> None:
    office = town.root / "office"
    shutil.copytree(office, town.root / "backup")
    seal_copies(town, "USB-1")
    for path in office.glob("sekisho.db*"):
        path.unlink()
    for path in (town.root / "backup").glob("sekisho.db*"):
        shutil.copy(path, office)
    said = town.say("custodian", "status")
    assert said.code == 5
    assert "fork" in said.err


def test_a_missing_index_of_people_is_told_and_the_loss_still_recorded(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    for path in (town.root / "office" / "people").glob("*.age"):
        if path.name != "population.age":
            path.unlink()
    assert town.say("lost", slip, "--key", town.key("security")).code == 7
    assert town.json("inspect", "--slip", slip)["state"] == "lost"


@pytest.mark.parametrize("name", ["office.toml", "keys/ledger.key", "keys/vault.key"])
def test_damaged_keys_and_settings_are_named(town: Town, name: str) -> None:
    (town.root / "office" / name).write_bytes(b"\xff\xfe")
    said = town.say("custodian", "status")
    assert said.code == 6
    assert Path(name).name in said.err


def test_a_disk_that_is_full_leaves_no_half_capsule(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sekisho.capsule.sealing._Hashing.write", full)
    with pytest.raises(AssertionError, match="failed"):
        seal_copies(town, "USB-1")
    assert list((town.root / "USB-1").iterdir()) == []

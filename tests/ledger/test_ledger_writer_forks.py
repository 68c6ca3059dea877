"""A ledger that does not go on from its anchor is refused, and still read."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ledger_office import EVENING, KEY, Office

from sekisho.clock import ManualClock
from sekisho.errors import LedgerBroken, MediumError, NoKey, Refused
from sekisho.ledger import store
from sekisho.ledger.checkpoint import TreeHead
from sekisho.ledger.reader import Reader


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def restore(office: Office, backup: Path) -> None:
    for path in office.root.glob("sekisho.db*"):
        path.unlink()
    shutil.copy(backup, office.database)


def test_a_restored_older_database_is_refused_with_exit_code_5(office: Office, tmp_path: Path) -> None:
    office.fill(2)
    shutil.copy(office.database, tmp_path / "backup")
    office.fill(1)
    restore(office, tmp_path / "backup")
    with pytest.raises(LedgerBroken) as refused, office.opened():
        pass
    assert (refused.value.key, refused.value.exit_code) == ("ledger.forked", 5)
    with contextlib.closing(office.connect()) as connection:
        reader = Reader(connection, key=KEY)
        assert (len(list(reader.entries())), reader.checkpoint().size) == (2, 2)


def test_another_history_of_the_same_length_is_refused(office: Office, tmp_path: Path) -> None:
    office.fill(2)
    (tmp_path / "copy").mkdir()
    twin = Office(tmp_path / "copy", ManualClock(EVENING + timedelta(hours=1)))
    shutil.copy(office.database, twin.database)
    shutil.copy(office.anchor, twin.anchor)
    twin.fill(2)
    office.fill(1)
    restore(office, twin.database)
    with pytest.raises(LedgerBroken, match="forked"), office.opened():
        pass


def test_a_database_swapped_under_an_open_ledger_is_not_written(office: Office, tmp_path: Path) -> None:
    office.fill(2)
    shutil.copy(office.database, tmp_path / "backup")
    office.fill(1)
    restore(office, tmp_path / "backup")
    office.anchor.rename(tmp_path / "anchor")
    office.anchor.write_text(_head(tmp_path, 2).text(), encoding="utf-8")
    with office.opened() as ledger:
        (tmp_path / "anchor").replace(office.anchor)
        with pytest.raises(LedgerBroken, match="forked"), ledger.transaction() as tx:
            tx.append("copy.sealed")
        assert store.load_tree(ledger.connection).size == 2


def _head(folder: Path, size: int) -> TreeHead:
    with contextlib.closing(sqlite3.connect(folder / "backup")) as connection:
        return Reader(connection, key=KEY).checkpoint(size).head


@pytest.mark.parametrize(
    ("damage", "key"),
    [
        (Path.unlink, "ledger.anchor_missing"),
        (lambda path: path.write_bytes(b"gone"), "ledger.anchor_damaged"),
        (lambda path: path.write_text(path.read_text().replace("city", "town")), "ledger.other_origin"),
    ],
)
def test_without_its_anchor_a_ledger_is_not_written(office: Office, damage: Callable[[Path], object], key: str) -> None:
    office.fill(1)
    damage(office.anchor)
    with pytest.raises(LedgerBroken) as refused, office.opened():
        pass
    assert refused.value.key == key


def test_an_anchor_without_a_database_is_a_fork(office: Office) -> None:
    office.fill(1)
    for path in office.root.glob("sekisho.db*"):
        path.unlink()
    with pytest.raises(LedgerBroken, match="forked"), office.opened():
        pass


def test_another_key_does_not_go_on(office: Office) -> None:
    office.fill(1)
    with contextlib.closing(office.connect()) as connection, pytest.raises(NoKey):
        office.ledger(connection, signer=Ed25519PrivateKey.generate())


def test_a_connection_that_may_lose_a_commit_is_refused(office: Office) -> None:
    office.fill(1)
    with contextlib.closing(office.connect()) as connection:
        connection.execute("PRAGMA synchronous = NORMAL")
        with pytest.raises(Refused):
            office.ledger(connection)


def test_a_setting_weakened_later_is_noticed(office: Office) -> None:
    with office.opened() as ledger:
        ledger.connection.execute("PRAGMA synchronous = NORMAL")
        with pytest.raises(Refused), ledger.transaction() as tx:
            tx.append("copy.sealed")
        assert store.load_tree(ledger.connection).size == 0


def test_an_anchor_that_cannot_move_leaves_the_entry_and_signs_it_later(office: Office) -> None:
    office.fill(1)
    aside = office.anchor.with_name("aside")
    with office.opened() as ledger:
        with pytest.raises(MediumError), ledger.transaction() as tx:
            tx.append("copy.sealed")
            office.anchor.rename(aside)
            office.anchor.mkdir()
        assert ledger.checkpoint().size == 1
    office.anchor.rmdir()
    aside.rename(office.anchor)
    with office.opened() as ledger:
        assert ledger.checkpoint().size == 2


def test_an_anchor_moved_by_another_is_noticed_before_signing(office: Office) -> None:
    office.fill(2)
    with office.opened() as ledger:
        earlier = ledger.checkpoint(1).head.text()
        with pytest.raises(LedgerBroken, match="changed"), ledger.transaction() as tx:
            tx.append("copy.sealed")
            office.anchor.write_text(earlier, encoding="utf-8")
        assert ledger.checkpoint().size == 2

"""An erased value is in no file of the database, opens with no key that is left, and its entry is proven as before."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex

import pytest
from custodian_office import Office

from database_servers import fresh_postgresql, postgresql
from sekisho.custodian.shredding import Shredding
from sekisho.errors import MediumError, NotFound, Unreadable
from sekisho.ledger import personal
from sekisho.ledger.commitment import commit
from sekisho.ledger.personal import Detail
from sekisho.ledger.proof import Proof
from sekisho.ledger.record_keys import RecordKeys

NAME, OTHER = "尼崎 太郎 (carrier)", "武庫 花子 (recipient)"


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgresql(durable=True) as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    if request.param == "postgresql":
        folder = request.getfixturevalue("server")
        (tmp_path / "server").write_text(fresh_postgresql(folder, token_hex(8)))
    with closing(Office(tmp_path)) as made:
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as made:
        yield made


def keys_of(office: Office) -> RecordKeys:
    assert office.ledger.records is not None
    return office.ledger.records


def shredding(office: Office) -> Shredding:
    return Shredding(office.connection, office.ledger, keys_of(office))


def handed_over(office: Office) -> int:
    with office.ledger.transaction() as tx:
        return tx.append("copy.handed_over", details={"giver": OTHER, "receiver": NAME})


def erase(office: Office, index: int, field: str = "receiver") -> None:
    with office.ledger.transaction() as tx:
        tx.erase(index, field, reason="request", law="appi-22")


def files(office: Office) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(office.root.rglob("*")) if path.is_file())


def test_values_are_told_with_their_salts(office: Office) -> None:
    index = handed_over(office)
    entry = next(office.ledger.entries(index))
    assert office.ledger.details(index) == {"giver": OTHER, "receiver": NAME}
    for detail in office.ledger.disclosed(index):
        assert commit(field=detail.field, salt=detail.salt, value=detail.value) == entry.commitments[detail.field]


def test_an_erased_value_is_gone_and_its_entry_is_proven_as_before(office: Office) -> None:
    index = handed_over(office)
    before = office.ledger.checkpoint()
    erase(office, index)
    assert shredding(office).finish() == 1
    assert office.ledger.details(index) == {"giver": OTHER}
    Proof.parse(office.ledger.proof(index)).must_lead(
        entry=next(office.ledger.entries(index)).body(), to=office.ledger.checkpoint()
    )
    assert office.ledger.consistency(before)
    (leaf,) = [entry for entry in office.ledger.entries() if entry.type == "records.shredded"]
    assert dict(leaf.fields) == {"values": 1, "generation": 2}
    with pytest.raises(NotFound):
        erase(office, index)


def test_no_value_ever_stands_in_the_files_of_sqlite(alone: Office) -> None:
    index = handed_over(alone)
    assert NAME.encode() not in files(alone)
    (key, value) = alone.connection.execute("SELECT key, value FROM secret WHERE field = 'receiver'").fetchone()
    record_key = keys_of(alone).get(1)
    assert record_key is not None
    assert all(each in files(alone) for each in (key, value, record_key))
    erase(alone, index)
    shredding(alone).finish()
    assert not [each for each in (key, value, record_key) if each in files(alone)]


def test_what_postgresql_keeps_in_its_log_opens_with_no_key_that_is_left(server: Path, tmp_path: Path) -> None:
    (tmp_path / "server").write_text(fresh_postgresql(server, token_hex(8)))
    with closing(Office(tmp_path)) as office:
        index = handed_over(office)
        select = "SELECT key, value FROM secret WHERE field = 'receiver'"
        key, value = map(bytes, office.connection.execute(select).fetchone())
        data = [path for path in server.rglob("*") if path.is_file() and "base" in path.parts]
        assert data
        erase(office, index)
        shredding(office).finish()
        office.connection.execute("CHECKPOINT")
        kept = [path for path in server.rglob("*") if path.is_file() and value in path.read_bytes()]
        assert {path.parent.name for path in kept} <= {"pg_wal"}
        newest = keys_of(office).get(personal.generation(office.connection))
        assert newest is not None
        with pytest.raises(Unreadable):
            personal._opened(newest, index, "receiver", key, value)
        assert [path.name for path in sorted((office.root / "records").iterdir())] == ["000002.key"]


def test_the_values_that_stay_are_read_under_the_next_key(office: Office) -> None:
    kept = [handed_over(office) for _ in range(3)]
    gone = handed_over(office)
    erase(office, gone)
    shredding(office).finish()
    office.close()
    again = Office(office.root)
    assert all(again.ledger.details(index) == {"giver": OTHER, "receiver": NAME} for index in kept)
    again.close()


def test_what_a_kill_leaves_half_done_is_finished_by_the_next_start(
    alone: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the steps fails once; whatever was done by then, the next call ends with the value gone and one leaf."""
    for step in ("renew", "leave_behind"):
        index = handed_over(alone)
        erase(alone, index)
        with monkeypatch.context() as patch:
            patch.setattr(personal, step, _fails)
            with pytest.raises(MediumError):
                shredding(alone).finish()
        assert alone.ledger.details(index) == {"giver": OTHER}
        assert shredding(alone).finish() == 1
        assert shredding(alone).finish() == 0
    assert len(list((alone.root / "records").iterdir())) == 1


def test_a_key_that_was_not_destroyed_is_destroyed_by_the_next_call(
    alone: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(alone, handed_over(alone))
    with monkeypatch.context() as patch:
        patch.setattr(RecordKeys, "destroy_all_but", _fails)
        with pytest.raises(MediumError):
            shredding(alone).finish()
    assert len(list((alone.root / "records").iterdir())) == 2
    assert not [entry for entry in alone.ledger.entries() if entry.type == "records.shredded"]
    shredding(alone).finish()
    assert [path.name for path in (alone.root / "records").iterdir()] == ["000002.key"]


def test_another_program_reads_under_the_next_key_at_once(alone: Office) -> None:
    kept, gone = handed_over(alone), handed_over(alone)
    with closing(Office(alone.root)) as other:
        assert other.ledger.details(kept)
        erase(alone, gone)
        shredding(alone).finish()
        assert other.ledger.details(kept) == {"giver": OTHER, "receiver": NAME}


def test_a_value_waits_for_the_disk_no_more_than_its_entry_does(alone: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record key was made durable with the first value; the next one needs its commit alone."""
    handed_over(alone)
    waits: list[int] = []
    monkeypatch.setattr(os, "fsync", waits.append)
    with alone.ledger.transaction(publish=False) as tx:
        tx.append("copy.handed_over", details={"giver": OTHER, "receiver": NAME})
    assert waits == []


def test_a_key_that_was_made_for_nothing_is_not_taken_for_the_one_that_another_program_made(tmp_path: Path) -> None:
    """The first program's transaction failed, the second destroyed what belonged to no generation and made its own."""
    first, second = RecordKeys(tmp_path), RecordKeys(tmp_path)
    second.make(1)
    first.make(2)
    second.destroy_all_but(1)
    assert second.make(2) == second.get(2) == first.get(2)
    assert first.make(2) == second.get(2)


def test_without_the_key_there_are_no_values_and_the_ledger_goes_on(alone: Office) -> None:
    index = handed_over(alone)
    alone.close()
    (alone.root / "records" / "000001.key").unlink()
    with closing(Office(alone.root)) as restored:
        assert restored.ledger.details(index) == {}


def test_a_key_that_comes_back_late_serves_again_and_is_left_behind_in_its_turn(alone: Office) -> None:
    index = handed_over(alone)
    alone.close()
    key = alone.root / "records" / "000001.key"
    saved = key.read_bytes()
    key.unlink()
    with closing(Office(alone.root)) as restored:
        newer = handed_over(restored)
        key.write_bytes(saved)
        assert restored.ledger.details(index) == {"giver": OTHER, "receiver": NAME}
        erase(restored, newer)
        shredding(restored).finish()
        assert restored.ledger.details(index) == {"giver": OTHER, "receiver": NAME}
        assert [path.name for path in (alone.root / "records").iterdir()] == ["000003.key"]


def test_a_value_moved_to_another_entry_is_not_believed(alone: Office) -> None:
    first, second = handed_over(alone), handed_over(alone)
    erase(alone, second)
    alone.connection.execute("UPDATE secret SET idx = ? WHERE idx = ? AND field = 'receiver'", (second, first))
    with pytest.raises(Unreadable):
        alone.ledger.details(second)


def test_what_an_older_sekisho_kept_in_plain_is_encrypted_and_leaves_the_files(alone: Office) -> None:
    index = handed_over(alone)
    salt = alone.ledger.disclosed(index)[1].salt
    alone.connection.execute("DELETE FROM secret WHERE field = 'receiver'")
    alone.connection.execute(
        "INSERT INTO detail (idx, field, salt, value) VALUES (?, 'receiver', ?, ?)", (index, salt, NAME)
    )
    alone.close()
    assert NAME.encode() in files(alone)
    with closing(Office(alone.root)) as newer:
        assert newer.ledger.disclosed(index)[1] == Detail(field="receiver", salt=salt, value=NAME)
        shredding(newer).finish()
        assert newer.ledger.details(index) == {"giver": OTHER, "receiver": NAME}
        assert NAME.encode() not in files(newer)


def test_what_is_no_key_is_said_to_be_none(alone: Office) -> None:
    index = handed_over(alone)
    alone.close()
    (alone.root / "records" / "000001.key").write_bytes(b"short")
    with closing(Office(alone.root)) as damaged, pytest.raises(Unreadable, match="000001"):
        damaged.ledger.details(index)


def test_the_repr_of_a_value_does_not_tell_it() -> None:
    assert NAME not in repr(Detail(field="receiver", salt=bytes(32), value=NAME))


def test_a_reader_that_holds_the_log_holds_up_the_last_leaf_only(alone: Office) -> None:
    erase(alone, handed_over(alone))
    with closing(sqlite3.connect(alone.home.database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchone()
        alone.connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(sqlite3.OperationalError):
            shredding(alone).finish()
        assert [path.name for path in (alone.root / "records").iterdir()] == ["000002.key"]
    assert shredding(alone).finish() == 1


def _fails(*_: object, **__: object) -> None:
    raise MediumError("ledger.record_key_disk", path="records")

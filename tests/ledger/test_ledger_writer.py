"""One commit for a change and its leaf, one root for a size, one direction for time."""

import contextlib
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_office import EVENING, Office

from sekisho.clock import ManualClock
from sekisho.errors import Busy, Misuse, NotFound
from sekisho.ledger.anchor import exclusive
from sekisho.ledger.commitment import commit
from sekisho.sql import Connection


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def tickets(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM ticket")]


def test_a_new_ledger_signs_that_it_is_empty(office: Office) -> None:
    with office.opened() as ledger:
        assert ledger.checkpoint().size == 0
        assert office.anchor.read_text(encoding="utf-8") == ledger.checkpoint().head.text()


def test_a_change_and_its_leaf_are_one_commit(office: Office) -> None:
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            tx.connection.execute("INSERT INTO ticket VALUES ('T-1')")
            assert tx.append("ticket.made", copy="C-1") == 0
            assert tx.append("ticket.held", copy="C-1") == 1
        assert tickets(ledger.connection) == ["T-1"]
        assert [each.type for each in ledger.entries()] == ["ticket.made", "ticket.held"]
        assert ledger.checkpoint().size == 2


def test_neither_stays_when_the_block_fails(office: Office) -> None:
    with office.opened() as ledger:
        with pytest.raises(KeyError), ledger.transaction() as tx:
            tx.connection.execute("INSERT INTO ticket VALUES ('T-1')")
            tx.append("ticket.made", copy="C-1", details={"carrier": "尼崎 太郎"})
            raise KeyError
        assert (tickets(ledger.connection), list(ledger.entries()), ledger.details(0)) == ([], [], {})
        assert ledger.checkpoint().size == 0


def test_what_cannot_stand_in_a_leaf_is_told_without_saying_it(office: Office) -> None:
    with office.opened() as ledger:
        for details in ({"carrier": "尼崎\ud800"}, {"担当": "尼崎"}, {"a\0": "尼崎"}):
            with pytest.raises(Misuse) as refused, ledger.transaction() as tx:
                tx.append("ticket.made", details=details)
            assert "尼崎" not in repr(refused.value)
            assert refused.value.__cause__ is None
            assert refused.value.__suppress_context__
        assert ledger.checkpoint().size == 0


def test_a_detail_fits_its_commitment(office: Office) -> None:
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            tx.append("copy.sealed", details={"carrier": "尼崎 太郎", "phone": "06-0000-0000"})
        (entry,) = ledger.entries()
        for each in ledger.disclosed(0):
            assert entry.commitments[each.field] == commit(field=each.field, salt=each.salt, value=each.value)
        assert ledger.details(0) == {"carrier": "尼崎 太郎", "phone": "06-0000-0000"}


def test_an_erased_detail_is_in_no_file_and_every_proof_holds(office: Office) -> None:
    office.fill(2)
    with office.opened() as ledger:
        before = next(ledger.entries(1)).body()
        with ledger.transaction() as tx:
            assert tx.erase(1, "carrier", reason="request", law="appi-35") == 2
            tx.erase(0, "carrier", reason="request", law="appi-35")
        ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files = [path.read_bytes() for path in office.root.rglob("*") if path.is_file()]
        assert not any("尼崎".encode() in content for content in files)
        assert ledger.details(1) == {}
        assert next(ledger.entries(1)).body() == before
        assert dict(next(ledger.entries(2)).fields) == {
            "idx": 1, "field": "carrier", "reason": "request", "law": "appi-35"
        }  # fmt: skip
        assert len([ledger.proof(index) for index in range(4)]) == 4


def test_nothing_is_erased_twice(office: Office) -> None:
    office.fill(1)
    with office.opened() as ledger:
        for index, field in ((0, "phone"), (1, "carrier")):
            with pytest.raises(NotFound), ledger.transaction() as tx:
                tx.erase(index, field, reason="request", law="appi-35")
        assert ledger.checkpoint().size == 1


def test_a_clock_set_back_prolongs_nothing(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        for step in (0, 60, -3600, 30, 7200):
            clock.advance(timedelta(seconds=step))
            with ledger.transaction() as tx:
                assert tx.at == ledger.time()
                tx.append("clock.read")
        times = [(each.at - EVENING).total_seconds() for each in ledger.entries()]
        assert times == [0, 60, 60, 60, 3690]


def test_the_time_of_a_transaction_stands_still(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        with ledger.transaction() as tx:
            tx.append("clock.read")
            clock.advance(timedelta(hours=1))
            tx.append("clock.read")
        assert [each.at for each in ledger.entries()] == [EVENING, EVENING]


def test_a_transaction_in_a_transaction_is_refused(office: Office) -> None:
    with office.opened() as ledger, ledger.transaction(), pytest.raises(RuntimeError):
        ledger.transaction().__enter__()


def test_a_block_that_commits_by_itself_is_told(office: Office) -> None:
    with office.opened() as ledger:
        with pytest.raises(sqlite3.OperationalError), ledger.transaction() as tx:
            tx.append("copy.sealed")
            tx.connection.execute("COMMIT")
        with pytest.raises(RuntimeError):
            tx.append("copy.sealed")
        with ledger.transaction():
            pass
        assert ledger.checkpoint().size == 1


def test_another_writer_is_waited_for_and_then_named(office: Office) -> None:
    with contextlib.closing(office.connect()) as connection:
        ledger = office.ledger(connection, patience=0)
        with exclusive(office.root / "lock"), pytest.raises(Busy), ledger.transaction():
            pass
        with ledger.transaction() as tx:
            tx.append("copy.sealed")
        assert ledger.checkpoint().size == 1


def test_a_writer_beside_the_ledger_is_noticed_before_the_block_runs(office: Office) -> None:
    with office.opened() as ledger, contextlib.closing(office.connect()) as other:
        ledger.connection.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"), ledger.transaction():
            pytest.fail("the block ran without the write lock")


@settings(max_examples=15, deadline=None)
@given(nights=st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=1, max_size=4))
def test_every_signed_root_stays_a_beginning(tmp_path_factory: pytest.TempPathFactory, nights: list[list[int]]) -> None:
    office = Office(tmp_path_factory.mktemp("office"))
    signed: dict[int, str] = {}
    for night in nights:
        with office.opened() as ledger:
            for batch in night:
                with ledger.transaction() as tx:
                    for number in range(batch):
                        tx.append("copy.sealed", copy=f"C-{number}")
                note = ledger.checkpoint().note
                assert signed.setdefault(ledger.checkpoint().size, note) == note
    with office.opened() as ledger:
        kept = {each.size: each for each in ledger.checkpoints()}
        assert signed.items() <= {size: each.note for size, each in kept.items()}.items()
        assert all(ledger.consistency(each) is not None for size, each in kept.items() if size)
        assert ledger.checkpoint().size == sum(map(sum, nights))


def test_two_processes_write_one_ledger(office: Office) -> None:
    office.fill(1)
    command = [sys.executable, str(Path(__file__).with_name("ledger_worker.py")), "append", str(office.root), "25"]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    acknowledged = [line.split() for worker in workers for line in worker.communicate()[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(int(index) for index, _, _ in acknowledged) == list(range(1, 51))
    with office.opened() as ledger:
        notes = {str(each.size): each for each in ledger.checkpoints()}
        assert all(notes[size].root.hex() == root for _, size, root in acknowledged)
        assert all(ledger.consistency(each) is not None for each in notes.values() if each.size)
        assert len(tickets(ledger.connection)) == 50

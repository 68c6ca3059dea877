"""The custodian on a PostgreSQL server: the same releases, destructions and races as on the file, and what only a server has."""

import itertools
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, ClassVar

import psycopg
import pytest
from custodian_office import FIRST, SECOND, holding, opened
from hypothesis import settings
from test_custodian_machine import Custody

from database_servers import fresh_postgresql, postgresql
from sekisho.custodian import tickets
from sekisho.errors import Busy, LedgerBroken, Missing, Refused, SekishoError
from sekisho.ledger import store as ledger_store
from sekisho.ledger.lease import LEASE_SECONDS
from sekisho.ledger.sequencer import Sequencer
from sekisho.ledger.writer import Ledger, Transaction
from sekisho.store import postgresql as postgresql_store
from sekisho.store.postgresql import PostgresqlConnection, create_postgresql, open_postgresql


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[Path]:
    with postgresql(durable=True) as folder:
        CustodyOnAServer.server = folder
        yield folder


@pytest.fixture
def root(server: Path, tmp_path: Path) -> Path:
    """An office's folder whose database is on the server."""
    return on_server(server, tmp_path / "office")


def on_server(server: Path, root: Path) -> Path:
    root.mkdir(exist_ok=True)
    (root / "server").write_text(fresh_postgresql(server, token_hex(8)))
    return root


def address(root: Path) -> str:
    return (root / "server").read_text()


def on_disk(server: Path, secret: bytes) -> bool:
    return bool(holding(server / "data", secret))


def test_a_copy_lives_is_opened_suspended_lifted_and_destroyed(root: Path, server: Path) -> None:
    with opened(root) as office:
        live, kept = office.live(), office.live()
        assert office.open(live) == live.share
        office.suspend(live.cid)
        with pytest.raises(Refused):
            office.open(live, nonce=1)
        office.lift(live.cid, FIRST, SECOND)
        assert office.open(live, nonce=2) == live.share
        assert office.destroy(live.cid) == [live.cid]
        with pytest.raises(Refused):
            office.open(live, nonce=3)
        office.verify()
    with opened(root) as office:
        assert (office.state(live), office.open(kept)) == ("destroyed", kept.share)
    assert not on_disk(server, live.share)
    assert not on_disk(server, kept.share)


def test_what_the_disk_keeps_of_a_destroyed_share_opens_under_no_key_that_is_left(root: Path, server: Path) -> None:
    with opened(root) as office:
        live, kept = office.live(), office.live()
        wrapped, epoch = (each for each in tickets.wrapped_shares(office.connection)), 1
        blob = next(blob for tid, _, blob in wrapped if tid == live.tid)
        office.destroy(live.cid)
        assert on_disk(server, blob), "PostgreSQL's log keeps it; if it no longer does, the how-to may promise more"
        with pytest.raises(Missing):
            office.kek.unwrap(epoch, blob, live.tid)
        with pytest.raises(SekishoError):
            office.kek.unwrap(2, blob, live.tid)
        assert office.open(kept) == kept.share


def test_two_who_race_for_the_one_opening_get_one(root: Path) -> None:
    with opened(root) as office:
        live = office.live(max_opens=1)
        requests = [office.request(live, nonce=nonce) for nonce in range(2)]
        for request in requests:
            office.approve(request, FIRST, SECOND)
    start, given = threading.Barrier(2), list[bytes | str]()

    def give(number: int) -> None:
        with opened(root) as office:
            start.wait()
            try:
                given.append(office.give(office.releases.get(number)).share())
            except Refused as refused:
                given.append(refused.key)

    racing = [threading.Thread(target=give, args=(request.id,)) for request in requests]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    assert sorted(given, key=str) == sorted([live.share, "custodian.opened_out"], key=str)


class Died(BaseException):
    """Ends a deed as a kill does: nothing of ours catches it, and the server rolls back."""


def test_a_destruction_that_dies_before_any_statement_that_changes_something_is_finished_at_the_next_start(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = PostgresqlConnection.execute
    with opened(root) as office:
        kept = office.live()
    for dies_at in itertools.count(1):
        with opened(root) as office:
            live = office.live()
        countdown = itertools.count(1)

        def dying(
            self: PostgresqlConnection, sql: str, parameters: Sequence[Any] = (), /,
            countdown: Iterator[int] = countdown, dies_at: int = dies_at,
        ) -> Any:  # fmt: skip
            if not sql.startswith("SELECT") and next(countdown) == dies_at:
                self.close()
                raise Died
            return execute(self, sql, parameters)

        with opened(root) as office, monkeypatch.context() as patch:
            patch.setattr(PostgresqlConnection, "execute", dying)
            with suppress(Died):
                office.destroy(live.cid)
            steps = next(countdown) - 1
        with opened(root) as office:
            office.destruction.finish()
            destroyed = office.state(live) == "destroyed"
            assert bool(office.leaves("ticket.destroyed", live.cid)) == destroyed
            assert not office.destruction.unfinished()
        if steps < dies_at:
            assert destroyed
            break
    assert dies_at > 12
    with opened(root) as office:
        assert office.open(kept) == kept.share
        office.verify()


def test_another_writer_is_waited_for_and_not_for_ever(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_store, "_PATIENCE_SECONDS", 1)
    with opened(root) as office, psycopg.connect(address(root)) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({postgresql_store._LOCK})".encode())
        with pytest.raises(Busy):
            office.issue()
        other.rollback()
        assert office.state(office.issue()) == "issued"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = body",
        "DELETE FROM entry WHERE idx = 0",
        "INSERT INTO entry (idx, leaf, body) SELECT 9999, leaf, body FROM entry WHERE idx = 0",
        "UPDATE checkpoint SET note = 'x'",
        "DELETE FROM checkpoint",
        "INSERT INTO checkpoint SELECT * FROM checkpoint",
    ],
)
def test_the_server_guards_entries_and_checkpoints(root: Path, statement: str) -> None:
    with opened(root) as office:
        office.live()
        with pytest.raises(psycopg.Error):
            office.connection.execute(statement)
        office.verify()


def test_the_end_of_a_failed_transaction_is_no_commit(root: Path) -> None:
    with opened(root) as office:
        office.connection.execute("BEGIN IMMEDIATE")
        office.connection.execute("INSERT INTO epoch (number) VALUES (?)", (77,))
        with pytest.raises(psycopg.Error):
            office.connection.execute("SELECT nothing")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            office.connection.execute("COMMIT")
        assert not office.connection.in_transaction
        assert office.connection.execute("SELECT count(*) FROM epoch").fetchone() == (0,)


def test_numbers_that_a_migration_copied_are_not_drawn_again(server: Path) -> None:
    first = "CREATE TABLE a (id INTEGER PRIMARY KEY, b BLOB) STRICT;"
    second = """CREATE TABLE c (id INTEGER PRIMARY KEY, b BLOB) STRICT;
        INSERT INTO c (id, b) SELECT id, b FROM a; DROP TABLE a; ALTER TABLE c RENAME TO a;"""
    where = fresh_postgresql(server, token_hex(8))
    connection = create_postgresql(where, [first])
    for _ in range(3):
        connection.execute("INSERT INTO a (b) VALUES (?)", (b"x",))
    connection.close()
    connection = open_postgresql(where, [first, second])
    assert connection.execute("INSERT INTO a (b) VALUES (?) RETURNING id", (b"y",)).fetchone() == (4,)
    connection.close()
    with pytest.raises(SekishoError):
        open_postgresql(where, [first])


def test_a_database_that_is_not_ours_is_told(server: Path) -> None:
    with pytest.raises(SekishoError) as caught:
        open_postgresql(fresh_postgresql(server, token_hex(8)), [])
    assert caught.value.key == "store.foreign_database"


def test_a_server_whose_commits_may_be_lost_takes_no_entry(root: Path) -> None:
    with opened(root) as office:
        office.connection.execute("SET synchronous_commit = off")
        with pytest.raises(Refused) as caught:
            ledger_store.demand_settings(office.connection)
        assert caught.value.values["setting"] == "synchronous_commit"
        with pytest.raises(Refused):
            office.issue()


class CustodyOnAServer(Custody):
    """The model of what an office does, held to one on a server."""

    server: ClassVar[Path]

    def make_root(self) -> Path:
        return on_server(self.server, super().make_root())


TestCustodyOnAServer = CustodyOnAServer.TestCase
TestCustodyOnAServer.settings = settings(max_examples=2, stateful_step_count=20, deadline=None)


def elsewhere(root: Path, copy: Path) -> Path:
    """Copy an office's folder as to another machine, with everything in it."""
    shutil.copytree(root, copy)
    return copy


def pass_time(root: Path, seconds: int) -> None:
    with psycopg.connect(address(root)) as connection:
        connection.execute("UPDATE writer SET until = until - %s", (seconds,))


def test_two_folders_do_not_write_one_database(root: Path, tmp_path: Path) -> None:
    with opened(root) as office:
        office.live()
        copy = elsewhere(root, tmp_path / "copy")
        with pytest.raises(Busy) as caught, opened(copy):
            pass
        assert caught.value.key == "ledger.other_writer"
        with opened(root) as beside:
            beside.live()
        office.live()


def test_who_lost_the_database_to_another_writes_and_signs_nothing_more(root: Path, tmp_path: Path) -> None:
    with opened(root) as first:
        first.live()
        copy = elsewhere(root, tmp_path / "copy")
        pass_time(root, LEASE_SECONDS + 1)
        with opened(copy) as second:
            second.live()
            signed = second.ledger.signed_sizes()
            with pytest.raises(Busy):
                first.live()
        pass_time(root, LEASE_SECONDS + 1)
        with pytest.raises(Busy):
            first.live()
        assert first.ledger.signed_sizes() == signed
    with opened(root) as again:
        again.live()
        again.verify()


def test_a_database_restored_under_an_office_is_refused(root: Path) -> None:
    with opened(root) as office:
        office.live()
        size = office.ledger.checkpoint().size
        office.live()
    with psycopg.connect(address(root)) as connection:
        connection.execute(
            "SET session_replication_role = replica"
        )  # as a restore of an older backup leaves the tables
        for table in ("checkpoint WHERE size", "entry WHERE idx + 1"):
            connection.execute(f"DELETE FROM {table} > {size}".encode())
        connection.execute("DELETE FROM secret WHERE idx >= %s", (size,))
        connection.execute("UPDATE head SET size = %s", (size,))
    with pytest.raises(LedgerBroken) as caught, opened(root):
        pass
    assert (caught.value.key, caught.value.exit_code) == ("ledger.forked", 5)


def test_a_note_that_the_server_lost_is_signed_again_word_for_word(root: Path) -> None:
    with opened(root) as office:
        office.live()
        lost = office.ledger.checkpoint()
    with psycopg.connect(address(root)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM checkpoint WHERE size = %s", (lost.size,))
    with opened(root) as office:
        assert office.ledger.checkpoint().note == lost.note


def test_the_sequencer_writes_to_a_server(root: Path) -> None:
    with opened(root):
        pass

    @contextmanager
    def ledger() -> Iterator[Ledger]:
        with opened(root) as office:
            yield office.ledger

    def append(tx: Transaction) -> int:
        return tx.append("copy.sealed")

    def failing(tx: Transaction) -> int:
        tx.append("copy.sealed")
        tx.connection.execute("SELECT nothing")
        raise AssertionError

    def away(tx: Transaction) -> int:
        tx.connection.close()
        return tx.append("copy.sealed")

    with Sequencer(ledger) as writer:
        works = [append, failing, append, away, append]
        told = [writer.submit(work).exception() for work in works]
        assert [error is None for error in told] == [True, False, True, False, True]
        indices = [writer.submit(append, publish=False) for _ in range(5)]
        assert [each.result() for each in indices] == list(range(3, 8))
    with opened(root) as office:
        office.verify()
        assert office.ledger.checkpoint().size == 8

"""Many callers, one writer: a commit is shared, a failure is not, and what was told is durable."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ledger_office import EVENING, Office

from sekisho.clock import ManualClock
from sekisho.errors import Busy, LedgerBroken, MediumError, Refused, SekishoError
from sekisho.ledger import store
from sekisho.ledger.sequencer import Sequencer
from sekisho.ledger.writer import LONGEST_REST, Ledger, Transaction, Trust
from sekisho.store.database import translated


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@contextlib.contextmanager
def sequencer(office: Office, *, every: float = 3600, most: int = 256, most_waiting: int = 4096) -> Iterator[Sequencer]:
    made = Sequencer(
        office.opened, translated=lambda: translated(office.database), every=every, most=most, most_waiting=most_waiting
    )
    with made:
        yield made


@contextlib.contextmanager
def held(writer: Sequencer) -> Iterator[None]:
    """Keep the writer busy, so that what is handed in meanwhile is one batch."""
    busy, go = threading.Event(), threading.Event()

    def wait(_: Transaction) -> None:
        busy.set()
        assert go.wait(60)

    writer.submit(wait)
    assert busy.wait(60)
    try:
        yield
    finally:
        go.set()


def append(tx: Transaction) -> int:
    return tx.append("copy.sealed")


def with_row(number: int) -> Callable[[Transaction], int]:
    def work(tx: Transaction) -> int:
        tx.connection.execute("INSERT INTO ticket VALUES (?)", (f"T-{number}",))
        return tx.append("ticket.made", copy=f"C-{number}")

    return work


def rows(office: Office) -> list[str]:
    with contextlib.closing(office.connect()) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM ticket ORDER BY rowid")]


def signed(office: Office) -> list[int]:
    with contextlib.closing(office.connect()) as connection:
        return store.signed_sizes(connection)


def test_what_many_threads_hand_in_stands_in_the_ledger_once_each(office: Office) -> None:
    answers: list[int] = []

    def caller(number: int) -> None:
        answers.extend(writer.submit(with_row(8 * number + each)).result() for each in range(8))

    with sequencer(office) as writer:
        callers = [threading.Thread(target=caller, args=(number,)) for number in range(8)]
        for each in callers:
            each.start()
        for each in callers:
            each.join()
    assert sorted(answers) == list(range(64))
    assert sorted(rows(office)) == sorted(f"T-{number}" for number in range(64))
    with office.opened() as ledger:
        assert [entry.copy for entry in ledger.entries()] == [name.replace("T", "C") for name in rows(office)]


def test_what_waits_shares_one_commit_and_one_checkpoint(office: Office) -> None:
    with sequencer(office) as writer:
        with held(writer):
            futures = [writer.submit(append) for _ in range(20)]
        assert [future.result() for future in futures] == list(range(20))
        assert signed(office) == [0, 20]


def test_one_that_fails_spoils_itself_alone(office: Office) -> None:
    def failing(tx: Transaction) -> None:
        with_row(99)(tx)
        raise KeyError

    with sequencer(office) as writer:
        with held(writer):
            futures: list[Any] = [writer.submit(with_row(number)) for number in (1, 2)]
            futures.insert(1, writer.submit(failing))
        assert [future.exception() is None for future in futures] == [True, False, True]
        assert isinstance(futures[1].exception(), KeyError)
    assert rows(office) == ["T-1", "T-2"]
    with office.opened() as ledger:
        assert [entry.copy for entry in ledger.entries()] == ["C-1", "C-2"]


def test_a_future_is_told_only_what_another_connection_can_read(office: Office) -> None:
    with sequencer(office) as writer:
        for number in range(5):
            assert writer.submit(with_row(number), publish=bool(number % 2)).result() == number
            assert len(rows(office)) == number + 1


def test_a_commit_that_fails_is_told_to_all_of_its_batch_and_the_next_goes_on(office: Office) -> None:
    def full(tx: Transaction) -> None:
        tx.connection.execute("PRAGMA max_page_count = 1")
        tx.connection.execute("INSERT INTO ticket VALUES (?)", ("T" * 100_000,))

    def ending(tx: Transaction) -> None:
        tx.connection.execute("COMMIT")  # takes everybody's savepoint with it

    with sequencer(office) as writer:
        for spoiling, told in ((full, MediumError), (ending, SekishoError)):
            with held(writer):
                futures: list[Any] = [
                    writer.submit(append),
                    writer.submit(spoiling),
                    writer.submit(append),
                ]
            assert [isinstance(future.exception(), told) for future in futures] == [True] * 3
        with office.opened() as ledger:
            size = ledger.checkpoint().size
        assert writer.submit(append).result() == size


def test_a_checkpoint_that_cannot_be_made_is_told_and_made_later(office: Office) -> None:
    aside = office.root / "aside"
    with sequencer(office) as writer:
        writer.submit(append).result()
        office.anchor.rename(aside)
        office.anchor.mkdir()
        assert isinstance(writer.submit(append).exception(), MediumError)
        office.anchor.rmdir()
        aside.rename(office.anchor)
        writer.submit(append).result()
    with office.opened() as ledger:
        assert ledger.checkpoint().size == len(list(ledger.entries()))


def test_a_fork_is_told_to_whoever_waits(office: Office) -> None:
    with sequencer(office) as writer:
        writer.submit(append).result()
        text = office.anchor.read_text(encoding="utf-8")
        office.anchor.write_text(text.replace("\n1\n", "\n7\n"), encoding="utf-8")
        for _ in range(2):
            assert isinstance(writer.submit(append).exception(), LedgerBroken)
        office.anchor.write_text(text, encoding="utf-8")
        assert writer.submit(append).result() == 1


def test_what_may_wait_is_signed_when_the_time_has_come_and_at_the_end(office: Office) -> None:
    with sequencer(office) as writer:
        for _ in range(3):
            writer.submit(append, publish=False).result()
        assert signed(office) == [0]
        writer.submit(append).result()
        assert signed(office) == [0, 4]
        writer.submit(append, publish=False).result()
    assert signed(office) == [0, 4, 5]


def test_nobody_needs_to_write_for_what_waits_to_be_signed(office: Office) -> None:
    with sequencer(office, every=0.02) as writer:
        writer.submit(append, publish=False).result()
        while 1 not in signed(office):
            pass


def test_who_stops_something_shares_no_commit_with_who_trusts_the_clock(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with sequencer(Office(tmp_path, clock)) as writer:
        writer.submit(append).result()
        clock.advance(LONGEST_REST + timedelta(seconds=1))
        with held_stopping(writer):
            futures = [writer.submit(append), writer.submit(append, trust=Trust.STOPPING), writer.submit(append)]
        assert [type(future.exception()) for future in futures] == [Refused, type(None), Refused]


@contextlib.contextmanager
def held_stopping(writer: Sequencer) -> Iterator[None]:
    go = threading.Event()
    writer.submit(lambda _: go.wait(60), trust=Trust.STOPPING)
    yield
    go.set()


def test_more_than_may_wait_is_refused_and_not_done(office: Office) -> None:
    with sequencer(office, most_waiting=2) as writer, held(writer):
        writer.submit(append)
        writer.submit(append)
        with pytest.raises(Busy) as caught:
            writer.submit(append)
        assert caught.value.key == "ledger.queue_full"
    with office.opened() as ledger:
        assert ledger.checkpoint().size == 2


def test_what_was_handed_in_before_the_end_is_done_and_nothing_after(office: Office) -> None:
    with sequencer(office, most=3) as writer, held(writer):
        futures = [writer.submit(append) for _ in range(10)]
    assert [future.result(timeout=0) for future in futures] == list(range(10))
    with pytest.raises(Busy):
        writer.submit(append)


def test_who_has_gone_is_not_worked_for(office: Office) -> None:
    with sequencer(office) as writer, held(writer):
        futures = [writer.submit(append) for _ in range(2)]
        assert futures[0].cancel()
    assert futures[1].result() == 0


def test_a_ledger_that_cannot_be_opened_is_told_at_the_start(office: Office) -> None:
    office.fill(1)
    office.anchor.unlink()
    with pytest.raises(LedgerBroken), sequencer(office):
        pass


def test_other_programs_get_their_turn(office: Office) -> None:
    with sequencer(office) as writer:
        writer.submit(append).result()
        office.fill(3)
        assert writer.submit(append).result() == 4
        assert isinstance(writer, Sequencer)
    with office.opened() as ledger:
        assert isinstance(ledger, Ledger)
        assert ledger.checkpoint().size == 5

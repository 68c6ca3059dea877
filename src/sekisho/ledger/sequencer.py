"""One writer for many callers: what has come in since the last commit shares the next one, and the disk is waited for once.

A caller hands in what is to be done inside a transaction and gets a future, which is resolved after the commit, and after the
checkpoint where one of the batch asked for it. What fails for one undoes nothing of another. Where the commit or the checkpoint
fails, everybody of the batch is told so, and the ledger is opened anew before the next, which also signs what was left unsigned.

What need not be signed at once is under a checkpoint after ``every`` seconds, and when the sequencer is stopped.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import groupby
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from sekisho.batches import Batches, Full
from sekisho.errors import Busy, Refused
from sekisho.ledger.writer import Ledger, Transaction, Trust
from sekisho.sql import apart

T = TypeVar("T")

MOST_IN_A_COMMIT = 256
MOST_WAITING = 4096
CHECKPOINT_SECONDS = 10.0

Opened = Callable[[], AbstractContextManager[Ledger]]
Translated = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    work: Callable[[Transaction], T]
    trust: Trust
    publish: bool
    future: "Future[T]" = field(default_factory=Future)

    def run(self, tx: Transaction) -> "_Done":
        try:
            with apart(tx.connection):
                return _Done(self, value=self.work(tx))
        except Exception as error:
            if not tx.connection.in_transaction:
                raise  # it took everybody's work with it
            return _Done(self, error=error)


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a job; told when it is durable."""

    job: _Job[Any]
    value: object = None
    error: Exception | None = None

    def tell(self) -> None:
        if self.error is not None:
            self.job.future.set_exception(self.error)
        else:
            self.job.future.set_result(self.value)


class _Writer:
    """The ledger as the thread holds it: opened anew after what it cannot be trusted to have survived."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._held = ExitStack()
        self._ledger: Ledger | None = None

    def ledger(self) -> Ledger:
        if self._ledger is None:
            self._ledger = self._held.enter_context(self._opened())
        return self._ledger

    def close(self) -> None:
        self._ledger = None
        self._held.close()


class Sequencer:
    """Appends what many threads hand in, in one thread of its own."""

    def __init__(
        self,
        opened: Opened,
        *,
        translated: Translated = nullcontext,
        every: float = CHECKPOINT_SECONDS,
        seconds: Callable[[], float] = time.monotonic,
        most: int = MOST_IN_A_COMMIT,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        """Take how the ledger is opened, which happens in the thread.

        Args:
            opened: opens it, and closes it at the end.
            translated: turns what the database's driver raises into errors of ours.
            every: how many seconds an entry may stand under no checkpoint.
            seconds: a clock that only goes forward.
            most: how many works share a commit.
            most_waiting: how many may wait.
        """
        self._opened, self._translated = opened, translated
        self._every, self._seconds = every, seconds
        self._unsigned_since: float | None = None
        self._batches = Batches[_Writer, _Job[Any]](
            self._open, self._work, name="sequencer", most=most, most_waiting=most_waiting, idle=every
        )

    def start(self) -> None:
        """Open the ledger and begin; what opening it raises is raised here."""
        self._batches.start()

    def stop(self) -> None:
        """Commit and sign what has come in, close the ledger, and end."""
        self._batches.stop()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def submit(
        self, work: Callable[[Transaction], T], *, trust: Trust = Trust.CHECKED, publish: bool = True
    ) -> "Future[T]":
        """Hand in what is to be done inside a transaction; it runs in the sequencer's thread and is kept short.

        Args:
            work: what is to be done; what it returns or raises is what the future gives.
            trust: as of :meth:`Ledger.transaction`.
            publish: resolve the future only under a signed checkpoint; without, after the commit.

        Raises:
            Busy: too much waits, or the sequencer has been stopped; the work is not done.
        """
        job = _Job(work, trust, publish)
        try:
            self._batches.put(job)
        except Full:
            raise Busy("ledger.queue_full") from None
        return job.future

    @contextmanager
    def _open(self) -> Iterator[_Writer]:
        writer = _Writer(self._opened)
        try:
            with self._translated():
                writer.ledger()
            yield writer
            self._sign(writer)
        finally:
            writer.close()

    def _work(self, writer: _Writer, jobs: Sequence[_Job[Any]]) -> None:
        """Do a batch: those who trust the clock alike share a commit."""
        wanted = [job for job in jobs if job.future.set_running_or_notify_cancel()]
        for trust, alike in groupby(wanted, key=lambda job: job.trust):
            self._commit(writer, trust, list(alike))
        if self._is_due():
            self._sign(writer)

    def _commit(self, writer: _Writer, trust: Trust, jobs: Sequence[_Job[Any]]) -> None:
        publish = any(job.publish for job in jobs)
        try:
            with self._translated(), writer.ledger().transaction(trust, publish=publish) as tx:
                done = [job.run(tx) for job in jobs]
        except BaseException as error:  # noqa: BLE001 - told to everybody who waits for it
            _reset(writer, error)
            for job in jobs:
                job.future.set_exception(error)
            return
        if publish:
            self._unsigned_since = None
        elif self._unsigned_since is None:
            self._unsigned_since = self._seconds()
        for each in done:
            each.tell()

    def _is_due(self) -> bool:
        return self._unsigned_since is not None and self._seconds() - self._unsigned_since >= self._every

    def _sign(self, writer: _Writer) -> None:
        """Sign what is under no checkpoint yet; where that fails nobody waits for it, and the next time does it."""
        if self._unsigned_since is None:
            return
        try:
            with self._translated():
                writer.ledger().publish()
        except Exception as error:  # noqa: BLE001 - the entries are durable; the next opening signs them
            _reset(writer, error)
        else:
            self._unsigned_since = None


def _reset(writer: _Writer, error: BaseException) -> None:
    """Close what may be broken; what was only refused, or found locked, is not."""
    if not isinstance(error, Refused | Busy):
        with suppress(Exception):
            writer.close()

"""A thread of its own that owns something, and works off what is handed in, as much at a time as has come in since the last time.

So what belongs to one thread, such as a database's connection, serves many, and what costs the same for one as for a hundred, such
as waiting for a disk, is paid once for all who wait. Others who want what the thread holds while it works, a lock above all, look
for it every few milliseconds; so that none of them waits behind a flood, the thread leaves it alone for a moment four times a second.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

Owned = TypeVar("Owned")
Job = TypeVar("Job")

_BUSY_SECONDS = 0.25
_REST_SECONDS = 0.012


class Full(Exception):
    """More waits than is taken in, or the thread has been told to end."""


class Batches(Generic[Owned, Job]):
    """Hands what comes in to one function in one thread, in batches, in the order in which it came."""

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Owned]],
        work: Callable[[Owned, Sequence[Job]], object],
        *,
        name: str,
        most: int,
        most_waiting: int,
        idle: float | None = None,
    ) -> None:
        """Take what the thread will own and do.

        Args:
            opened: opens what it owns; called in the thread, which also closes it.
            work: does a batch; raises nothing, for that would end the thread.
            name: of the thread.
            most: how much is done at once.
            most_waiting: how much may wait.
            idle: after so many seconds without anything ``work`` is called with nothing.
        """
        self._opened = opened
        self._work = work
        self._most, self._most_waiting, self._idle = most, most_waiting, idle
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._ending = False
        self._is_open = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Open what the thread owns, and begin; what opening it raises is raised here."""
        self._thread.start()
        self._is_open.wait()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """Do what has come in, close what the thread owns, and end; what is handed in from now on is refused."""
        with self._gate:
            self._ending = True
            self._queue.put(None)
        self._thread.join()

    def put(self, job: Job) -> None:
        """Hand something in.

        Raises:
            Full: too much waits, or the thread is ending.
        """
        with self._gate:
            if self._ending or self._queue.qsize() >= self._most_waiting:
                raise Full
            self._queue.put(job)

    def _run(self) -> None:
        with contextlib.ExitStack() as held:
            try:
                owned = held.enter_context(self._opened())
            except BaseException as error:  # noqa: BLE001 - told to whoever started the thread
                self._failed = error
                return
            finally:
                self._is_open.set()
            self._serve(owned)

    def _serve(self, owned: Owned) -> None:
        rested, ends = time.monotonic(), False
        while not ends:
            jobs, ends = self._batch()
            if jobs or not ends:
                self._work(owned, jobs)
            if time.monotonic() - rested > _BUSY_SECONDS:
                time.sleep(_REST_SECONDS)
                rested = time.monotonic()

    def _batch(self) -> tuple[list[Job], bool]:
        """Return what has come in, after waiting for the first of it, and whether it is the last."""
        found: list[Job] = []
        with contextlib.suppress(queue.Empty):
            job = self._queue.get(timeout=self._idle)
            while job is not None:
                found.append(job)
                if len(found) == self._most:
                    return found, False
                job = self._queue.get_nowait()
            return found, True
        return found, False

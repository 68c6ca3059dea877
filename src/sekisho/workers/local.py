"""Processes of this machine, each with one unit at a time, so that whoever dies is known together with what killed it.

Processes and not threads: much of the work holds the interpreter's lock, and a process that memory runs out for takes
nobody with it. They are started fresh (spawn), because a fork of a process with threads, and Polars has threads, may
hang. Starting one costs about half a CPU second, so they start with the first unit that they are for.
"""

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Self, TypeVar

from sekisho.errors import SekishoError
from sekisho.workers.executor import IN_FLIGHT, answer, lost

U = TypeVar("U")
R = TypeVar("R")

_SPAWN = get_context("spawn")
_MOST_TRIES = 2


class LocalWorkers(contextlib.AbstractContextManager["LocalWorkers"]):
    """Does units in other processes of this machine."""

    same_folder = True

    def __init__(self, count: int | None = None) -> None:
        """Start nothing yet.

        Args:
            count: how many processes; as many as this one may use cores, if not given.
        """
        self._count = count or _cores()
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes, whatever they are at."""
        while self._workers:
            self._workers.pop().end()

    def map(self, do: Callable[[U], R], units: Iterable[U]) -> Iterator[R | SekishoError]:
        """See :class:`~sekisho.workers.executor.Executor`."""
        waiting = (_Task(place, do, unit) for place, unit in enumerate(units))
        busy: dict[Connection, tuple[_Worker, _Task]] = {}
        done: dict[int, Any] = {}
        given = 0
        try:
            while True:
                room = min(self._count - len(busy), IN_FLIGHT * self._count - len(done))
                idle = [worker for worker in self._workers if worker.connection not in busy]
                for task in islice(waiting, room):
                    self._give(task, idle.pop() if idle else self._started(), busy)
                if not busy:
                    return
                ready = wait(list(busy))
                for connection in [each for each in busy if each in ready]:
                    self._take(*busy.pop(connection), busy, done)
                while given in done:
                    yield done.pop(given)
                    given += 1
        finally:
            for worker, _ in busy.values():
                self._end(worker)

    def _give(self, task: "_Task", worker: "_Worker", busy: "dict[Connection, tuple[_Worker, _Task]]") -> None:
        with contextlib.suppress(ConnectionError):  # a dead worker is seen when its answer is waited for
            worker.connection.send((task.do, task.unit))
        busy[worker.connection] = (worker, task)

    def _take(
        self,
        worker: "_Worker",
        task: "_Task",
        busy: "dict[Connection, tuple[_Worker, _Task]]",
        done: dict[int, Any],
    ) -> None:
        """Take an answer, or, from a worker that died, its unit: to a fresh one, or as lost the second time."""
        try:
            result, fault = worker.connection.recv()
        except (EOFError, ConnectionError):
            self._end(worker)
            if task.tries == _MOST_TRIES:
                done[task.place] = lost()
                return
            again = _Task(task.place, task.do, task.unit, task.tries + 1)
            self._give(again, self._started(), busy)
            return
        if fault is not None:
            raise fault
        done[task.place] = result

    def _started(self) -> "_Worker":
        worker = _Worker.start()
        self._workers.append(worker)
        return worker

    def _end(self, worker: "_Worker") -> None:
        if worker in self._workers:
            self._workers.remove(worker)
            worker.end()


@dataclass(frozen=True, slots=True)
class _Task:
    place: int
    do: Callable[[Any], object]
    unit: object
    tries: int = 1


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection

    @classmethod
    def start(cls) -> "_Worker":
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # so that the death of the process ends the pipe
        return cls(process, ours)

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


def _serve(connection: Connection) -> None:
    """Do what comes through a pipe until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the one who asked ends the others
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            do, unit = connection.recv()
            connection.send(answer(do, unit))


def _cores() -> int:
    """Return how many cores this process may use; a container may allow fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

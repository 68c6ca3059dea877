"""Units of work for the tests of executors: importable, so that any process can do them."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sekisho.errors import SekishoError, Unreadable
from sekisho.workers.executor import Executor

U = TypeVar("U")
R = TypeVar("R")


def double(number: int) -> int:
    return 2 * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise Unreadable("readers.changed", path=Path("three.csv"))
    return number


def be_wrong_with(_value: str) -> int:
    raise ValueError(_value)


def die_once(number_and_mark: tuple[int, Path]) -> int:
    """Die with the first try of a unit whose mark does not exist yet."""
    number, mark = number_and_mark
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_at_two(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process_id(_number: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def wait_for_ever(mark: Path) -> None:
    mark.write_text(str(os.getpid()))
    time.sleep(600)


class Signalling:
    """An executor whose workers leave their process id in a folder before they do a unit."""

    def __init__(self, inner: Executor, folder: Path) -> None:
        self._inner, self._folder = inner, folder
        self.same_folder = inner.same_folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the other one to who made it."""

    def map(self, do: Callable[[U], R], units: Iterable[U]) -> Iterator[R | SekishoError]:
        return self._inner.map(partial(_signal_and, do=do, folder=self._folder), units)

    def kill_a_worker_at_work(self) -> int:
        """Wait for a worker that has a unit, and kill it."""
        while not (seen := [int(path.name) for path in self._folder.iterdir()]):
            time.sleep(0.01)
        os.kill(seen[0], signal.SIGKILL)
        return seen[0]


def _signal_and(unit: U, *, do: Callable[[U], R], folder: Path) -> R:
    mark = folder / str(os.getpid())
    if not mark.exists():
        mark.touch()
        time.sleep(1)
    return do(unit)

"""Doing something in the middle of somebody else's work: before each of its steps that leaves something behind.

A step is the call of an operating system's function that makes, changes, names, syncs or removes something, and of a
database's that makes a transaction durable. What lies between two steps no kill can tell apart.
"""

import contextlib
import itertools
import sqlite3
import sys
from collections.abc import Callable, Iterator
from io import FileIO
from types import FrameType
from typing import Any

from sekisho.sql import Connection

CALLS = frozenset({"fchmod", "fsync", "link", "mkdir", "open", "rename", "replace", "rmdir", "unlink", "write"})
STATEMENTS = ("COMMIT", "PRAGMA wal_checkpoint")


def at_step(number: int, act: Callable[[], object]) -> Callable[[int], None]:
    """Return what does something when it is told of one step."""

    def told(step: int) -> None:
        if step == number:
            act()

    return told


@contextlib.contextmanager
def before_steps(connection: Connection, act: Callable[[int], object]) -> Iterator[None]:
    """Call ``act`` with 1, 2, 3 … before the steps of what is done in the block."""
    numbers = itertools.count(1)

    def count() -> None:
        act(next(numbers))

    def called(_frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and function.__name__ in CALLS and _leaves_something(function):
            count()

    def executed(statement: str) -> None:
        if statement.startswith(STATEMENTS):
            count()

    assert isinstance(connection, sqlite3.Connection), "only that tells of each statement"
    connection.set_trace_callback(executed)
    sys.setprofile(called)
    try:
        yield
    finally:
        sys.setprofile(None)
        connection.set_trace_callback(None)


def _leaves_something(function: Any) -> bool:
    return function.__module__ == "posix" or isinstance(function.__self__, FileIO)

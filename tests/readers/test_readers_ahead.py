"""Another thread reads, and nothing of that shows."""

import threading
from collections.abc import Iterator

import pytest

from sekisho.readers.ahead import ahead


def test_the_same_items_come_in_the_same_order() -> None:
    assert list(ahead(iter(range(1_000)))) == list(range(1_000))


def test_what_fails_there_is_raised_here_behind_what_came_before() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    found = ahead(failing())
    assert next(found) == 1
    with pytest.raises(KeyError, match="gone"):
        next(found)


def test_whoever_stops_early_leaves_no_thread_and_nothing_open() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    found = ahead(endless())
    next(found)
    found.close()  # type: ignore[attr-defined] # a generator
    assert closed.is_set()
    assert threading.active_count() == before

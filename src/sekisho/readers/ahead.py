"""Reading ahead: what comes next is read by another thread while the caller works on what came before.

Reading, decoding and measuring are done by the kernel, which releases the interpreter's lock, so two cores are used.
"""

import queue
from collections.abc import Generator, Iterator
from contextlib import closing, nullcontext
from threading import Event, Thread
from typing import TypeVar

_Item = TypeVar("_Item")

_AHEAD = 2


def ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """Yield the same items; a few of them are made before they are asked for. What fails there is raised here."""
    found: queue.Queue[tuple[_Item | None, BaseException | None]] = queue.Queue(_AHEAD)
    stopped = Event()
    thread = Thread(target=_fill, args=(items, found, stopped), daemon=True)
    thread.start()
    try:
        while True:
            item, failure = found.get()
            if failure is not None:
                raise failure
            if item is None:
                return
            yield item
    finally:
        stopped.set()
        while thread.is_alive():
            _empty(found)
            thread.join(0.01)


def _fill(
    items: Iterator[_Item], found: "queue.Queue[tuple[_Item | None, BaseException | None]]", stopped: Event
) -> None:
    try:
        with closing(items) if isinstance(items, Generator) else nullcontext():  # or its file stays open
            for item in items:
                found.put((item, None))
                if stopped.is_set():
                    return
        found.put((None, None))
    except BaseException as failure:  # noqa: BLE001 - it is raised where the items are asked for
        found.put((None, failure))


def _empty(found: "queue.Queue[tuple[_Item | None, BaseException | None]]") -> None:
    while not found.empty():
        found.get_nowait()

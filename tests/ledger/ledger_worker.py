"""A program that writes to an office's ledger, for the tests that need another process.

``append ROOT COUNT`` appends so many entries and prints index, size and root of each as acknowledged.

``commit ROOT COUNT`` commits so many entries, one by one, and signs them at the end; ``publish ROOT COUNT`` signs each.

``killed ROOT`` lets a child do a night's work in ``ROOT/1`` and kills it before its first step; then a child in
``ROOT/2`` before its second; and so on, until a child lives to the end. A step is the call of any function that can
leave something behind: what a kill after its return leaves is what a kill before the next one leaves. It prints how
many were killed.
"""

import itertools
import os
import signal
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from ledger_office import Office

from sekisho.ledger import store

STEPS = frozenset({"execute", "fsync", "flock", "link", "open", "rename", "replace", "sign", "unlink", "write"})
IN_MEMORY = (BytesIO, datetime, str)


def append(root: Path, count: int) -> None:
    with Office(root).opened() as ledger:
        for number in range(count):
            with ledger.transaction() as tx:
                tx.connection.execute("INSERT INTO ticket VALUES (?)", (f"{os.getpid()}-{number}",))
                index = tx.append("copy.sealed", copy=f"C-{number}")
            print(index, index + 1, ledger.checkpoint(index + 1).root.hex())  # noqa: T201 - read by the test


def commit(root: Path, count: int, *, publish: bool) -> None:
    with Office(root).opened() as ledger:
        for number in range(count):
            with ledger.transaction(publish=publish) as tx:
                tx.append("copy.sealed", copy=f"C-{number}")
        ledger.publish()


def work(root: Path) -> None:
    """Open, append twice two entries with a row of our own, the first time unsigned, and note each acknowledged root."""
    with Office(root).opened() as ledger, (root / "acknowledged").open("ab", buffering=0) as acknowledged:
        for number in range(2):
            with ledger.transaction(publish=number == 1) as tx:
                tx.connection.execute("INSERT INTO ticket VALUES (?)", (f"T-{number}",))
                tx.append("ticket.made", copy=f"C-{number}")
                tx.append("ticket.held", copy=f"C-{number}", details={"carrier": "尼崎 太郎"})
            tree = store.load_tree(ledger.connection)
            acknowledged.write(f"{tree.size} {tree.root().hex()}\n".encode())


def die_at(step: int) -> None:
    """Kill this process at its ``step``-th step from now."""
    countdown = itertools.count(1)

    def count(_frame: FrameType, event: str, function: Any) -> None:
        if event != "c_call" or function.__name__ not in STEPS or isinstance(function.__self__, IN_MEMORY):
            return
        if next(countdown) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def kill_everywhere(root: Path) -> int:
    for step in itertools.count(1):
        home = root / str(step)
        home.mkdir()
        child = os.fork()
        if child == 0:
            die_at(step)
            work(home)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return step - 1
    raise AssertionError


if __name__ == "__main__":
    if sys.argv[1] == "append":
        append(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] in {"commit", "publish"}:
        commit(Path(sys.argv[2]), int(sys.argv[3]), publish=sys.argv[1] == "publish")
    else:
        print(kill_everywhere(Path(sys.argv[2])))  # noqa: T201 - read by the test

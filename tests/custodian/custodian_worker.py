"""A program that works in an office's folder, for the tests that need another process.

``open ROOT REQUEST`` waits for the file ``ROOT/go``, gives the release of an approved request and prints its share.

``killed DEED MODEL ROOT`` copies the office at MODEL to ``ROOT/1``, lets a child do the deed there and kills it before
its first step; then a copy at ``ROOT/2`` before the child's second step; and so on, until a child lives to the end. A
step is the call of any function that can leave something behind. What a child was handed it notes, hashed, in
``ROOT/1.acknowledged``, and may be killed before and after. Prints how many were killed.
"""

import hashlib
import itertools
import os
import shutil
import signal
import sys
import time
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from custodian_office import Office

from sekisho.clock import ManualClock

STEPS = frozenset({
    "execute", "fsync", "flock", "ftruncate", "link", "open", "rename", "replace", "sign", "unlink", "write",
})  # fmt: skip
IN_MEMORY = (BytesIO, datetime, str)


def issue(office: Office) -> bytes:
    return office.issue().share


def commit(office: Office) -> bytes:
    """Bring the one copy to life that was issued only."""
    (cid,) = office.connection.execute("SELECT cid FROM ticket WHERE state = 'issued'").fetchone()
    office.commit(cid)
    return b""


def give(office: Office) -> bytes:
    """Answer the one request that waits."""
    return office.give(office.releases.get(1)).share()


def destroy(office: Office) -> bytes:
    """Destroy the copy that the request is about."""
    cid = office.releases.ticket(office.releases.get(1)).cid
    office.begin(cid)
    return b"".join(office.destruction.finish())


def move(office: Office) -> bytes:
    """Take the keys under a passphrase."""
    office.move_keys("passphrase")
    return b""


def issue_pool(office: Office) -> bytes:
    return b"".join(issued.share for issued in office.pool())


def adopt(office: Office) -> bytes:
    """Bring the one ticket of a pool to life."""
    (cid,) = office.connection.execute("SELECT cid FROM pool_ticket").fetchone()
    office.adopt(cid)
    return b""


def rotate(office: Office) -> bytes:
    office.rotate()
    office.destruction.finish()
    return b""


def expire(office: Office) -> bytes:
    """Start on the day on which the window of the copy that was asked for has closed."""
    assert isinstance(office.clock, ManualClock)
    office.clock.advance(timedelta(days=4))
    return b"".join(office.destruction.finish())


def make_escrow(office: Office) -> bytes:
    """Split the share of the copy that nobody asked for."""
    (cid,) = office.connection.execute(
        "SELECT cid FROM ticket WHERE state = 'live' AND tid NOT IN (SELECT tid FROM release_request)"
    ).fetchone()
    return "\n".join(office.escrow(cid).lines()).encode()


def open_envelopes(office: Office) -> bytes:
    """Open the copy that the request is about by the words that its holders brought."""
    lines = (office.root.parent / "words").read_text().splitlines()
    return office.open_envelopes(office.releases.ticket(office.releases.get(1)).cid, lines[:2]).share()


def void(office: Office) -> bytes:
    """See two envelopes of the same copy destroyed."""
    office.void(office.releases.ticket(office.releases.get(1)).cid, 1, 2)
    return b""


DEEDS = {
    "issue": issue,
    "commit": commit,
    "give": give,
    "destroy": destroy,
    "pool": issue_pool,
    "adopt": adopt,
    "rotate": rotate,
    "expire": expire,
    "escrow": make_escrow,
    "envelopes": open_envelopes,
    "void": void,
    "move": move,
}


def die_at(step: int) -> None:
    """Kill this process at its ``step``-th step from now."""
    countdown = itertools.count(1)

    def count(_frame: FrameType, event: str, function: Any) -> None:
        if event != "c_call" or function.__name__ not in STEPS or isinstance(function.__self__, IN_MEMORY):
            return
        if next(countdown) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def kill_everywhere(deed: str, model: Path, root: Path) -> int:
    for step in itertools.count(1):
        home = root / str(step)
        shutil.copytree(model, home)
        child = os.fork()
        if child == 0:
            office = Office(home)
            die_at(step)
            done = DEEDS[deed](office)
            (root / f"{step}.acknowledged").write_text(hashlib.sha256(done).hexdigest())
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            return step - 1
        assert status == -signal.SIGKILL  # a deed that fails would be done for ever
    raise AssertionError


def open_when_told(root: Path, number: int) -> str:
    office = Office(root)
    while not (root / "go").exists():
        time.sleep(0.001)
    return office.give(office.releases.get(number)).share().hex()


if __name__ == "__main__":
    if sys.argv[1] == "open":
        print(open_when_told(Path(sys.argv[2]), int(sys.argv[3])))  # noqa: T201 - read by the test
    else:
        print(kill_everywhere(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))  # noqa: T201 - read by the test

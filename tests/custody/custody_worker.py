"""A program that is killed at its work, for the tests of what a kill leaves behind.

``DEED MODEL ROOT [STRIDE]`` copies the town at MODEL to ``ROOT/1``, lets a child do the deed there and kills it before its first
step; then a copy at ``ROOT/2`` before the child's second step; and so on, until a child lives to the end. Prints how
many were killed. With a stride of 4, say, it is before the first, the fifth, the ninth step.
"""

import itertools
import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path

from custody_steps import at_step, before_steps

from invented_office import Town, signing_key
from sekisho.custody import records
from sekisho.custody.alarm_sending import run_round
from sekisho.custody.handing import erase
from sekisho.custody.pooling import commit_from_station
from sekisho.custody.station import Station
from sekisho.files import replacing_folder, write_whole


def cut(town: Town) -> None:
    """Cut the rows once more."""
    town.cut("rows")


def seal(town: Town) -> None:
    """Seal the one request."""
    (request,) = records.requests(town.office.ledger.connection)
    town.seal(request)


def take_out(town: Town) -> None:
    """Open the copy on USB-1 and take its files out, as ``sekisho open --out`` does."""
    (slip, *_) = town.slips
    opened = town.open(slip)
    town.office.note(town.root)
    with replacing_folder(town.root / "opened") as folder:
        opened.extract(folder)


def wipe(town: Town) -> None:
    """Erase the copy on USB-1."""
    (slip, *_) = town.slips
    erase(town.office, slip, town.stick("USB-1"), holder=signing_key("carrier"), witness=signing_key("chief"))


def load(town: Town) -> None:
    """Load a pool at the station."""
    station(town).load(town.root / "pool.age")


def outside(town: Town) -> None:
    """Seal the one order at the station, and write what to bring back."""
    data = station(town).seal(town.root / "order.age", {"USB-1": town.stick("USB-1")}, sealer=signing_key("officer"))
    write_whole(town.root / "commit.json", data, overwrite=True)


def bring_back(town: Town) -> None:
    """Take in what the station sealed."""
    commit_from_station(town.office, (town.root / "commit.json").read_bytes())


def tell(town: Town) -> None:
    """Look at alarms two hours before the window of the two copies ends, and send what there is."""
    town.clock.advance(timedelta(hours=5))
    run_round(town.office)


def station(town: Town) -> Station:
    return Station.open(town.root / "station", town.clock)


DEEDS = {
    "cut": cut,
    "seal": seal,
    "take_out": take_out,
    "wipe": wipe,
    "load": load,
    "outside": outside,
    "bring_back": bring_back,
    "tell": tell,
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_everywhere(deed: str, model: Path, root: Path, stride: int = 1) -> int:
    for number in itertools.count(1):
        shutil.copytree(model, root / str(number))
        child = os.fork()
        if child == 0:
            town = Town(root / str(number))
            with before_steps(town.office.ledger.connection, at_step(1 + (number - 1) * stride, die)):
                DEEDS[deed](town)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return number - 1
    raise AssertionError


if __name__ == "__main__":
    print(kill_everywhere(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:])))  # noqa: T201 - read by the test

"""A program that lets children write to one ledger and kills each with SIGKILL at a random moment: ``ROOT ROUNDS SEED``.

Every second child writes through a sequencer with eight callers, the others one by one; a checkpoint comes now and then. After each
kill the ledger is opened, and everything that was ever acknowledged is looked for. It prints one JSON line: rounds, entries
acknowledged, entries lost, entries in the ledger, and checkpoints whose root is no longer a beginning.
"""

import itertools
import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

from ledger_office import Office

from sekisho.ledger import store
from sekisho.ledger.sequencer import Sequencer
from sekisho.ledger.writer import Transaction

CALLERS = 8
PUBLISH_EVERY = 7
MOST_TOLD = 300


def one_by_one(office: Office, told: int) -> None:
    with office.opened() as ledger:
        for number in itertools.count():
            name = f"{os.getpid()}-{number}"
            with ledger.transaction(publish=number % PUBLISH_EVERY == 0) as tx:
                index = tx.append("copy.sealed", copy=name)
            os.write(told, f"{index} {name}\n".encode())


def by_a_sequencer(office: Office, told: int) -> None:
    def caller(own: int) -> None:
        for number in itertools.count():
            name = f"{os.getpid()}-{own}-{number}"

            def work(tx: Transaction, name: str = name) -> int:
                return tx.append("copy.sealed", copy=name)

            index = writer.submit(work, publish=number % PUBLISH_EVERY == 0).result()
            os.write(told, f"{index} {name}\n".encode())

    with Sequencer(office.opened) as writer:
        threads = [threading.Thread(target=caller, args=(own,)) for own in range(CALLERS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()


def killed(office: Office, dice: random.Random, *, sequenced: bool) -> dict[int, str]:
    """Let a child write until it is killed; return what it had been told is recorded."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        (by_a_sequencer if sequenced else one_by_one)(office, writing)
        os._exit(1)
    os.close(writing)
    enough, lines = dice.randrange(MOST_TOLD), b""
    while lines.count(b"\n") < enough:
        lines += os.read(reading, 65536)
    time.sleep(dice.random() / 200)
    os.kill(child, signal.SIGKILL)
    while more := os.read(reading, 65536):
        lines += more
    os.close(reading)
    os.waitpid(child, 0)
    return {int(index): name for index, name in (line.split() for line in lines.decode().splitlines())}


def main(root: Path, rounds: int, seed: int) -> dict[str, int]:
    office, dice = Office(root), random.Random(seed)
    promised: dict[int, str] = {}
    lost = broken = size = told = 0
    for number in range(rounds):
        acknowledged = killed(office, dice, sequenced=bool(number % 2))
        told += len(acknowledged)
        lost += len(promised.keys() & acknowledged.keys())  # an index is given once
        promised |= acknowledged
        with office.opened() as ledger:
            size = ledger.checkpoint().size
            kept = {entry.index: entry.copy for entry in ledger.entries()}
            lost += sum(kept.get(index) != name for index, name in promised.items())
            sizes = ledger.signed_sizes()[-50:] if number + 1 < rounds else ledger.signed_sizes()
            for checkpoint in map(ledger.checkpoint, sizes):
                broken += store.root_at(ledger.connection, checkpoint.size) != checkpoint.root
    return {"rounds": rounds, "acknowledged": told, "lost": lost, "size": size, "broken": broken}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201 - read by the test

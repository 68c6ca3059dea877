"""The ledger beside plain SQLite: appending, proving, exporting, auditing.

    python benchmarks/ledger.py --commits 300 --entries 100000 --folder /var/tmp

"Plain" inserts the same bodies into one table of a database with the same settings, so a ratio shows what the ledger
adds. "Leaf" is the Merkle part alone (one fdatasync a commit, as plain); "signed" is a whole transaction, which also
moves the anchor and stores a signed checkpoint, and so waits for the disk four times. Rounds are interleaved and
medians are shown, because a shared disk drifts; wall time is the disk's, CPU seconds are ours.
"""

import argparse
import contextlib
import os
import platform
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import ManualClock
from sekisho.ledger import store
from sekisho.ledger.audit import audit
from sekisho.ledger.entry import Event
from sekisho.ledger.export import export_bundle
from sekisho.ledger.merkle import consistency_path, inclusion_path
from sekisho.ledger.proof import Proof
from sekisho.ledger.writer import Ledger

SETTINGS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
PLAIN = "CREATE TABLE entry (idx INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;"
AT = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
FIELDS: dict[str, str | int] = {
    "from": "k" * 43,
    "to": "r" * 43,
    "prev": "0" * 64,
    "people": 460_517,
    "sealed": "0" * 32,
}


class Bench:
    """One database of plain rows and one with a ledger, side by side."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plain = connect(folder / "plain.db", PLAIN)
        self.connection = connect(folder / "ledger.db", store.SCHEMA + store.SCHEMA_2)
        self.body = Event(type="copy.released", at=AT, copy="C-1", fields=FIELDS, commitments={"to": bytes(32)}).body()
        self.ledger = Ledger(
            self.connection,
            origin="bench.example/log",
            signer=Ed25519PrivateKey.from_private_bytes(bytes(32)),
            anchor=folder / "checkpoint",
            lock=folder / "lock",
            clock=ManualClock(AT),
        )

    def commit_plain(self, count: int = 1) -> None:
        """Insert rows in one commit."""
        self.plain.execute("BEGIN IMMEDIATE")
        for _ in range(count):
            self.plain.execute("INSERT INTO entry (body) VALUES (?)", (self.body,))
        self.plain.execute("COMMIT")

    def commit_leaf(self, count: int = 1) -> None:
        """Append ready bodies in one commit, unsigned."""
        self.connection.execute("BEGIN IMMEDIATE")
        for _ in range(count):
            store.append(self.connection, self.body)
        self.connection.execute("COMMIT")

    def hashes(self, path: list[range]) -> list[bytes]:
        """Return the hashes of a path."""
        return [store.subtree(self.connection, part) for part in path]

    def commit_signed(self, count: int = 1) -> None:
        """Append events in one signed transaction."""
        with self.ledger.transaction() as tx:
            for _ in range(count):
                tx.append("copy.released", copy="C-1", fields=FIELDS, details={"to": "x" * 20})


def main() -> None:
    """Print the machine, then every table."""
    arguments = _arguments()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        bench = Bench(Path(name))
        one_by_one(bench, commits=arguments.commits)
        in_batches(bench)
        proofs(bench, entries=arguments.entries)
        if not arguments.only_proofs:
            export_and_audit(bench)


def one_by_one(bench: Bench, *, commits: int) -> None:
    """Time commits of one entry each."""
    ways: dict[str, Callable[[], None]] = {
        "plain": bench.commit_plain,
        "leaf": bench.commit_leaf,
        "signed": bench.commit_signed,
    }
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu = dict.fromkeys(ways, 0.0)
    for _ in range(commits):
        for name, commit in ways.items():
            with measured() as cost:
                commit()
            wall[name].append(cost[0])
            cpu[name] += cost[1]
    print(f"one entry a commit, body of {len(bench.body)} bytes, {commits} rounds")
    for name in ways:
        median = statistics.median(wall[name])
        ratio = median / statistics.median(wall["plain"])
        print(f"  {name:7} {median * 1e3:8.2f} ms wall ({ratio:.2f}x plain) {cpu[name] / commits * 1e3:7.3f} ms CPU")
    print()


def in_batches(bench: Bench, *, count: int = 10_000) -> None:
    """Time one commit of many entries."""
    print(f"{count} entries a commit, entries a CPU second")
    for name, commit in (("plain", bench.commit_plain), ("leaf", bench.commit_leaf), ("signed", bench.commit_signed)):
        with measured() as cost:
            commit(count)
        print(f"  {name:7} {count / cost[1]:10,.0f}")
    print()


def proofs(bench: Bench, *, entries: int, count: int = 500) -> None:
    """Fill the ledger, then time proofs at random places, each after one warm round."""
    ledger = bench.ledger
    while (missing := entries - store.load_tree(bench.connection).size) > 1:
        bench.commit_leaf(min(missing - 1, 10_000))
    bench.commit_signed()
    size = ledger.checkpoint().size
    places = random.Random(1).sample(range(1, size), count)
    entry, proof = (
        ledger.connection.execute("SELECT body FROM entry WHERE idx = 1").fetchone()[0],
        Proof.parse(ledger.proof(1)),
    )
    ways: dict[str, Callable[[int], object]] = {
        "inclusion path": lambda place: bench.hashes(inclusion_path(place, size)),
        "consistency path": lambda place: bench.hashes(consistency_path(place, size)),
        "proof, verified before it is given": ledger.proof,
        "verifying it": lambda _: proof.verify(entry=entry, key=ledger.key),
    }
    print(f"a ledger of {size:,} entries, CPU of one, mean of {count}; a proof has {len(proof.text())} bytes")
    for name, way in ways.items():
        with measured() as cost:
            for place in places:
                way(place)
        print(f"  {name:36} {cost[1] / count * 1e3:8.3f} ms")
    print()


def export_and_audit(bench: Bench) -> None:
    """Time the whole ledger going out, and being checked."""
    ledger = bench.ledger
    with measured() as exporting:
        export_bundle(ledger, bench.folder / "export")
    with measured() as auditing:
        sound = audit(bench.folder / "export", key=ledger.key).sound
    tiles = sum(path.stat().st_size for path in (bench.folder / "export" / "tile").rglob("*") if path.is_file())
    signed = sum(1 for _ in (bench.folder / "export" / "checkpoints").iterdir())
    print(f"a ledger of {ledger.checkpoint().size:,} entries under {signed} checkpoints")
    print(f"  export    {tiles / 1e6:8.1f} MB of tiles, {exporting[1]:.2f} s CPU")
    print(f"  audit     {auditing[1]:8.2f} s CPU, {'sound' if sound else 'NOT SOUND'}")


@contextlib.contextmanager
def measured() -> Iterator[list[float]]:
    """Yield a list that holds wall and CPU seconds, children included, when the block has ended."""
    cost: list[float] = []
    wall, cpu = time.perf_counter(), _cpu()
    yield cost
    cost += [time.perf_counter() - wall, _cpu() - cpu]


def connect(path: Path, schema: str) -> sqlite3.Connection:
    """Make a database as an office has it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(SETTINGS + schema)
    return connection


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--commits", type=int, default=300)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--only-proofs", action="store_true", help="no export and no audit")
    parser.add_argument("--folder", type=Path, default=None, help="where the databases lie; the disk matters")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The ledger beside a plain table with the same durability, and its proofs beside those of pymerkle: all in one run.

    pip install pymerkle
    python benchmarks/ledger.py --folder /var/tmp
    python benchmarks/ledger.py --folder /var/tmp --entries 10000000 --only-proofs

"Plain" inserts the same bodies into one table of a database with the same settings, so a ratio shows what the ledger adds. "Leaf" is
that table's insert as the ledger does it: entry, tree, subtrees, one wait for the disk. "Unsigned" is a whole transaction (lock,
anchor read, event written, entry) without a checkpoint, "signed" one with it, which waits twice more, for the anchor. "Callers" hand
entries to one :class:`Sequencer`. Rounds are interleaved and medians shown, because a shared disk drifts; wall time is the disk's,
CPU seconds are ours. pymerkle 7 keeps what it hashed in memory, so its first proof after opening is shown beside later ones.
"""

import argparse
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from database_servers import fresh_postgresql, postgresql
from ledger_bench import FIELDS, LEDGER, Bench, make_ledger, measured
from ledger_proofs import proofs, rehash
from sekisho.ledger.sequencer import Sequencer
from sekisho.store.postgresql import create_postgresql, open_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sekisho.ledger.writer import Ledger, Transaction

CALLERS = (1, 8, 64, 256)


def main() -> None:
    """Print the machine, then every table."""
    arguments = _arguments()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.platform()}")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n")
    if not arguments.only_proofs:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
            one_by_one(Bench.in_files(Path(name)), commits=arguments.commits, title=f"SQLite in {arguments.folder}")
        with tempfile.TemporaryDirectory(dir=arguments.memory) as name:
            in_batches(Bench.in_files(Path(name)))
        with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
            many_callers(Path(name), seconds=arguments.seconds)
        on_a_server(arguments.commits, seconds=arguments.seconds)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        rehash(Path(name))
        proofs(Path(name), entries=arguments.entries)


def one_by_one(bench: Bench, *, commits: int, title: str) -> None:
    """Time commits of one entry each."""
    ways: dict[str, Callable[[], None]] = {
        "plain": bench.commit_plain,
        "leaf": bench.commit_leaf,
        "unsigned": bench.commit_unsigned,
        "signed": bench.commit_signed,
    }
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(commits + 20):
        for name, commit in ways.items():
            with measured() as cost:
                commit()
            if number >= 20:
                wall[name].append(cost[0])
                cpu[name].append(cost[1])
    print(f"{title}: one entry a commit, body of {len(bench.body)} bytes, median of {commits} rounds")
    for name in ways:
        took = [statistics.median(each[name]) / statistics.median(each["plain"]) for each in (wall, cpu)]
        print(
            f"  {name:9} {statistics.median(wall[name]) * 1e3:7.2f} ms wall {took[0]:5.2f}x plain"
            f" {statistics.fmean(cpu[name]) * 1e3:8.3f} ms CPU {took[1]:5.2f}x plain"
        )
    print()


def in_batches(bench: Bench) -> None:
    """Time commits of many entries, in memory, and weigh the files."""
    print("entries a commit, entries a CPU second in memory")
    for count, rounds in ((1, 3000), (100, 100), (10_000, 3)):
        rates = []
        for commit in (bench.commit_plain, bench.commit_leaf):
            commit(count)
            with measured() as cost:
                for _ in range(rounds):
                    commit(count)
            rates.append(count * rounds / cost[1])
        print(f"  {count:6} plain {rates[0]:10,.0f}   leaf {rates[1]:10,.0f}   ratio {rates[1] / rates[0]:.2f}")
    plain, ours = bench.bytes_per_entry()
    print(f"  bytes an entry: plain {plain:.0f}, ledger {ours:.0f}, ratio {ours / plain:.2f}\n")


def many_callers(folder: Path, *, seconds: float) -> None:
    """Time callers who each wait for their entry before they hand in the next."""

    def opened() -> "Iterator[Ledger]":
        bench = Bench.in_files(folder)
        yield bench.ledger
        bench.close()

    print(f"SQLite in {folder.parent}: callers of one writer, unsigned; per second, and milliseconds of one (p50, p99)")
    _callers(contextmanager(opened), seconds=seconds)


def on_a_server(commits: int, *, seconds: float) -> None:
    """The same on a PostgreSQL server of our own."""
    with postgresql(durable=True) as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench.on_server(folder, lambda name: fresh_postgresql(server, name))
        (version,) = bench.plain.execute("SHOW server_version").fetchone()
        one_by_one(bench, commits=commits, title=f"PostgreSQL {version.split()[0]}")
        bench.close()
        address = fresh_postgresql(server, "callers")
        create_postgresql(address, LEDGER).close()

        def opened() -> "Iterator[Ledger]":
            connection = open_postgresql(address, LEDGER)
            yield make_ledger(folder / "callers", connection)
            connection.close()

        print("PostgreSQL: callers of one writer, unsigned; per second, and milliseconds of one (p50, p99)")
        _callers(contextmanager(opened), seconds=seconds)


def _callers(opened: Callable[..., object], *, seconds: float) -> None:
    base = 0.0
    for count in CALLERS:
        with Sequencer(opened) as writer:  # type: ignore[arg-type]  # a context manager, made above
            rate, waits = _run(writer, count, seconds)
        base = base or rate
        p99 = statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else waits[0]
        print(f"  {count:4} {rate:9,.0f}/s {rate / base:6.1f}x {statistics.median(waits) * 1e3:8.1f} {p99 * 1e3:8.1f}")
    print()


def _run(writer: Sequencer, count: int, seconds: float) -> tuple[float, Sequence[float]]:
    waits: list[float] = []
    end = time.perf_counter() + seconds

    def work(tx: "Transaction") -> int:
        return tx.append("copy.released", copy="C-1", fields=FIELDS)

    def caller() -> None:
        while (start := time.perf_counter()) < end:
            writer.submit(work, publish=False).result()
            waits.append(time.perf_counter() - start)

    start = time.perf_counter()
    with ExitStack() as joined:
        for _ in range(count):
            thread = threading.Thread(target=caller)
            thread.start()
            joined.callback(thread.join)
    return len(waits) / (time.perf_counter() - start), waits


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--commits", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=3, help="for each number of callers")
    parser.add_argument("--entries", type=int, default=1_000_000, help="in the ledger that proofs are taken from")
    parser.add_argument("--only-proofs", action="store_true")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the databases lie; the disk matters"
    )
    parser.add_argument("--memory", type=Path, default=Path("/dev/shm"), help="a folder in memory")  # noqa: S108
    return parser.parse_args()


if __name__ == "__main__":
    main()

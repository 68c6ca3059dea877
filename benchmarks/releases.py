"""Releases answered in a second: in process, and over HTTP with a load generator in a process of its own.

    python benchmarks/releases.py --requests 2000 --folder /var/tmp

An invented office with one copy; so many requests, each of another device key and approved by two persons, are answered by
releases: leaf durable, checkpoint signed, approvals verified, share unwrapped and sealed, proof made. "In process" is
:func:`answer_all` in rounds of 1 and of 64. "HTTP" is the real service under uvicorn, pinned to one core, with 64 connections
kept alive by a load generator on another. CPU seconds are the service's, user and system; wall time is the disk's too. Asking
and approving, which come before, are shown by themselves. At last 100 requests a second come in while a copy is suspended.
"""

import argparse
import contextlib
import http.client
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import cryptography
import starlette
import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from invented_office import Town, make_town, signing_key
from remote_release import body_for
from sekisho.custodian.policy import Limits
from sekisho.custodian.releases import APPROVAL
from sekisho.custody.answering import answer_all
from sekisho.custody.office import Office
from sekisho.custody.stopping import suspend_copy
from sekisho.server.releases import serve
from sekisho.server.rounds import Rounds
from sekisho.signing.sshsig import sign

NO_LIMITS = Limits(a_ticket=10**9, in_all=10**9)
CONNECTIONS = 64
MOST_OPENS = 1000


def main() -> None:
    """Measure and print."""
    arguments = parsed()
    versions = f"Python {platform.python_version()}, cryptography {cryptography.__version__}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {versions}", end=", ")
    print(f"starlette {starlette.__version__}, uvicorn {uvicorn.__version__}")
    print(f"one Ed25519 signature verified in the same run: {verifying():.3f} CPU ms")
    for folder in (arguments.folder, arguments.memory):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            measure(Path(place), arguments.requests, arguments.suite, str(folder))


def verifying() -> float:
    """Return what verifying one signature takes here and now: a release takes four of them."""
    key = signing_key("chief").key
    signature, public = key.sign(b"x" * 300), key.public_key()
    began = time.process_time()
    for _ in range(1000):
        public.verify(signature, b"x" * 300)
    return time.process_time() - began


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--suite", choices=["x25519", "xwing"], default="xwing")
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))  # noqa: S108 - a folder for a private one
    parser.add_argument("--memory", type=Path, default=Path("/dev/shm"))  # noqa: S108 - as above
    return parser.parse_args()


def measure(place: Path, count: int, suite: str, name: str) -> None:
    """Measure one disk."""
    town = make_town(place / "town")
    slips = town.sealed(*(f"USB-{n}" for n in range(-(-3 * count // MOST_OPENS))), max_opens=MOST_OPENS)
    for slip in slips:
        town.carry(slip, "officer", "carrier")
    print(f"\n{name}, {suite}: {count} releases each")
    print(f"{'':24}{'CPU ms':>8}{'a CPU s':>9}{'a wall s':>10}")
    fresh = [body_for(town, slips[n // MOST_OPENS], suite=suite) for n in range(3 * count)]  # type: ignore[arg-type]  # argparse chose it
    row("asking, rounds of 64", 3 * count, lambda: rounds(town, fresh, 64, 202))
    row("approving, by two", 3 * count, lambda: approve(town, 3 * count))
    row("releases one by one", count, lambda: rounds(town, fresh[:count], 1, 200))
    row("releases, rounds of 64", count, lambda: rounds(town, fresh[count : 2 * count], 64, 200))
    town.leave()
    over_http(town, fresh[2 * count :], slips[-1])


def row(name: str, count: int, work: Callable[[], object]) -> None:
    """Time some work of this process and print it."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    printed(name, count, time.process_time() - cpu, time.perf_counter() - wall)


def printed(name: str, count: int, cpu: float, wall: float) -> None:
    """Print a row."""
    print(f"{name:24}{1000 * cpu / count:8.2f}{count / cpu:9.0f}{count / wall:10.0f}", flush=True)


def rounds(town: Town, bodies: Sequence[bytes], size: int, status: int) -> None:
    """Answer bodies in rounds of a size, and see that each answer is what it should be."""
    for start in range(0, len(bodies), size):
        found = answer_all(town.office, bodies[start : start + size], limits=NO_LIMITS)
        assert {reply.status for reply in found.replies} == {status}, found.replies[0]


def approve(town: Town, count: int) -> None:
    """Sign and take two approvals of each request, all in one commit a hundred."""
    releases = town.office.releases
    keys = [signing_key(name) for name in ("chief", "security")]
    for start in range(1, count + 1, 100):
        with town.office.ledger.transaction() as tx:
            for number in range(start, min(start + 100, count + 1)):
                request = releases.get(number)
                for key in keys:
                    releases.approve(tx, request, sign(key, releases.statement(request), namespace=APPROVAL))


def over_http(town: Town, bodies: Sequence[bytes], slip: str) -> None:
    """Measure the service in a process of its own, then a suspension under 100 requests a second."""
    with service(town) as (port, stop):
        wall = time.perf_counter()
        statuses = load(port, bodies)
        wall = time.perf_counter() - wall
        assert set(statuses) == {200}, set(statuses)
        cpu = stop()
    printed("releases, HTTP", len(bodies), cpu, wall)
    with service(town) as (port, stop):
        suspension(town, port, bodies[-1], slip)
        stop()


@contextlib.contextmanager
def service(town: Town) -> Iterator[tuple[int, Callable[[], float]]]:
    """Run the service in a process on the first core; what ends it returns the CPU seconds since it was ready."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=served, args=(town, theirs))
    process.start()
    port = ours.recv()

    def stop() -> float:
        ours.send("stop")
        cpu: float = ours.recv()
        return cpu

    try:
        yield port, stop
    finally:
        process.terminate()
        process.join()


def served(town: Town, pipe: "multiprocessing.connection.Connection") -> None:
    """Be the service."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = 0.0

    def ready(port: int) -> None:
        nonlocal before
        before = used()
        pipe.send(port)
        threading.Thread(target=stopped, daemon=True).start()

    def stopped() -> None:
        pipe.recv()
        pipe.send(used() - before)

    serve(Rounds(lambda: Office.open(town.home, town.clock), limits=NO_LIMITS), host="127.0.0.1", port=0, ready=ready)


def used() -> float:
    """Return the CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def load(port: int, bodies: Sequence[bytes]) -> list[int]:
    """Post bodies over connections that are kept alive; return the statuses."""
    statuses: list[int] = []

    def post(mine: Sequence[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        statuses.extend(posted(connection, body) for body in mine)

    threads = [threading.Thread(target=post, args=(bodies[n::CONNECTIONS],)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def posted(connection: http.client.HTTPConnection, body: bytes) -> int:
    """Post one body and read its answer."""
    connection.request("POST", "/release", body, {"Content-Type": "text/plain"})
    response = connection.getresponse()
    response.read()
    return response.status


def suspension(town: Town, port: int, known: bytes, slip: str) -> None:
    """Ask 100 times a second while another program suspends the copy; print how long it and the next refusal took."""
    answers: list[tuple[float, float, int, bytes]] = []
    done = threading.Event()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not done.is_set():
            began = time.perf_counter()
            connection.request("POST", "/release", known, {"Content-Type": "text/plain"})
            response = connection.getresponse()
            answers.append((began, time.perf_counter(), response.status, response.read()))
            time.sleep(max(0.0, began + 0.04 - time.perf_counter()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    office = Office.open(town.home, town.clock)
    began = time.perf_counter()
    suspend_copy(office, slip)
    returned = time.perf_counter()
    time.sleep(1)
    done.set()
    for thread in threads:
        thread.join()
    office.close()
    after = [(end - returned, data) for start, end, _, data in answers if start >= returned]
    assert all(b"custodian.suspended" in data for _, data in after)
    rate = len(answers) / (answers[-1][1] - answers[0][0])
    times = statistics.median(end - start for start, end, _, _ in answers)
    print(f"suspended under {rate:.0f} requests/s: the command took {1000 * (returned - began):.0f} ms,", end=" ")
    print(f"the first refusal {1000 * after[0][0]:.0f} ms after it; median answer {1000 * times:.1f} ms")


if __name__ == "__main__":
    print(datetime.now(UTC).date())
    main()

"""Real clusters of two workers on this machine, for the time of a test."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_BIN = Path(sys.executable).parent
_TESTS = Path(__file__).parent
_ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(_TESTS),
    "RAY_USAGE_STATS_ENABLED": "0",
    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "false",
}


@contextlib.contextmanager
def dask_cluster(folder: Path, *, workers: int = 2, failures: int = 3) -> Iterator[str]:
    """Start a scheduler and its workers; yield ``dask://host:port``.

    Args:
        folder: for logs.
        workers: how many.
        failures: after how many dead workers a unit is given up.
    """
    port = _free_port()
    address = f"tcp://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        scheduler = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        _start(stack, folder, "dask", "scheduler", *scheduler, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=failures)
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        for _ in range(workers):
            _start(stack, folder, "dask", "worker", address, *options)
        _wait_for(lambda: _dask_has(address, workers), folder)
        yield f"dask://127.0.0.1:{port}"


@contextlib.contextmanager
def ray_cluster(folder: Path, *, nodes: int = 2) -> Iterator[str]:
    """Start a head and other nodes of one core each; yield ``ray://host:port``."""
    port, client, metrics = _free_port(), _free_port(), _free_port()
    node = ("--num-cpus", "1", "--object-store-memory", "100000000", "--disable-usage-stats", "--block")
    ports = ("--port", str(port), "--ray-client-server-port", str(client), "--metrics-export-port", str(metrics))
    with contextlib.ExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True))
        head = (*ports, "--include-dashboard", "false", "--temp-dir", sockets)  # a socket's path has 107 bytes at most
        _start(stack, folder, "ray", "start", "--head", "--node-ip-address", "127.0.0.1", *head, *node)
        _wait_for(lambda: _listens(port) and _listens(client), folder)
        for _ in range(nodes - 1):
            _start(stack, folder, "ray", "start", "--address", f"127.0.0.1:{port}", *node)
        log = folder / "cluster.log"
        _wait_for(lambda: log.read_text(encoding="utf-8").count("Ray runtime started") == nodes, folder)
        yield f"ray://127.0.0.1:{client}"


def _start(stack: contextlib.ExitStack, folder: Path, program: str, *arguments: str, **environment: object) -> None:
    with (folder / "cluster.log").open("ab") as log:
        process = subprocess.Popen(
            [str(_BIN / program), *arguments],
            stdout=log,
            stderr=log,
            cwd=folder,
            env=_ENVIRONMENT | {name: str(value) for name, value in environment.items()},
            start_new_session=True,
        )
    stack.callback(_end, process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it started, which is in its session: Ray's programs leave their group."""
    for pid in (process.pid, *_session(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _session(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                found.append(int(folder.name))
    return found


def _dask_has(address: str, workers: int) -> bool:
    from distributed import Client  # noqa: PLC0415 - half a second, for those who ask

    try:
        with Client(address, timeout=5, set_as_default=False) as client:
            return len(client.nthreads()) == workers
    except OSError:
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(condition: Callable[[], bool], folder: Path) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.2)
    raise RuntimeError((folder / "cluster.log").read_text(encoding="utf-8", errors="replace")[-4000:])

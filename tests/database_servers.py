"""Throw-away database servers on a socket in a folder of their own, run by a user who is not root."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from conftest import need

_POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
_NOBODY = "nobody"


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Path]:
    """Yield the folder of a server's socket; its user ``sekisho`` may do anything and has no password.

    Its files are in ``data`` below it. What asks for durability is refused by one that is not ``durable``.
    """
    found = _POSTGRESQL or [Path(path).parent for path in [shutil.which("initdb")] if path]
    need(found, "no PostgreSQL server: apt-get install postgresql")
    programs, user = found[0], _user()
    with _folder(user) as folder:
        data = folder / "data"
        _run(user, programs / "initdb", "-D", data, "-U", "sekisho", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        (data / "pg_hba.conf").write_text("local all locked scram-sha-256\nlocal all all trust\n")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync={'on' if durable else 'off'}"
        _run(user, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def fresh_postgresql(server: Path, name: str) -> str:
    """Make an empty database on a server and return its address."""
    plain = re.sub(r"\W", "_", name)
    with psycopg.connect(host=str(server), user="sekisho", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{plain}"'.encode())
    return f"postgresql://sekisho@/{plain}?host={server}"


@contextmanager
def mysql() -> Iterator[Path]:
    """Yield the socket of a server; its user ``root`` may do anything and has no password."""
    install, server = shutil.which("mariadb-install-db"), shutil.which("mariadbd")
    need(install and server, "no MariaDB server: apt-get install mariadb-server-core")
    assert install, "it was needed"
    assert server, "it was needed"
    user = _user()
    with _folder(user) as folder:
        data, socket = folder / "data", folder / "socket"
        _run(user, install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal")
        command = [
            server,
            "--no-defaults",
            f"--datadir={data}",
            f"--socket={socket}",
            "--skip-networking",
            f"--pid-file={folder / 'pid'}",
        ]
        command += ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, **_switch(user)) as process:
            try:
                _wait_for(socket, process)
                yield socket
            finally:
                process.kill()


def _user() -> str | int:
    return _NOBODY if os.getuid() == 0 else os.getuid()


@contextmanager
def _folder(user: str | int) -> Iterator[Path]:
    """A socket's path may have 107 bytes, and pytest's folders are closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="sekisho-", dir="/tmp"))
    if isinstance(user, str):
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _run(user: str | int, *command: str | Path) -> None:
    environment = os.environ | {"LC_ALL": "C"}
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        cwd="/",
        env=environment,
        **_switch(user),
    )
    assert done.returncode == 0, command


def _switch(user: str | int) -> dict[str, Any]:
    """Say to whom a process belongs; only root may say so."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if isinstance(user, str) else {}


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if socket.exists():
            return
        assert process.poll() is None, "the server did not start"
        time.sleep(0.1)
    raise AssertionError("the server did not start in a minute")

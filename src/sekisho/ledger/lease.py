"""Who writes a database on a server: one office's folder at a time, known by the lock file that its programs share.

A lock file keeps apart the programs of one folder. A folder that was copied to another machine, or came up there from an image,
has another lock, another anchor and the same signing key; two that write one database could sign two histories after the database
was restored under one of them. So a server keeps a lease, renewed in every transaction, and counts who took it over: who has
lost it writes no more, even when the other has gone, until it is opened anew.
"""

import os
from pathlib import Path
from secrets import token_hex

from sekisho.errors import Busy, MediumError
from sekisho.sql import ServerConnection

SCHEMA_3 = """
CREATE TABLE writer (
    id     INTEGER PRIMARY KEY CHECK (id = 0),
    epoch  INTEGER NOT NULL,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT;
"""
"""The third migration: who writes; ``until`` in seconds by the server's clock, for two machines have two."""

LEASE_SECONDS = 30
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Lease:
    """The right of one folder's programs to write a database on a server."""

    def __init__(self, server: ServerConnection, holder: str) -> None:
        """Take the connection, and the name by which the holder is known."""
        self._server = server
        self._holder = holder
        self._epoch: int | None = None

    def hold(self) -> None:
        """Take or renew it, inside the caller's write transaction.

        Raises:
            Busy: another holds it, or has held it since it was taken here.
        """
        epoch = self._server.lease(self._holder, LEASE_SECONDS)
        if epoch is None or self._epoch not in {None, epoch}:
            raise Busy("ledger.other_writer")
        self._epoch = epoch


def holder_of(lock: Path) -> str:
    """Return the name of the programs that share a lock file, made by the first of them; whoever calls holds the lock.

    It is good for this file on this machine since it started: a copy of the file, or of the whole disk, gets another.

    Raises:
        MediumError: the file cannot be read or written.
    """
    try:
        with lock.open("r+", encoding="ascii", errors="replace") as file:
            found = os.fstat(file.fileno())
            place = f"{_boot()} {found.st_dev} {found.st_ino}"
            known, _, holder = file.read(200).rstrip("\n").rpartition(" ")
            if known == place and holder:
                return holder
            holder = token_hex(16)
            file.seek(0)
            file.truncate()
            file.write(f"{place} {holder}\n")
    except OSError as error:
        raise MediumError("ledger.lock_failed", path=lock) from error
    return holder


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return "-"  # where no kernel says when it started, the file's place must do

"""Devices that asked for releases: seen by their key, named by the office afterwards.

A device nobody named asks like every other: what protects is the recipient's key, the approvals and the log. The table is there
so that an approver sees "the call centre's second terminal" instead of a number, or that it was never seen before.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sekisho.clock import from_text, to_text
from sekisho.custodian.documents import device_id
from sekisho.errors import NotFound

SCHEMA_2 = """
CREATE TABLE device (
    id         TEXT PRIMARY KEY,
    key        BLOB NOT NULL CHECK (length(key) = 32),
    name       TEXT NOT NULL DEFAULT '',
    first_seen TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device.

    Attributes:
        id: what leaves call it.
        name: what the office calls it; empty where nobody named it.
        first_seen: when it asked for the first time.
    """

    id: str
    name: str
    first_seen: datetime


def see(connection: sqlite3.Connection, key: bytes, *, at: datetime) -> None:
    """Record a device that was not seen before."""
    connection.execute(
        "INSERT INTO device (id, key, first_seen) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (device_id(key), key, to_text(at)),
    )


def get(connection: sqlite3.Connection, identifier: str) -> Device:
    """Return a device.

    Raises:
        NotFound: it never asked.
    """
    for device in seen(connection):
        if device.id == identifier:
            return device
    raise NotFound("custodian.no_device", device=identifier)


def seen(connection: sqlite3.Connection) -> list[Device]:
    """Return every device, the newest first."""
    rows = connection.execute("SELECT id, name, first_seen FROM device ORDER BY first_seen DESC, id").fetchall()
    return [Device(id=identifier, name=name, first_seen=from_text(first)) for identifier, name, first in rows]


def rename(connection: sqlite3.Connection, identifier: str, name: str) -> None:
    """Call a device something.

    Raises:
        NotFound: it never asked.
    """
    if not connection.execute("UPDATE device SET name = ? WHERE id = ?", (name, identifier)).rowcount:
        raise NotFound("custodian.no_device", device=identifier)

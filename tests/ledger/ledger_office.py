"""A small office with a ledger, for tests: opened, closed, copied, killed and opened again."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import Clock, ManualClock
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.personal import SCHEMA_3
from sekisho.ledger.record_keys import RecordKeys
from sekisho.ledger.store import SCHEMA, SCHEMA_2
from sekisho.ledger.writer import Ledger

ORIGIN = "custody.city.example/ledger1"
SIGNER = Ed25519PrivateKey.from_private_bytes(sha256(b"Sekisho test key: office").digest())
KEY = VerifierKey.of(SIGNER, name=ORIGIN)
EVENING = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)

LEDGER_VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "ledger"
OWN_LOG = LEDGER_VECTORS / "own-log"

_SETTINGS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of a vector file."""
    found: list[dict[str, Any]] = json.loads((LEDGER_VECTORS / name).read_text(encoding="utf-8"))["cases"]
    return found


def own_entries() -> list[bytes]:
    """Return the 300 entries of the own log."""
    entries = []
    for bundle in ("000", "001.p/44"):
        data = (OWN_LOG / "tile/entries" / bundle).read_bytes()
        while data:
            end = 2 + int.from_bytes(data[:2], "big")
            entries.append(data[2:end])
            data = data[end:]
    return entries


@dataclass
class Office:
    """A folder with a database, an anchor and a lock."""

    root: Path
    clock: Clock = field(default_factory=lambda: ManualClock(EVENING))

    @property
    def database(self) -> Path:
        return self.root / "sekisho.db"

    @property
    def anchor(self) -> Path:
        return self.root / "checkpoint"

    def connect(self) -> sqlite3.Connection:
        """Open the database as the room ``store`` does; make it where there is none."""
        connection = sqlite3.connect(self.database, isolation_level=None)
        connection.executescript(_SETTINGS)
        if not connection.execute("SELECT * FROM sqlite_master").fetchall():
            connection.executescript(
                f"BEGIN; {SCHEMA} {SCHEMA_2} {SCHEMA_3} CREATE TABLE ticket (name TEXT) STRICT; COMMIT;"
            )
        return connection

    def ledger(
        self, connection: sqlite3.Connection, *, signer: Ed25519PrivateKey = SIGNER, patience: float = 10
    ) -> Ledger:
        """Open the ledger on a connection."""
        return Ledger(
            connection,
            origin=ORIGIN,
            signer=signer,
            anchor=self.anchor,
            lock=self.root / "lock",
            clock=self.clock,
            records=RecordKeys(self.root / "records"),
            patience=patience,
        )

    @contextlib.contextmanager
    def opened(self) -> Iterator[Ledger]:
        """Open database and ledger, and close them again."""
        with contextlib.closing(self.connect()) as connection:
            yield self.ledger(connection)

    def fill(self, count: int) -> None:
        """Append ``count`` events, each in its own transaction."""
        with self.opened() as ledger:
            for number in range(count):
                with ledger.transaction() as tx:
                    tx.append("copy.sealed", copy=f"C-{number}", details={"carrier": "尼崎 太郎"})

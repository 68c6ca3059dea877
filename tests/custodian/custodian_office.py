"""A custodian in an office's folder, for tests: real store, ledger and keys; opened, closed, and looked through."""

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import Clock, ManualClock
from sekisho.codes import release_code
from sekisho.custodian import devices, epochs, escrow, factor, pool, tickets
from sekisho.custodian.custodian import Custodian, Issued
from sekisho.custodian.destruction import Destruction
from sekisho.custodian.epochs import EpochKeks, Move
from sekisho.custodian.escrow import Escrows, Made, Opened
from sekisho.custodian.kek import Kek
from sekisho.custodian.keks.choice import Surroundings, open_kek
from sekisho.custodian.keks.passphrase import Cost, PassphraseKek
from sekisho.custodian.policy import Policy
from sekisho.custodian.releases import APPROVAL, Release, Releases
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.errors import SekishoError
from sekisho.files import write_whole
from sekisho.ledger import lease, personal
from sekisho.ledger import store as ledger_store
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.entry import Entry
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.ledger.record_keys import RecordKeys
from sekisho.ledger.writer import Ledger
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign
from sekisho.sql import Connection
from sekisho.store.database import create_database, open_database
from sekisho.store.home import Home
from sekisho.store.postgresql import create_postgresql, open_postgresql

EVENING = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
RECIPIENT = "age1owner"
PASSPHRASE = "the tea is cold by now"  # noqa: S105 - of keys that a test throws away
HEADER = hashlib.sha256(b"header").digest()
_SECOND = (
    ledger_store.SCHEMA_2,
    tickets.SCHEMA_2,
    tickets.SCHEMA_2_EXPIRY,
    epochs.SCHEMA_2,
    devices.SCHEMA_2,
    factor.SCHEMA_2,
    escrow.SCHEMA_2,
    personal.SCHEMA_3,
    lease.SCHEMA_3,
)
_MIGRATIONS = (f"{ledger_store.SCHEMA}\n{tickets.SCHEMA}", "\n".join(_SECOND))


def signing_key(label: str) -> SigningKey:
    """Return the test key of a person."""
    seed = hashlib.sha256(f"Sekisho test key: {label}".encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


FIRST, SECOND, CARRIER = signing_key("first officer"), signing_key("second officer"), signing_key("carrier")
LOG_KEY = signing_key("ledger")


def owner(key: PublicKey) -> str:
    """Say whose a key is: everybody here may approve, and has one."""
    return key.id


def policy(**changes: object) -> Policy:
    """Return a policy of three days from the evening, two openings, two approvals, not by the carrier."""
    values: dict[str, object] = {
        "not_before": EVENING,
        "not_after": EVENING + timedelta(days=3),
        "max_opens": 2,
        "approvals": 2,
        "barred": frozenset({CARRIER.public.id}),
    }
    return Policy(**(values | changes))  # type: ignore[arg-type]  # named where it is called


@dataclass
class Office:
    """An open custodian and what the tests do with it over and over."""

    root: Path
    clock: Clock = field(default_factory=lambda: ManualClock(EVENING))
    witnesses: Callable[[Ledger], Cosigning] | None = None

    def __post_init__(self) -> None:
        self.home = Home(self.root)
        self.home.keks.mkdir(exist_ok=True)
        self.connection = self._connect()
        try:
            self.ledger = self._ledger()
        except SekishoError:
            self.connection.close()
            raise
        self.kek = EpochKeks(self.connection, chosen=self._address, build=self.back_end)
        self.move = Move(self.connection, self.kek)
        self.custodian = Custodian(self.connection, self.ledger, self.kek)
        cosigning = self.witnesses(self.ledger) if self.witnesses else None
        self.releases = Releases(self.connection, self.ledger, self.kek, cosigning)
        self.destruction = Destruction(self.connection, self.ledger, self.kek)
        self.escrows = Escrows(self.ledger, self.kek)

    def _ledger(self) -> Ledger:
        return Ledger(
            self.connection,
            origin="custody.city.example/ledger",
            signer=LOG_KEY.key,
            anchor=self.home.anchor,
            lock=self.home.lock,
            clock=self.clock,
            records=RecordKeys(self.root / "records"),
        )

    def close(self) -> None:
        self.connection.close()

    def _connect(self) -> Connection:
        """Open the office's file, or the database on the server that somebody wrote beside it."""
        server, made = self.root / "server", self.root / "server.made"
        if not server.exists():
            open_file = open_database if self.home.database.exists() else create_database
            return open_file(self.home.database, _MIGRATIONS)
        connection = (open_postgresql if made.exists() else create_postgresql)(server.read_text(), _MIGRATIONS)
        made.touch()
        return connection

    def _address(self) -> str:
        """Return what the settings of a whole office would say."""
        file = self.root / "address"
        return file.read_text() if file.exists() else "file"

    def back_end(self, address: str) -> Kek:
        """Return a back-end as a whole office has it, but for a passphrase that costs nothing to guess."""
        if address == "passphrase":
            return PassphraseKek(self.home.keks, lambda: PASSPHRASE, cost=Cost(mebibytes=1, passes=1, lanes=1))
        return open_kek(address, Surroundings(folder=self.home.keks, scope=self.custodian.kid.hex()))

    def finish(self) -> list[bytes]:
        """Do what every start of a whole office does."""
        pending = epochs.pending_move(self.connection)
        if pending:
            write_whole(self.root / "address", pending[1].encode(), overwrite=True)
        done = self.destruction.finish()
        if pending:
            with self.ledger.transaction() as tx:
                self.move.end(tx)
        return done

    # What people do.

    def move_keys(self, to: str) -> None:
        with self.ledger.transaction() as tx:
            self.move.begin(tx, to=to, keys=[FIRST.public.id, SECOND.public.id])
        self.finish()

    def issue(self, **changes: object) -> Issued:
        with self.ledger.transaction() as tx:
            return self.custodian.issue(tx, policy(**changes), RECIPIENT)

    def commit(self, cid: bytes) -> None:
        with self.ledger.transaction() as tx:
            self.custodian.commit(tx, cid, header=HEADER)
            tx.append("capsule.sealed", copy=cid.hex())

    def live(self, **changes: object) -> Issued:
        issued = self.issue(**changes)
        self.commit(issued.cid)
        return issued

    def request(self, issued: Issued, *, nonce: int = 0) -> ReleaseRequest:
        ticket = tickets.get(self.connection, issued.tid)
        with self.ledger.transaction() as tx:
            challenge = issued.cid[:2] + nonce.to_bytes(4, "big")
            return self.releases.request(tx, ticket, route="voice", challenge=challenge)

    def approve(self, request: ReleaseRequest, *people: SigningKey) -> None:
        for person in people:
            signature = sign(person, self.releases.statement(request), namespace=APPROVAL)
            with self.ledger.transaction() as tx:
                self.releases.approve(tx, request, signature)

    def give(self, request: ReleaseRequest) -> Release:
        with self.ledger.transaction() as tx:
            return self.releases.give(tx, request, owner)

    def open(self, issued: Issued, *, nonce: int = 0) -> bytes:
        """Go through a whole release and return its share."""
        request = self.request(issued, nonce=nonce)
        self.approve(request, FIRST, SECOND)
        return self.give(request).share()

    def suspend(self, cid: bytes, *, lost: bool = False) -> None:
        with self.ledger.transaction() as tx:
            self.custodian.suspend(tx, cid, lost=lost)

    def lift(self, cid: bytes, *people: SigningKey) -> None:
        with self.ledger.transaction() as tx:
            self.custodian.lift(tx, cid, keys=[person.public.id for person in people])

    def begin(self, cid: bytes, *, reason: str = "lost") -> None:
        with self.ledger.transaction() as tx:
            self.destruction.begin(tx, cid, reason=reason, keys=[FIRST.public.id])

    def destroy(self, cid: bytes) -> list[bytes]:
        self.begin(cid)
        return self.destruction.finish()

    def escrow(self, cid: bytes, *, threshold: int = 2, count: int = 3) -> Made:
        holders = [f"holder-{number}" for number in range(count)]
        keys = [FIRST.public.id, SECOND.public.id]
        with self.ledger.transaction() as tx:
            return self.escrows.make(tx, cid, threshold=threshold, holders=holders, keys=keys)

    def pool(self, *, count: int = 2, lasts: timedelta = timedelta(days=5)) -> list[Issued]:
        with self.ledger.transaction() as tx:
            _, issued = pool.issue(
                self.custodian,
                tx,
                count=count,
                station="age1station",
                expires_at=tx.at + lasts,
                approvals=2,
                keys=[FIRST.public.id, SECOND.public.id],
            )
        return issued

    def adopt(self, cid: bytes, **changes: object) -> None:
        with self.ledger.transaction() as tx:
            pool.adopt(self.custodian, tx, cid, policy(**changes), recipient=RECIPIENT, header=HEADER)
            tx.append("capsule.sealed", copy=cid.hex())

    def rotate(self) -> None:
        with self.ledger.transaction() as tx:
            self.destruction.rotate(tx, keys=[FIRST.public.id, SECOND.public.id])

    def open_envelopes(self, cid: bytes, lines: Sequence[str]) -> Opened:
        with self.ledger.transaction() as tx:
            return self.escrows.open(tx, cid, lines)

    def void(self, cid: bytes, *numbers: int) -> None:
        made = escrow.of_copy(self.connection, cid)[-1]
        with self.ledger.transaction() as tx:
            self.escrows.void(tx, made, numbers, keys=[FIRST.public.id, SECOND.public.id])

    # What can be seen.

    def state(self, issued: Issued) -> str:
        return tickets.get(self.connection, issued.tid).state.value

    def opens(self, issued: Issued) -> int:
        return tickets.get(self.connection, issued.tid).opens

    def leaves(self, event: str, cid: bytes | None = None) -> list[Entry]:
        return [
            entry for entry in self.ledger.entries() if entry.type == event and (cid is None or entry.copy == cid.hex())
        ]

    def keks(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.home.keks.glob("*.kek")}

    def verify(self) -> None:
        """Hash the whole ledger anew and compare it with what was signed."""
        hashes = [leaf_hash(entry.body()) for entry in self.ledger.entries()]
        for checkpoint in self.ledger.checkpoints():
            assert root_of(iter(hashes[: checkpoint.size])) == checkpoint.root
        assert self.ledger.checkpoint().size == len(hashes)


@contextlib.contextmanager
def opened(root: Path, clock: Clock | None = None) -> Iterator[Office]:
    """Open an office, and close it."""
    office = Office(root, clock or ManualClock(EVENING))
    try:
        yield office
    finally:
        office.close()


def forms(secret: bytes) -> list[bytes]:
    """Return the spellings in which a secret could lie about."""
    return [
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        base64.b32encode(secret).rstrip(b"="),
        *_read_aloud(secret),
    ]


def _read_aloud(secret: bytes) -> list[bytes]:
    """Return how a share is said, with and without the spaces; a share alone has that form."""
    if len(secret) != 16:
        return []
    code = release_code(secret)
    return [code.encode(), code.replace(" ", "").encode(), code.replace(" ", "-").encode()]


def holding(root: Path, secret: bytes) -> list[str]:
    """Return the files of a folder in which a secret lies about, in whatever spelling."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return [path.name for path in files if any(form in path.read_bytes() for form in forms(secret))]


def keys_in(root: Path, opens: Callable[[bytes], bool]) -> list[str]:
    """Return the files of a folder that hold, at any place, 32 bytes that open something."""
    found = []
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        data = path.read_bytes()
        if any(opens(data[start : start + 32]) for start in range(max(0, len(data) - 31))):
            found.append(path.name)
    return found

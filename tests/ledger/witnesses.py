"""Witnesses for tests, in this process, and the way to them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import ManualClock
from sekisho.ledger.cosignature import CosignerKey
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.quorum import Quorum
from sekisho.ledger.quorum import Witness as Known
from sekisho.ledger.witness import Answer, Witness

NIGHT = datetime(2022, 6, 21, 18, 0, tzinfo=UTC)


def witness_key(name: str) -> Ed25519PrivateKey:
    """Return the test key of a witness."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"Sekisho test key: {name}".encode()).digest())


@dataclass
class Witnesses:
    """Some witnesses, each with a folder; some of them may be down."""

    root: Path
    log: VerifierKey
    names: tuple[str, ...] = ("audit.example/w1",)
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def quorum(self, needed: int = 1) -> Quorum:
        """Return them as an office's settings name them."""
        keys = [CosignerKey.of(witness_key(name), name=name) for name in self.names]
        return Quorum(witnesses=tuple(Known(key=key, url=f"https://{key.name}") for key in keys), needed=needed)

    def witness(self, name: str) -> Witness:
        """Return one of them, as started anew."""
        folder = self.root / sha256(name.encode()).hexdigest()[:8]
        folder.mkdir(exist_ok=True)
        logs = {self.log.name: self.log}
        return Witness(folder, name=name, signer=witness_key(name), logs=logs, clock=ManualClock(NIGHT))

    def post(self, url: str, body: bytes) -> Answer:
        """Answer as the one whose address it is, or not at all."""
        name = url.removeprefix("https://").removesuffix("/add-checkpoint")
        self.asked.append(name)
        if name in self.down:
            raise ConnectionRefusedError
        return self.witness(name).add_checkpoint(body)

"""A stick as a recipient gets it: the page, the capsule beside it, and the key file that lies on the PC."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from invented_office import IDENTITY, PHONE, Town
from sekisho.capsule.opener import fill
from sekisho.capsule.opener_gate import with_gate
from sekisho.capsule.opening import look_at
from sekisho.codes import challenge_code, read_challenge_code, release_code
from sekisho.custody.office import Office

PIN = "4071"
RELAY = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"Sekisho test key: relay").digest())


def card(office: Office, *, url: str = "", relay: bool = False) -> bytes:
    """Return the office's card."""
    said: dict[str, Any] = {
        "v": 1,
        "name": "汐見市 情報政策課",
        "phone": PHONE,
        "kid": office.custodian.kid.hex(),
        "log": str(office.ledger.key),
        "url": url,
    }
    if relay:
        public = RELAY.public_key().public_bytes_raw()
        signature = office.signer.sign(b"sekisho.example/relay\0" + public)
        said |= {"relay": base64.b64encode(public).decode(), "relay_signature": base64.b64encode(signature).decode()}
    return json.dumps(said).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stick:
    """Files as they lie there, and the office that released their copy."""

    town: Town
    slip: str
    page: Path
    capsule: Path
    key: Path

    def code(self, challenge: str) -> list[str]:
        """Ask the desk by telephone, as the officer would, and return the eight groups that are read aloud."""
        from sekisho.custody.releasing import approve_release, ask_by_voice, give_release
        from invented_office import signing_key

        request = ask_by_voice(self.town.office, read_challenge_code(challenge))
        for name in ("chief", "security"):
            approve_release(self.town.office, request, approver=signing_key(name))
        return release_code(give_release(self.town.office, request)).split()


def stick(town: Town, slip: str, *, url: str = "", relay: bool = False, pin: str | None = PIN, embedded: bool = False) -> Stick:
    """Lay out a stick and the PC's key file."""
    capsule = town.capsule(slip)
    about = card(town.office, url=url, relay=relay)
    page = capsule.with_name("OPEN.html")
    shown = about if pin is None else with_gate(about, pin, bytes(16))
    page.write_bytes(fill(shown, url=url, capsule=capsule.read_bytes() if embedded else None))
    key = town.write("supervisor.key", f"# 鍵\n{IDENTITY.to_secret_text()}\n")
    return Stick(town=town, slip=slip, page=page, capsule=capsule, key=key)

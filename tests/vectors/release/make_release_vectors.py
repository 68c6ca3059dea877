"""Make the release vectors: ``python make_release_vectors.py FOLDER`` writes ``release.json``.

HPKE draws a key each time, so ``sealed`` differs from run to run and everything else does not. Every key and share is a public
test value.
"""

import base64
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sekisho.codes import release_code
from sekisho.custodian import boxes, documents
from sekisho.custodian.boxes import Suite
from sekisho.custodian.card import make_card
from sekisho.custodian.relay import RelayKey, RelayRequest, masked
from sekisho.ledger.checkpoint import TreeHead, sign_head
from sekisho.ledger.entry import Event
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof

AT = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
SHARE, CID, TID = bytes(range(16)), b"\xc1" * 16, b"\x71" * 16
LOG, DEVICE, RELAY = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32
SECRETS: dict[Suite, bytes] = {"x25519": b"\x04" * 32, "xwing": b"\x05" * 64 + b"\x06" * 32}
HEADER = hashlib.sha256(b"header").digest()

SIGNER = Ed25519PrivateKey.from_private_bytes(LOG)
VKEY = VerifierKey.of(SIGNER, name="city.example/ledger")
RELAY_KEY = X25519PrivateKey.from_private_bytes(RELAY)
DEVICE_KEY = Ed25519PrivateKey.from_private_bytes(DEVICE)
CARD = make_card(
    name="汐見市",
    phone="06-0123-0617",
    url="https://release.city.example",
    log=VKEY,
    signer=SIGNER,
    relay=RELAY_KEY.public_key().public_bytes_raw(),
)


def main(folder: Path) -> None:
    """Write the file."""
    cases = [_online(suite) for suite in SECRETS]
    document = {
        "about": "vectors of docs/reference/release.md; all keys are public test values",
        "share": SHARE.hex(),
        "copy": CID.hex(),
        "ticket": TID.hex(),
        "kid": CARD.kid.hex(),
        "header": HEADER.hex(),
        "log_private_key": LOG.hex(),
        "device_private_key": DEVICE.hex(),
        "relay_private_key": RELAY.hex(),
        "card": CARD.text.decode(),
        "online": cases,
        "relay": _relay(),
        "refused": {"bodies": _bad_bodies(cases[0]), "answers": _bad_answers(cases)},
    }
    (folder / "release.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _online(suite: Suite) -> dict[str, Any]:
    key = boxes.EphemeralKey.of(suite, SECRETS[suite])
    device = DEVICE_KEY.public_key().public_bytes_raw()
    raw = documents.write_document(
        cid=CID, tid=TID, kid=CARD.kid, header=HEADER, suite=suite, key=key.key, nonce=b"\x0e" * 16,
        purpose="住民からの問い合わせ", device=device, at=AT,
    )  # fmt: skip
    signature, digest = documents.sign_document(raw, DEVICE_KEY), hashlib.sha256(raw).hexdigest()
    leaf = Event(
        type="release.given",
        at=AT,
        copy=CID.hex(),
        fields={
            "ticket": hashlib.sha256(TID).hexdigest()[:16],
            "request": 7,
            "route": "online",
            "by": ["0123456789abcdef", "fedcba9876543210"],
            "asked": digest,
            "device": documents.device_id(device),
            "acknowledged": 1,
        },
        commitments={},
    ).body()
    sealed = boxes.seal_share(SHARE, suite=suite, key=key.key, leaf=leaf_hash(leaf))
    return {
        "suite": suite,
        "ephemeral_secret": SECRETS[suite].hex(),
        "document": raw.decode(),
        "document_sha256": digest,
        "signature": _b64(signature),
        "body": documents.write_body(raw, signature, factor="123456").decode(),
        "leaf": leaf.decode(),
        "leaf_hash": leaf_hash(leaf).hex(),
        "answer": {
            "state": "released",
            "sealed": _b64(sealed),
            "leaf": _b64(leaf),
            "proof": _proof(leaf, SIGNER),
            "capsule": hashlib.sha256(b"capsule").hexdigest(),
            "manifest": hashlib.sha256(b"manifest").hexdigest(),
        },
    }


def _proof(leaf: bytes, signer: Ed25519PrivateKey) -> str:
    """Return the proof of a leaf that stands second of two."""
    first = leaf_hash(b"another entry")
    head = TreeHead(origin=VKEY.name, size=2, root=root_of([first, leaf_hash(leaf)]))
    return Proof(index=1, hashes=(first,), checkpoint=sign_head(head, signer).note).text()


def _relay() -> dict[str, str]:
    secret = SECRETS["x25519"]
    key = RelayKey(X25519PrivateKey.from_private_bytes(secret))
    asked = RelayRequest(kid=CARD.kid, cid=CID, tid=TID, key=key.public, header=HEADER[:8])
    digits = masked(SHARE, relay=RELAY_KEY, asked=asked)
    return {
        "ephemeral_private_key": secret.hex(),
        "text": asked.text,
        "asked_sha256": hashlib.sha256(asked.raw).hexdigest(),
        "masked": digits.hex(),
        "digits": release_code(digits),
    }


def _bad_bodies(case: dict[str, Any]) -> list[dict[str, str]]:
    raw, good = case["document"], json.loads(case["document"])
    changed = {
        "not acknowledged": json.dumps(good | {"acknowledged": False}),
        "another version": json.dumps(good | {"v": 2}),
        "a key that is none": json.dumps(good | {"more": 1}),
        "a key twice": raw[:-1] + ',"v":1}',
        "capital hex digits": json.dumps(good | {"copy": "C1" * 16}),
        "base64 without padding": json.dumps(good | {"key": good["key"].rstrip("=")}),
        "a number with a fraction": raw.replace('"v":1', '"v":1.0'),
        "a control character": json.dumps(good | {"purpose": "a\nb"}),
        "a time with milliseconds": json.dumps(good | {"at": "2022-06-21T08:00:00.000Z"}),
    }
    bodies = {
        reason: documents.write_body(text.encode(), documents.sign_document(text.encode(), DEVICE_KEY))
        for reason, text in changed.items()
    }
    bodies["signed without the prefix"] = documents.write_body(raw.encode(), DEVICE_KEY.sign(raw.encode()))
    bodies["signed by another device"] = documents.write_body(
        raw.encode(), documents.sign_document(raw.encode(), SIGNER)
    )
    bodies["a key twice in the body"] = case["body"][:-1].encode() + b',"factor":"123456"}'
    bodies["five digits"] = case["body"].replace('"123456"', '"12345"').encode()
    return [{"reason": reason, "body": _b64(body)} for reason, body in bodies.items()]


def _bad_answers(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return answers to the first document that must be refused."""
    good, other = cases[0]["answer"], cases[1]["answer"]
    leaf = cases[0]["leaf"].encode()
    another = leaf.replace(b'"request":7', b'"request":8')
    requested = leaf.replace(b"release.given", b"release.asked")
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
    changed: dict[str, dict[str, str]] = {
        "a leaf of another document": {name: other[name] for name in ("leaf", "proof")},
        "a leaf that is no release": {"leaf": _b64(requested), "proof": _proof(requested, SIGNER)},
        "a proof of another leaf": {"proof": _proof(another, SIGNER)},
        "sealed beside another leaf": {"leaf": _b64(another), "proof": _proof(another, SIGNER)},
        "signed by another log": {"proof": _proof(leaf, stranger)},
        "sealed to another key": {"sealed": _b64(_for_another(leaf))},
        "no proof": {"proof": ""},
    }
    return [{"reason": reason, "answer": good | changes} for reason, changes in changed.items()]


def _for_another(leaf: bytes) -> bytes:
    key = boxes.EphemeralKey.of("x25519", b"\x08" * 32).key
    return boxes.seal_share(SHARE, suite="x25519", key=key, leaf=leaf_hash(leaf))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A signed statement as a QR code carries it from one device to another where there is no network: ``SK1:`` and base45 of CBOR.

    {1: statement, 2: signature, 3: device, 4: sequence, 5: device's time}

The statement is its JSON with short keys and with digests and times as bytes and numbers, and comes out byte for byte as it
was signed, or not at all. Device, sequence and time are what the device says of itself; nobody has signed them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from sekisho.clock import from_text, to_text
from sekisho.custody.signatures import PAPER, PaperSignature, read_paper
from sekisho.custody.statements import HANDOVER
from sekisho.errors import Misuse, SekishoError, Unreadable
from sekisho.signing import base45, cbor
from sekisho.signing.keys import public_from_blob
from sekisho.signing.kinds import ED25519
from sekisho.signing.sshsig import armor, parts
from sekisho.signing.webauthn import Assertion, from_base64url, read_assertion, to_base64url
from sekisho.signing.wire import ssh_string

PREFIX = "SK1:"
MOST_BYTES = 1200
"""More does not fit a code that a phone reads from a screen (version 26 at level M)."""

_FIELDS = (
    "v", "type", "slip", "copy_id", "medium", "capsule", "giver", "receiver", "at", "until", "nonce", "previous", "offer", "by",
    "answer", "reason", "place", "seal_no",
)  # fmt: skip
_NAMES = dict(enumerate(_FIELDS, 1))
_NUMBERS = {name: number for number, name in _NAMES.items()}
_TIMES = frozenset({"at", "until"})
_DIGESTS = frozenset({"copy_id", "capsule", "nonce", "previous", "offer"})

_STATEMENT, _SIGNATURE, _DEVICE, _SEQUENCE, _TIME = range(1, 6)
_SSH_ED25519, _SSH, _PASSKEY, _ON_PAPER = range(4)
_ED25519_SIGNATURE_SIZE = 64
_DEVICE_SIZE = 8
_MOST_SIGNED = 1 << 32
"""No device signs more; and a number beyond 53 bits could not stand in a leaf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A signed statement on its way.

    Attributes:
        statement: as it was signed.
        signature: its text.
        device: which device it was signed on, 16 hex digits; empty where that does not matter.
        sequence: the how-manieth of that device's it is.
        at: when, by that device's clock.
    """

    statement: bytes
    signature: str
    device: str = ""
    sequence: int = 0
    at: datetime | None = None


def to_code(carried: Carried) -> str:
    """Write the text of a QR code.

    Raises:
        Misuse: the statement is none, or too much for a code.
    """
    try:
        body: dict[int | str, cbor.Value] = {
            _STATEMENT: _packed(carried.statement),
            _SIGNATURE: _packed_signature(carried.signature),
        }
    except (ValueError, TypeError, SekishoError):
        raise Misuse("custody.not_for_a_code") from None
    if carried.device:
        body |= {_DEVICE: bytes.fromhex(carried.device), _SEQUENCE: carried.sequence}
    if carried.at is not None:
        body[_TIME] = int(carried.at.timestamp())
    data = cbor.encode(body)
    text = PREFIX + base45.encode(data)
    if len(data) > MOST_BYTES or from_code(text) != carried:
        raise Misuse("custody.not_for_a_code")
    return text


def from_code(text: str) -> Carried:
    """Read the text of a QR code as a camera or a person gives it; what it says is not checked yet.

    Raises:
        Unreadable: it is none.
    """
    try:
        body = cbor.decode(base45.decode(_stripped(text)))
        return _carried(body)
    except (ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError):
        raise Unreadable("custody.no_code") from None


def _stripped(text: str) -> str:
    """Return what stands behind the prefix, without line ends that a terminal has put in; spaces are characters of it."""
    joined = text.strip("\r\n\t").replace("\r", "").replace("\n", "")
    if not joined.startswith(PREFIX) or len(joined) > 2 * MOST_BYTES:
        raise ValueError("no code of ours")
    return joined.removeprefix(PREFIX)


def _carried(body: Any) -> Carried:  # noqa: ANN401 - what somebody's camera gave
    known = {_STATEMENT, _SIGNATURE, _DEVICE, _SEQUENCE, _TIME}
    if not isinstance(body, dict) or not body.keys() <= known:
        raise ValueError("another form")
    device, sequence, at = body.get(_DEVICE, b""), body.get(_SEQUENCE, 0), body.get(_TIME)
    if not isinstance(device, bytes) or len(device) not in {0, _DEVICE_SIZE}:
        raise ValueError("no device")
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 0 <= sequence <= _MOST_SIGNED:
        raise ValueError("no number of a statement")
    return Carried(
        statement=_unpacked(body[_STATEMENT]),
        signature=_unpacked_signature(body[_SIGNATURE], HANDOVER),
        device=device.hex(),
        sequence=sequence,
        at=None if at is None else datetime.fromtimestamp(at, UTC),
    )


def _packed(statement: bytes) -> cbor.Value:
    said = json.loads(statement)
    if not isinstance(said, dict):
        raise TypeError("no statement")
    packed: dict[int | str, cbor.Value] = {}
    for name, value in said.items():
        key = str(name)
        packed[_NUMBERS.get(key, key)] = _packed_value(key, value)
    return packed


def _packed_value(name: str, value: Any) -> cbor.Value:  # noqa: ANN401 - whatever JSON has
    if name in _TIMES and isinstance(value, str):
        return int(from_text(value).timestamp())
    if name in _DIGESTS and isinstance(value, str):
        return bytes.fromhex(value)
    if not isinstance(value, str | int):
        raise TypeError("no value of a statement")
    return value


def _unpacked(packed: Any) -> bytes:  # noqa: ANN401 - what somebody's camera gave
    if not isinstance(packed, Mapping):
        raise TypeError("no statement")
    said: dict[str, str | int] = {}
    for key, value in packed.items():
        name = _NAMES[key] if isinstance(key, int) else key
        if isinstance(key, str) and key in _NUMBERS:
            raise ValueError("a long key where there is a short one")
        said[name] = _unpacked_value(name, value)
    return rfc8785.dumps({**said})


def _unpacked_value(name: str, value: Any) -> str | int:  # noqa: ANN401 - what somebody's camera gave
    match value:
        case int() if name in _TIMES and not isinstance(value, bool):
            return to_text(datetime.fromtimestamp(value, UTC))
        case bytes() if name in _DIGESTS:
            return value.hex()
        case str() | int() if name not in _TIMES | _DIGESTS:
            return value
    raise TypeError("no value of a statement")


def _packed_signature(text: str) -> list[cbor.Value]:
    if '"webauthn"' in text:
        line = read_assertion(text)
        values = (line.id, line.authenticator_data, line.client_data, line.signature)
        return [_PASSKEY, *map(from_base64url, values)]
    if '"paper"' in text:
        paper = read_paper(text)
        return [_ON_PAPER, paper.person, paper.paper, _packed_signature(paper.staff)]
    key, _, signature = parts(text)
    raw = signature[-_ED25519_SIGNATURE_SIZE:]
    if key.kind == ED25519 and signature == _ed25519(raw):
        return [_SSH_ED25519, key.raw, raw]
    return [_SSH, key.blob, signature]


def _unpacked_signature(packed: Any, namespace: str) -> str:  # noqa: ANN401 - what somebody's camera gave
    match packed:
        case [0, bytes(raw), bytes(signature)]:
            key = public_from_blob(ssh_string(ED25519) + ssh_string(raw))
            return armor(key, _ed25519(signature), namespace=namespace)
        case [1, bytes(blob), bytes(signature)]:
            return armor(public_from_blob(blob), signature, namespace=namespace)
        case [2, bytes(id_), bytes(data), bytes(client), bytes(signature)]:
            id64, data64, client64, signature64 = map(to_base64url, (id_, data, client, signature))
            return Assertion(id=id64, authenticator_data=data64, client_data=client64, signature=signature64).text()
        case [3, str(person), str(paper), list(staff)]:
            text = PaperSignature(person=person, paper=paper, staff=_unpacked_signature(staff, PAPER)).text()
            return read_paper(text).text()
    raise ValueError("no signature")


def _ed25519(raw: bytes) -> bytes:
    """Return an Ed25519 signature as a signature blob."""
    if len(raw) != _ED25519_SIGNATURE_SIZE:
        raise ValueError("no Ed25519 signature")
    return ssh_string(ED25519) + ssh_string(raw)

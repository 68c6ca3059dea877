"""Requests for a release that come over a network or in a file: the document, its device's signature, the body around both.

A document is taken as the bytes that were signed, whatever their spelling: what approvers sign and what the ledger holds is
their SHA-256. It is read strictly: one object, no key twice, no key unknown, every value of its exact form, so that no two
readers see different things in it. Specified in ``docs/reference/release.md``.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sekisho.canon.visible import hidden
from sekisho.clock import from_text, to_text
from sekisho.custodian.boxes import KEY_SIZES, Suite
from sekisho.domain import DOMAIN
from sekisho.errors import NoKey, Unreadable
from sekisho.ledger.encoding import read_base64, write_base64

MOST_BODY_BYTES = 8192
MOST_DOCUMENT_BYTES = 4096
MOST_PURPOSE = 300
NOT_SEEN = bytes(32)
"""Stands for a header's digest where the opener is a plugin of ``age``, which is shown stanzas alone."""

_PREFIX = f"{DOMAIN}/release-request\0".encode()
_SIGNATURE_SIZE = 64

_Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Kid: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
_Shape = TypeVar("_Shape")


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An object as it travels."""


class _Document(_Part, frozen=True, kw_only=True):
    v: Literal[1]
    type: Literal["release-request"]
    copy: _Id
    ticket: _Id
    kid: _Kid
    header: _Digest
    suite: Suite
    key: str
    nonce: _Id
    acknowledged: bool
    purpose: Annotated[str, msgspec.Meta(max_length=MOST_PURPOSE)]
    device: _Digest
    at: str


class _Body(_Part, frozen=True, kw_only=True):
    request: str
    signature: str
    factor: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A request document that was read.

    Attributes:
        raw: the bytes that were signed.
        cid: the copy.
        tid: the ticket.
        kid: the custodian that is asked.
        header: SHA-256 of the capsule's header.
        suite: how the share is sealed.
        key: the opener's ephemeral public key.
        purpose: what the person typed; perhaps nothing.
        device: the device's Ed25519 key.
        at: when, by the device's clock.
    """

    raw: bytes
    cid: bytes
    tid: bytes
    kid: bytes
    header: bytes
    suite: Suite
    key: bytes
    purpose: str
    device: bytes
    at: datetime

    @property
    def digest(self) -> bytes:
        """SHA-256 of the document: what approvers sign and the ledger holds."""
        return hashlib.sha256(self.raw).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What is posted: a document whose signature was verified, and the user factor where one was typed."""

    document: Document
    signature: bytes
    factor: str | None = field(default=None, repr=False)


def read_body(data: bytes) -> Body:
    """Read what was posted, and verify the device's signature.

    Raises:
        Unreadable: not of that form.
        NoKey: the signature is not the device's.
    """
    with _form():
        body = _strict(data, _Body, most=MOST_BODY_BYTES)
        raw, signature = read_base64(body.request), read_base64(body.signature)
    document = read_document(raw)
    verify_document(document, signature)
    return Body(document=document, signature=signature, factor=body.factor)


def write_body(document: bytes, signature: bytes, *, factor: str | None = None) -> bytes:
    """Write what is posted."""
    body = {"request": write_base64(document), "signature": write_base64(signature)}
    return msgspec.json.encode(body if factor is None else body | {"factor": factor})


def read_document(raw: bytes) -> Document:
    """Read a request document.

    Raises:
        Unreadable: not of that form.
    """
    with _form():
        shape = _strict(raw, _Document, most=MOST_DOCUMENT_BYTES)
        key = read_base64(shape.key)
        if not shape.acknowledged or len(key) != KEY_SIZES[shape.suite] or hidden(shape.purpose):
            raise ValueError("not acknowledged, or a value of another form")
        return Document(
            raw=raw,
            cid=bytes.fromhex(shape.copy),
            tid=bytes.fromhex(shape.ticket),
            kid=bytes.fromhex(shape.kid),
            header=bytes.fromhex(shape.header),
            suite=shape.suite,
            key=key,
            purpose=shape.purpose,
            device=bytes.fromhex(shape.device),
            at=from_text(shape.at),
        )


def write_document(
    *,
    cid: bytes,
    tid: bytes,
    kid: bytes,
    header: bytes,
    suite: Suite,
    key: bytes,
    nonce: bytes,
    purpose: str,
    device: bytes,
    at: datetime,
) -> bytes:
    """Write a request document; whoever writes one was told what is recorded, and said so."""
    return msgspec.json.encode(
        _Document(
            v=1,
            type="release-request",
            copy=cid.hex(),
            ticket=tid.hex(),
            kid=kid.hex(),
            header=header.hex(),
            suite=suite,
            key=write_base64(key),
            nonce=nonce.hex(),
            acknowledged=True,
            purpose=purpose,
            device=device.hex(),
            at=to_text(at),
        )
    )


def sign_document(raw: bytes, device: Ed25519PrivateKey) -> bytes:
    """Sign a document with the device's key."""
    return device.sign(_PREFIX + raw)


def verify_document(document: Document, signature: bytes) -> None:
    """Check a device's signature.

    Raises:
        NoKey: it is not that device's.
    """
    try:
        Ed25519PublicKey.from_public_bytes(document.device).verify(signature, _PREFIX + document.raw)
    except (InvalidSignature, ValueError):
        raise NoKey("custodian.bad_device_signature") from None


def device_id(device: bytes) -> str:
    """Return what leaves call a device: eight bytes of the SHA-256 of its key."""
    return hashlib.sha256(device).hexdigest()[:16]


def strict_json(data: bytes, *, most: int) -> Any:  # noqa: ANN401 - what JSON holds
    """Read JSON of which every reader sees the same: at most so many bytes, UTF-8, no key twice, whole numbers.

    Raises:
        ValueError: it is not that.
    """
    if len(data) > most:
        raise ValueError("too long")
    try:
        return json.loads(data.decode(), object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)
    except RecursionError:
        raise ValueError("nested too deep") from None


@contextlib.contextmanager
def _form() -> Iterator[None]:
    """Say of what is not of the form only that, for its content is somebody's."""
    try:
        yield
    except ValueError:
        raise Unreadable("custodian.bad_request_document") from None


def _strict(data: bytes, shape: type[_Shape], *, most: int) -> _Shape:
    return msgspec.convert(strict_json(data, most=most), shape)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    for text in (*found, *(value for value in found.values() if isinstance(value, str))):
        text.encode()  # a lone surrogate is no text
    return found


def _no_float(text: str) -> Any:  # noqa: ANN401 - json's own
    raise ValueError(f"not a whole number: {len(text)} characters")

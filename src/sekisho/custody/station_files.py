"""What goes between an office and a sealing station without it: tickets and orders out, commits back.

Tickets and orders are age files to the station's key; the first hold shares, the second personal data. A commit holds
neither: digests under the sealing officer's signature, so it may come back by any way.
"""

import json
import zipfile
from collections.abc import Iterable
from typing import Annotated, BinaryIO, Literal, TypeVar, cast

import msgspec

from sekisho.age.errors import AgeError
from sekisho.age.filekey import Identity
from sekisho.age.reader import Reader, open_reader
from sekisho.capsule.manifest import Manifest
from sekisho.custody.statements import Hex
from sekisho.domain import namespace
from sekisho.errors import NoKey, Unreadable
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign, verify

COMMIT = namespace("commit")
ORDER = "order.json"

_LONGEST = 1 << 24
_Shape = TypeVar("_Shape")

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of such a file."""


class PoolTicket(_Part, frozen=True, kw_only=True):
    """A ticket issued ahead; never shown, for its share is in it."""

    cid: Id
    tid: Id
    share: Id

    def __repr__(self) -> str:
        return f"PoolTicket(cid={self.cid!r})"


class PoolFile(_Part, frozen=True, kw_only=True):
    """Tickets for a station.

    Attributes:
        v: version of this form.
        type: always ``pool``.
        pool: its number at the office.
        kid: the custodian.
        expires: after this none of them comes to life.
        approvals: how many persons will approve each release; the rest of the policy is the order's.
        tickets: the tickets.
    """

    v: Literal[1]
    type: Literal["pool"]
    pool: int
    kid: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
    expires: str
    approvals: int
    tickets: list[PoolTicket]


class OrderedFile(_Part, frozen=True, kw_only=True):
    """A file that goes into each capsule, and under which name it lies in the order."""

    name: str
    entry: str
    size: int
    crc32: int


class OrderedCopy(_Part, frozen=True, kw_only=True):
    """A copy to be sealed.

    Attributes:
        slip: the slip number.
        medium: its medium's label.
        manifest: lacks only what the station adds: id, time and signer.
        opener: the page that lies beside it, which takes the opening number on this slip.
    """

    slip: str
    medium: str
    manifest: Manifest
    opener: str


class Beside(_Part, frozen=True, kw_only=True):
    """A file that lies beside the capsule on its medium, such as the label for a finder."""

    name: str
    text: str


class Order(_Part, frozen=True, kw_only=True):
    """What an approved request asks a station to seal.

    Attributes:
        v: version of this form.
        type: always ``order``.
        request: its number at the office.
        kid: the custodian.
        sealed_to: the recipient's ``age1…``.
        copies: one a medium.
        files: what goes into each.
        beside: what lies beside each.
    """

    v: Literal[1]
    type: Literal["order"]
    request: int
    kid: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
    sealed_to: str
    copies: list[OrderedCopy]
    files: list[OrderedFile]
    beside: list[Beside]


class CommittedCopy(_Part, frozen=True, kw_only=True):
    """A capsule that a station sealed.

    Attributes:
        cid: the ticket's copy.
        slip: the slip number.
        name: the file's name on the medium.
        header: SHA-256 of its header.
        capsule: SHA-256 of the file.
        size: its bytes.
        manifest: SHA-256 of its manifest.
        sealed_at: when, by the station's clock.
        sealed_to: SHA-256 of each recipient's text.
        opener: SHA-256 of the page beside it.
    """

    cid: Id
    slip: str
    name: str
    header: Digest
    capsule: Digest
    size: Annotated[int, msgspec.Meta(gt=0)]
    manifest: Digest
    sealed_at: str
    sealed_to: list[Digest]
    opener: Digest


class CommitStatement(_Part, frozen=True, kw_only=True):
    """What the sealing officer signs."""

    v: Literal[1]
    type: Literal["commit"]
    request: int
    kid: Hex
    signer: str
    copies: list[CommittedCopy]

    def encode(self) -> bytes:
        """Return the bytes that are signed."""
        return msgspec.json.encode(self, order="sorted")


class _Signed(_Part, frozen=True, kw_only=True):
    statement: str
    signature: str


def sign_commit(statement: CommitStatement, officer: SigningKey) -> bytes:
    """Return a commit file."""
    message = statement.encode()
    document = {"statement": message.decode(), "signature": sign(officer, message, namespace=COMMIT)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def read_commit(data: bytes) -> tuple[CommitStatement, PublicKey]:
    """Return a commit and whose signature is under it.

    Raises:
        Unreadable: it is none.
        NoKey: it was altered.
    """
    signed = _decode(data, _Signed)
    key = verify(signed.signature, signed.statement.encode(), namespace=COMMIT)
    statement = _decode(signed.statement.encode(), CommitStatement)
    if statement.signer != key.line:
        raise NoKey("custody.commit_of_another")
    return statement, key


def read_pool(file: BinaryIO, identities: Iterable[Identity]) -> PoolFile:
    """Return the tickets in a file.

    Raises:
        NoKey: it is for another station, or was loaded before.
        Unreadable: it is damaged, or something else.
    """
    with opened(file, identities) as reader:
        return _decode(_read(reader), PoolFile)


def read_order(reader: Reader) -> tuple[Order, zipfile.ZipFile]:
    """Return an order and the archive in which its files lie.

    Raises:
        Unreadable: it is damaged, or something else.
    """
    try:
        archive = zipfile.ZipFile(cast("BinaryIO", reader))
        return _decode(archive.read(ORDER), Order), archive
    except (zipfile.BadZipFile, KeyError, AgeError, NotImplementedError):
        raise Unreadable("custody.no_station_file") from None


def opened(file: BinaryIO, identities: Iterable[Identity]) -> Reader:
    """Open what an office encrypted to a station.

    Raises:
        NoKey: it is for another station, or for a key that this one gave up.
        Unreadable: it is no such file.
    """
    try:
        return open_reader(file, identities)
    except AgeError:
        raise NoKey("custody.other_station") from None


def _read(reader: Reader) -> bytes:
    try:
        return bytes(reader.read(_LONGEST))
    except AgeError:
        raise Unreadable("custody.no_station_file") from None


def _decode(data: bytes, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Unreadable("custody.no_station_file") from None

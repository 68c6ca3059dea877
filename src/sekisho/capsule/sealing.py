"""Sealing: files and manifest become a capsule, written front to back to any sink.

What makes sealing safe against a crash (ticket first, rename last) is the order of the caller's steps; here the bytes are
made. The index of people is not among them; its digest, which the manifest must bear, is. What could not be opened again is
not sealed: nobody would find out before the contractor does.
"""

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from sekisho.age.filekey import Randomness, Recipient
from sekisho.age.header import Header
from sekisho.age.stanza import FILE_KEY_SIZE
from sekisho.age.writer import encrypt_with_file_key
from sekisho.capsule import rel1
from sekisho.capsule.manifest import Manifest, decode_manifest, sign_manifest
from sekisho.capsule.payload import MANIFEST, SIGNATURE, Entry, PayloadWriter
from sekisho.errors import Unreadable
from sekisho.progress import Progress, silent
from sekisho.signing.keys import SigningKey

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """A file to seal.

    Attributes:
        entry: its name, size and check sum.
        open: opens it for reading, for the length of a ``with``; called once.
    """

    entry: Entry
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class Lock:
    """One recipient, and the share without which the recipient's key opens nothing."""

    recipient: Recipient
    binding: rel1.Binding
    share: bytes = field(repr=False)

    @property
    def bindings(self) -> tuple[rel1.Binding, ...]:
        """What the share belongs to."""
        return (self.binding,)

    def wrap(self, file_key: bytes, randomness: Randomness) -> rel1.ReleaseStanza:  # noqa: ARG002 - as of the other lock
        """Return the stanza of this recipient."""
        return rel1.wrap(file_key, self.share, self.binding, self.recipient)


@dataclass(frozen=True, slots=True)
class DualLock:
    """One recipient, and the shares of several custodians, so many of which it takes beside the recipient's key."""

    recipient: Recipient
    needed: int
    shares: tuple[tuple[rel1.Binding, bytes], ...] = field(repr=False)

    @property
    def bindings(self) -> tuple[rel1.Binding, ...]:
        """What the shares belong to."""
        return tuple(binding for binding, _ in self.shares)

    def wrap(self, file_key: bytes, randomness: Randomness) -> rel1.DualStanza:
        """Return the stanza of this recipient."""
        return rel1.wrap_dual(file_key, self.shares, self.recipient, needed=self.needed, randomness=randomness)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished capsule.

    Attributes:
        sha256: digest of the whole file.
        size: its bytes.
        manifest_sha256: digest of the manifest.
    """

    sha256: bytes
    size: int
    manifest_sha256: bytes


def seal(
    destination: BinaryIO,
    manifest: Manifest,
    contents: Sequence[Content],
    locks: Iterable[Lock | DualLock],
    *,
    signer: SigningKey,
    time: datetime,
    pad: bool = False,
    randomness: Randomness = os.urandom,
    progress: Progress = silent,
) -> Sealed:
    """Write a capsule.

    Args:
        destination: takes the capsule; stays open.
        manifest: what is inside; its list of files must be that of ``contents``.
        contents: the files.
        locks: the recipients, at least one.
        signer: the sealing officer's key.
        time: when, for the entries' time stamps.
        pad: whether the size is rounded up, by 12 % at the most, to say less of how many people are inside.
        randomness: gives the file key and the payload's nonce.
        progress: told after each block how many bytes of the contents it had.

    Raises:
        ValueError: manifest, contents, locks and signer do not belong together, or a content is not what its entry says.
        OSError: the disk said no.
    """
    locks = tuple(locks)
    _check(manifest, contents, locks, signer)
    file_key = randomness(FILE_KEY_SIZE)
    stanzas = [lock.wrap(file_key, randomness).to_stanza() for lock in locks]
    header = Header.authenticated(stanzas, file_key=file_key)
    sink, manifest_bytes, signature = _Hashing(destination), manifest.encode(), sign_manifest(manifest, signer)
    with encrypt_with_file_key(sink, header, file_key=file_key, randomness=randomness) as age:
        payload = PayloadWriter(age, time=time)
        _add_bytes(payload, MANIFEST, manifest_bytes)
        for content in contents:
            payload.add(content.entry, _blocks(content, progress))
        if pad:
            payload.pad(following=_entry_of(SIGNATURE, signature))
        _add_bytes(payload, SIGNATURE, signature)
        payload.close()
    return Sealed(sink.digest(), sink.size, hashlib.sha256(manifest_bytes).digest())


def _check(
    manifest: Manifest, contents: Sequence[Content], locks: Sequence[Lock | DualLock], signer: SigningKey
) -> None:
    if [(file.name, file.size) for file in manifest.files] != [(each.entry.name, each.entry.size) for each in contents]:
        raise ValueError("the manifest lists other files")
    bindings = [binding for lock in locks for binding in lock.bindings]
    if {binding.cid.hex() for binding in bindings} != {manifest.cid}:
        raise ValueError("a copy is sealed with its own locks, at least one")
    if len({binding.tid for binding in bindings}) != len(bindings):
        raise ValueError("each recipient has a ticket of their own")
    if manifest.signer != signer.public.line:
        raise ValueError("the manifest names another signer")
    try:
        decode_manifest(manifest.encode())
    except Unreadable:
        raise ValueError("the manifest could not be read back") from None


def _add_bytes(payload: PayloadWriter, name: str, data: bytes) -> None:
    payload.add(_entry_of(name, data), [data])


def _entry_of(name: str, data: bytes) -> Entry:
    return Entry(name, len(data), zlib.crc32(data))


def _blocks(content: Content, progress: Progress) -> Iterator[bytes]:
    with content.open() as file:
        while block := file.read(_BLOCK):
            yield block
            progress(len(block))


class _Hashing:
    """Passes bytes on and keeps their digest and number."""

    def __init__(self, destination: BinaryIO) -> None:
        self._destination = destination
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> int:
        written = self._destination.write(data)
        self._hash.update(memoryview(data)[:written])
        self.size += written
        return written

    def digest(self) -> bytes:
        return self._hash.digest()

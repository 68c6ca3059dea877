"""Opening: the recipient's key first, then a release, then everything verified before a byte is shown.

Without the recipient's key nobody can even ask for a release. The share comes from a :class:`ShareSource`: the custodian
on this machine, or a person who reads 48 digits aloud. It is used and dropped; each opening is a new release.

What opens verifies: it is whole, and as its signer sealed it. Whether that is the signer and the content that the office
has on record, only the office can tell (:func:`sekisho.custody.releasing.open_here`).
"""

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

from sekisho.age.errors import HeaderError, MacError, PayloadError
from sekisho.age.filekey import Identity
from sekisho.age.header import Header, read_header
from sekisho.age.reader import Reader, open_with_file_key
from sekisho.capsule import rel1
from sekisho.capsule.asking import Ask, ShareSource, released_key
from sekisho.capsule.manifest import File, Manifest, decode_manifest, verify_manifest
from sekisho.capsule.payload import MANIFEST, SIGNATURE, files_of, read_entry, read_payload
from sekisho.clock import from_text, to_machine_local
from sekisho.errors import Misuse, NotFound, Refused, Unreadable
from sekisho.progress import Progress, silent
from sekisho.signing.keys import PublicKey

__all__ = [
    "Ask", "Closed", "OpenCapsule", "ShareSource", "Use", "check_use", "check_window", "look_at", "open_capsule",
    "released_key",
]  # fmt: skip

_LONGEST_MANIFEST = 16 << 20


class Use(StrEnum):
    """What an opener wants to do with what is inside."""

    SAVE = "save"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Closed:
    """A capsule as anybody can see it, without any key."""

    header: Header
    stanzas: tuple[rel1.ReleaseStanza | rel1.DualStanza, ...]

    @property
    def cid(self) -> bytes:
        """The copy's id."""
        return self.stanzas[0].binding.cid

    @property
    def header_sha256(self) -> bytes:
        """Digest of the header."""
        return hashlib.sha256(self.header.encode()).digest()


def look_at(file: BinaryIO) -> Closed:
    """Read a capsule's header; ``file`` then stands at the payload.

    Raises:
        Unreadable: no capsule, or one with a way past the custodian.
    """
    try:
        header = read_header(file)
    except HeaderError as error:
        raise Unreadable("capsule.not_age") from error
    return Closed(header, rel1.read_stanzas(header))


def open_capsule(file: BinaryIO, identity: Identity, source: ShareSource, *, sparse: bool = False) -> "OpenCapsule":
    """Open a capsule: unwrap, ask for a release, unmask, verify.

    Args:
        file: the capsule.
        identity: the recipient's key.
        source: where the share comes from.
        sparse: for who wants a few files of many: see :func:`sekisho.capsule.payload.read_payload`.

    Raises:
        NoKey: another recipient's capsule, or a share that does not fit.
        Unreadable: damaged, truncated, foreign.
        SekishoError: the release was refused.
    """
    closed = look_at(file)
    file_key = released_key(rel1.unwrap(closed.stanzas, identity), source, header_sha256=closed.header_sha256)
    try:
        reader = open_with_file_key(file, closed.header, file_key=file_key)
        return _verified(reader, closed, sparse=sparse)
    except MacError:
        raise Unreadable("capsule.header_altered") from None
    except (PayloadError, HeaderError):
        raise Unreadable("capsule.truncated") from None


def check_use(use: Use, *, allow_save: bool, forms: Collection[str]) -> None:
    """Refuse what was not approved, or what the content cannot do.

    Args:
        use: what is wanted.
        allow_save: whether the content may be saved.
        forms: the forms of the files inside.

    Raises:
        Refused: it may not be saved.
        Misuse: it holds no answer table.
    """
    if use is Use.SAVE and not allow_save:
        raise Refused("capsule.save_not_allowed")
    if use is Use.ASK and not {"answers", "question"} <= set(forms):
        raise Misuse("capsule.no_answers")


def check_window(manifest: Manifest, now: datetime) -> None:
    """Refuse a capsule outside its window, for a code that was read aloud in it stays good after it.

    Raises:
        Refused: too early, or too late.
    """
    begins, ends = from_text(manifest.not_before), from_text(manifest.not_after)
    if now < begins:
        raise Refused("capsule.too_early", begins=to_machine_local(begins), now=to_machine_local(now))
    if now > ends:
        raise Refused("capsule.too_late", ends=to_machine_local(ends), now=to_machine_local(now))


class OpenCapsule:
    """An open capsule: its manifest, verified, and its files, each verified when it is read to its end."""

    def __init__(self, payload: zipfile.ZipFile, manifest: Manifest, signer: PublicKey) -> None:
        self._payload = payload
        self.manifest = manifest
        self.signer = signer

    def read(self, name: str) -> bytes:
        """Return one file's content.

        Raises:
            NotFound: there is no such file.
            Unreadable: it is damaged, or not what the manifest says.
        """
        file = next((each for each in self.manifest.files if each.name == name), None)
        if file is None:
            raise NotFound("capsule.no_such_file", file=name)
        with _guarded():
            content = b"".join(read_entry(self._payload, name))
        _check_digest(file, hashlib.sha256(content).digest())
        return content

    def extract(self, folder: Path, *, progress: Progress = silent) -> None:
        """Write every file into a folder that the caller makes appear only when this returns.

        ``progress`` is told after each block how many bytes it had.

        Raises:
            Unreadable: a file is damaged, or not what the manifest says.
            OSError: the disk said no.
        """
        for file in self.manifest.files:
            self._extract_one(file, folder / file.name, progress)

    def _extract_one(self, file: File, path: Path, progress: Progress) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as out, _guarded():
            for block in read_entry(self._payload, file.name):
                digest.update(block)
                out.write(block)
                progress(len(block))
            out.flush()
            os.fsync(out.fileno())
        _check_digest(file, digest.digest())


def _verified(reader: Reader, closed: Closed, *, sparse: bool) -> OpenCapsule:
    payload = read_payload(cast("BinaryIO", reader), sparse=sparse)
    manifest = decode_manifest(_small(payload, MANIFEST))
    signer = verify_manifest(manifest, _small(payload, SIGNATURE))
    entries = [(entry.filename, entry.file_size) for entry in files_of(payload)]
    if manifest.cid != closed.cid.hex() or entries != [(file.name, file.size) for file in manifest.files]:
        raise Unreadable("capsule.bad_manifest")
    return OpenCapsule(payload, manifest, signer)


def _small(payload: zipfile.ZipFile, name: str) -> bytes:
    if payload.getinfo(name).file_size > _LONGEST_MANIFEST:
        raise Unreadable("capsule.bad_manifest")
    with _guarded():
        return b"".join(read_entry(payload, name))


@contextlib.contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (PayloadError, zipfile.BadZipFile, EOFError):
        raise Unreadable("capsule.truncated") from None


def _check_digest(file: File, digest: bytes) -> None:
    if digest.hex() != file.sha256:
        raise Unreadable("capsule.file_altered", file=file.name)

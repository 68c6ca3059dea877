"""Capsules for tests, good and bad: a sealing officer, a recipient, a share and small files with Japanese names."""

import contextlib
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.age.filekey import Recipient
from sekisho.age.header import Header, read_header
from sekisho.age.stanza import Stanza
from sekisho.age.writer import encrypt_with_file_key
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule import rel1
from sekisho.capsule.manifest import FieldForm, File, Manifest, PurposeRef, sign_manifest
from sekisho.capsule.opening import Ask, OpenCapsule, open_capsule
from sekisho.capsule.payload import MANIFEST, SIGNATURE, Entry, PayloadWriter
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, Lock, seal
from sekisho.errors import SekishoError
from sekisho.files import replacing_folder
from sekisho.signing.keys import SigningKey

EVENING = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
OWNER, OTHER = X25519Identity(bytes(range(32))), X25519Identity(bytes(32))
SHARE = bytes(range(16))
FILE_KEY = b"YELLOW SUBMARINE"
BINDING = Binding(cid=b"\xc1" * 16, tid=b"\x71" * 16, kid=b"\x1d" * 8)
FILES = {"税/給付対象.csv": "番号,結果\n00012,対象\n".encode(), "empty.csv": b"", "readme.txt": b"Returned by Friday."}


def signing_key(label: str) -> SigningKey:
    """Return the test key of a person."""
    seed = hashlib.sha256(f"Sekisho test key: {label}".encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


SIGNER = signing_key("sealing officer")


@dataclass
class Spoken:
    """A share as if read aloud, and what it was asked for."""

    share_bytes: bytes = SHARE
    asked: list[Ask] = field(default_factory=list)

    def share(self, ask: Ask, /) -> bytes:
        self.asked.append(ask)
        return self.share_bytes


def manifest_of(files: Mapping[str, bytes] = FILES, **changes: object) -> Manifest:
    """Return the manifest of these files."""
    parts = [
        File(name=name, form="table", size=len(data), sha256=hashlib.sha256(data).hexdigest(), rows=data.count(b"\n"))
        for name, data in files.items()
    ]
    manifest = Manifest(
        v=1,
        cid=BINDING.cid.hex(),
        slip="118488",
        purposes=[PurposeRef(id="benefit", title="臨時特別給付金の案内", digest="aa" * 32)],
        controller="尼崎市",
        recipient="給付金コールセンター",
        carrier="再委託先",
        files=parts,
        fields=[FieldForm(file=name, name="番号", kind="record_id", form="token") for name in files],
        people=1,
        unresolved=0,
        index="bb" * 32,
        not_before="2022-06-21T08:00:00Z",
        not_after="2022-06-24T08:00:00Z",
        due="2022-06-24T09:00:00Z",
        max_opens=3,
        allow_save=True,
        sealed_at="2022-06-21T08:00:00Z",
        signer=SIGNER.public.line,
    )
    return msgspec.structs.replace(manifest, **changes)


def content(name: str, data: bytes) -> Content:
    """Return a file to seal."""
    return Content(Entry(name, len(data), zlib.crc32(data)), lambda: contextlib.nullcontext(BytesIO(data)))


def sealed(files: Mapping[str, bytes] = FILES, *, recipient: Recipient = OWNER.recipient, **changes: object) -> bytes:
    """Return a capsule of these files; ``changes`` are those of its manifest."""
    made = BytesIO()
    contents = [content(name, data) for name, data in files.items()]
    locks = [Lock(recipient, BINDING, SHARE)]
    seal(made, manifest_of(files, **changes), contents, locks, signer=SIGNER, time=EVENING)
    return made.getvalue()


def opened(capsule: bytes, *, identity: X25519Identity = OWNER, source: Spoken | None = None) -> OpenCapsule:
    """Open a capsule with the right share, unless another is given."""
    return open_capsule(BytesIO(capsule), identity, source or Spoken())


def payload_of(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a payload of these entries, whatever they are."""
    made = BytesIO()
    writer = PayloadWriter(made, time=EVENING)
    for name, data in entries:
        writer.add(Entry(name, len(data), zlib.crc32(data)), [data])
    writer.close()
    return made.getvalue()


def signed_payload(
    manifest: Manifest, files: Mapping[str, bytes] = FILES, *, signer: SigningKey = SIGNER, signature: bytes = b""
) -> bytes:
    """Return a payload with this manifest, whether it fits the files or not."""
    last = signature or sign_manifest(manifest, signer)
    return payload_of([(MANIFEST, manifest.encode()), *files.items(), (SIGNATURE, last)])


def stanza() -> Stanza:
    """Return the release stanza of :data:`FILE_KEY` for the owner."""
    return rel1.wrap(FILE_KEY, SHARE, BINDING, OWNER.recipient).to_stanza()


def capsule_of(payload: bytes, *stanzas: Stanza) -> bytes:
    """Return a capsule with this payload and these stanzas, whatever they are, with the right MAC."""
    made = BytesIO()
    header = Header.authenticated(stanzas or [stanza()], file_key=FILE_KEY)
    with encrypt_with_file_key(made, header, file_key=FILE_KEY) as writer:
        writer.write(payload)
    return made.getvalue()


def with_header(capsule: bytes, change: Callable[[Header], Header]) -> bytes:
    """Return a capsule with another header before the same payload."""
    file = BytesIO(capsule)
    return change(read_header(file)).encode() + file.read()


def arguments(place: int, value: str) -> Stanza:
    """Return the good stanza with one argument replaced; 0 is the copy's id."""
    good: Any = stanza()
    args = list(good.args)
    args[place] = value
    return Stanza(good.type, tuple(args), good.body)


def refused(capsule: bytes, *, source: Spoken | None = None) -> SekishoError:
    """Open a capsule that must be refused and return the refusal."""
    with pytest.raises(SekishoError) as caught:
        opened(capsule, source=source)
    return caught.value


def extracted(capsule: bytes, folder: Path) -> Path:
    """Open and extract as the command does: the folder appears when all is well."""
    found = opened(capsule)
    with replacing_folder(folder / "out") as out:
        found.extract(out)
    return folder / "out"

"""One file of many in a large capsule: what it costs to find, open and read it, and what sealing costs beside age.

    python benchmarks/capsule.py --files 2000 --kilobytes 500 --folder /dev/shm

A capsule is sealed with so many files. Then, in this process and five times over, it is opened with the recipient's key and
its share, the manifest is verified, one file in the middle is read and its digest compared. Counted are CPU milliseconds,
how many chunks were decrypted, and the bytes read from the file; beside it what the same takes when everything is opened.
"""

import argparse
import contextlib
import hashlib
import os
import platform
import tempfile
import time
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.age.payload import open_chunk
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.manifest import FieldForm, File, Manifest, PurposeRef
from sekisho.capsule.opening import Ask, open_capsule
from sekisho.capsule.payload import Entry
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, Lock, seal
from sekisho.signing.keys import SigningKey

OWNER = X25519Identity.generate()
SIGNER = SigningKey(Ed25519PrivateKey.generate())
SHARE = os.urandom(16)
BINDING = Binding(os.urandom(16), os.urandom(16), os.urandom(8))
TIME = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)


class Spoken:
    """The share, as if read aloud."""

    def share(self, _: Ask, /) -> bytes:
        """Return it."""
        return SHARE


def main() -> None:
    """Seal, open, read one, read all, and print what it cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--kilobytes", type=int, default=500, help="of each file, in 1,000 bytes")
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    arguments = parser.parse_args()
    data = os.urandom(arguments.kilobytes * 1000)
    names = [f"table-{number:05}.csv" for number in range(arguments.files)]
    total = len(data) * len(names)
    print(
        f"{len(names)} files, {total / 1e9:.2f} GB, {platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        path = Path(folder) / "capsule.age"
        began = time.process_time()
        _seal(path, names, data)
        print(f"seal: {time.process_time() - began:.2f} CPU s, {total / 1e9 / (time.process_time() - began):.2f} GB/s")
        middle = names[len(names) // 2]
        print("read one:", min(_read(path, [middle]) for _ in range(5)))
        print("read all:", _read(path, names))


def _seal(path: Path, names: list[str], data: bytes) -> None:
    digest, crc32 = hashlib.sha256(data).hexdigest(), zlib.crc32(data)
    files = [File(name=name, form="table", size=len(data), sha256=digest, rows=1) for name in names]
    time_text = "2022-06-21T08:00:00Z"
    manifest = Manifest(
        v=1, cid=BINDING.cid.hex(), slip="118488", purposes=[PurposeRef(id="b", title="b", digest="aa" * 32)],
        controller="o", recipient="r", carrier="c", files=files,
        fields=[FieldForm(file=name, name="n", kind="record_id", form="token") for name in names],
        people=1, unresolved=0, index="bb" * 32, not_before=time_text, not_after=time_text, due=time_text, max_opens=1,
        allow_save=True, sealed_at=time_text, signer=SIGNER.public.line,
    )  # fmt: skip
    contents = [Content(Entry(name, len(data), crc32), lambda: contextlib.nullcontext(BytesIO(data))) for name in names]
    with path.open("wb") as file:
        seal(file, manifest, contents, [Lock(OWNER.recipient, BINDING, SHARE)], signer=SIGNER, time=TIME)


def _read(path: Path, names: list[str]) -> str:
    """Open the capsule, read these files and say what it cost."""
    began = time.process_time()
    with mock.patch("sekisho.age.reader.open_chunk", side_effect=open_chunk) as chunks, path.open("rb") as file:
        capsule = open_capsule(file, OWNER, Spoken(), sparse=len(names) == 1)
        for name in names:
            capsule.read(name)
    return f"{(time.process_time() - began) * 1000:8.1f} CPU ms, {chunks.call_count} chunks"


if __name__ == "__main__":
    main()

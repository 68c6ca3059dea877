"""Make the vectors of the other inner types and forms of a payload: ``python make_form_vectors.py FOLDER``.

HPKE draws its own randomness, and compressors differ, so what they made once stands in ``drawn.json`` beside this file; all
else is written out from it, the same bytes every time. Every key and share is a public test value.
"""

import json
import sys
import zlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import make_rel1_vectors as rel1
from make_rel1_vectors import BAD_PAYLOAD, BAD_STANZA, FILES, GOOD, NAME, SUCCESS, Vector

from sekisho.age.stanza import Stanza
from sekisho.capsule.manifest import sign_manifest
from sekisho.capsule.payload import MANIFEST, PADDING, SIGNATURE, Entry, PayloadWriter

DRAWN = json.loads((Path(__file__).parent / "drawn.json").read_text())
MLKEM, TAG = "mlkem768x25519", "p256tag"


@dataclass(frozen=True)
class Form(Vector):
    """A vector whose identity is of another type."""

    identity: str = rel1.OWNER.to_secret_text()

    def encode(self) -> bytes:
        """Return the file; see :class:`make_rel1_vectors.Vector`."""
        own = super().encode()
        return own.replace(rel1.OWNER.to_secret_text().encode(), self.identity.encode(), 1)


def wrapped(kind: str, *, args: list[str] | None = None) -> Stanza:
    """Return a release stanza around the drawn inner stanza of a type, or with other arguments behind the type."""
    drawn = DRAWN[kind]
    ids = [rel1.CID, rel1.TID, rel1.KID, rel1.check_value(rel1.SHARE)]
    return Stanza(
        NAME, (*map(rel1.base64, ids), kind, *(drawn["args"] if args is None else args)), _bytes(drawn["body"])
    )


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))


def inner_vectors() -> Iterator[Vector]:
    """Yield what the inner types decide."""
    for kind in (MLKEM, TAG):
        args, identity = DRAWN[kind]["args"], DRAWN[kind]["identity"]
        name = kind.replace("768x25519", "")
        yield Form(name, SUCCESS, rel1.seal(GOOD, [wrapped(kind)]), f"inner {kind}", plaintext=GOOD, identity=identity)
        last = _bytes(args[-1])
        cases = {
            "enc_short": ([*args[:-1], rel1.base64(last[:-1])], "one byte of enc is missing"),
            "enc_long": ([*args[:-1], rel1.base64(last + b"\0")], "one byte of enc too many"),
            "enc_missing": (args[:-1], "without enc"),
            "enc_twice": ([*args, args[-1]], "one argument too many"),
        }
        if kind == MLKEM:
            cases["enc_low_order"] = ([rel1.base64(last[:-32] + bytes(32))], "the X25519 half is the point zero")
        else:
            cases["tag_long"] = ([rel1.base64(bytes(5)), args[1]], "a tag of 5 bytes")
            cases["enc_off_curve"] = (
                [args[0], rel1.base64(b"\4" + bytes(64))],
                "no point, and a tag that is not its own",
            )
        for case, (changed, comment) in cases.items():
            made = rel1.seal(GOOD, [wrapped(kind, args=changed)])
            expect = "other recipient" if case == "enc_off_curve" else BAD_STANZA
            yield Form(f"{name}_{case}", expect, made, comment, identity=identity)


class Writer:
    """Writes payloads, good and bad, entry by entry."""

    def __init__(self) -> None:
        self.sink = BytesIO()
        self._writer = PayloadWriter(self.sink, time=rel1.TIME)
        self._manifest = rel1.manifest()
        self.put(MANIFEST, self._manifest.encode())

    def put(self, name: str, data: bytes) -> None:
        """Store an entry."""
        self._writer.add(Entry(name, len(data), zlib.crc32(data)), [data])

    def put_deflated(self, name: str, data: bytes, packed: bytes) -> None:
        """Write an entry that says it is deflated."""
        entry = Entry(name, len(data), zlib.crc32(data), len(packed))
        self.sink.write(self._writer._layout.add(entry) + packed)

    def end(self) -> bytes:
        """Write the signature and the directory; return the payload."""
        self.put(SIGNATURE, sign_manifest(self._manifest, rel1.SIGNER))
        self._writer.close()
        return self.sink.getvalue()


def deflated(change: bytes = b"", *, cut: int = 0) -> bytes:
    """Return a payload whose first file is deflated, with something behind or missing."""
    writer = Writer()
    (first, data), *others = FILES.items()
    packed = _bytes(DRAWN["deflated"])
    writer.put_deflated(first, data, packed[: len(packed) - cut] + change)
    for name, content in others:
        writer.put(name, content)
    return writer.end()


def padded(data: bytes, *, early: bool = False) -> bytes:
    """Return a payload with this padding, before the signature or before the files."""
    writer = Writer()
    parts = [*FILES.items()]
    parts.insert(0 if early else len(parts), (PADDING, data))
    for name, content in parts:
        writer.put(name, content)
    return writer.end()


def payload_vectors() -> Iterator[Vector]:
    """Yield deflated and padded payloads."""
    bare = len(padded(b""))
    size = next(n for n in range(bare) if _is_padme(bare + n))
    yield _sealed("deflated", SUCCESS, deflated(), "a file deflated")
    yield _sealed("deflated_followed", "damaged", deflated(b"\0"), "one byte behind the deflated stream")
    yield _sealed("deflated_cut", "damaged", deflated(cut=1), "the deflated stream lacks its last byte")
    yield _sealed("padded", SUCCESS, padded(bytes(size)), f"{size} zeros, after Padme")
    yield _sealed("padding_short", BAD_PAYLOAD, padded(bytes(size - 1)), "one zero too few")
    yield _sealed("padding_long", BAD_PAYLOAD, padded(bytes(size + 1)), "one zero too many")
    yield _sealed("padding_not_zero", BAD_PAYLOAD, padded(bytes(size - 1) + b"x"), "something hides in it")
    yield _sealed("padding_early", BAD_PAYLOAD, padded(bytes(size), early=True), "before the files")


def _is_padme(size: int) -> bool:
    """Tell whether only so many leading bits of a size are set as its magnitude has bits, written out apart."""
    exponent = size.bit_length() - 1
    kept = len(f"{exponent:b}")
    return "1" not in f"{size:b}"[1 + kept :]


def _sealed(name: str, expect: str, payload: bytes, comment: str) -> Vector:
    made = Vector(name, expect, rel1.seal(payload, [rel1.stanza()]), comment)
    return replace(made, plaintext=payload) if expect == SUCCESS else made


def main(folder: Path) -> None:
    """Write all vectors."""
    (folder / "testdata").mkdir(parents=True, exist_ok=True)
    for vector in (*inner_vectors(), *payload_vectors()):
        (folder / "testdata" / vector.name).write_bytes(vector.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

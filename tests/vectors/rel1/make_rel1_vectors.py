"""Make the rel1 vectors: ``python make_rel1_vectors.py FOLDER`` writes the same bytes every time.

The two derivations are written out here with the standard library's HMAC, and the header by hand, so that the vectors
do not merely repeat what ``sekisho.capsule.rel1`` does. X25519 wrapping and the payload of the age file are those of
``sekisho.age``, which has vectors of its own. Every key and share is a public test value.
"""

import hashlib
import hmac
import json
import struct
import sys
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.age.header import Header
from sekisho.age.stanza import Stanza
from sekisho.age.writer import encrypt_with_file_key
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.manifest import File, Manifest, PurposeRef, sign_manifest
from sekisho.capsule.payload import MANIFEST, SIGNATURE, Entry, PayloadWriter
from sekisho.codes import release_code
from sekisho.signing.keys import SigningKey

NAME = "sekisho.example/rel1"
OWNER, OTHER = X25519Identity(bytes(range(32))), X25519Identity(bytes([7] * 32))
FILE_KEY = b"YELLOW SUBMARINE"
SHARE, OTHER_SHARE = bytes(range(16)), bytes(range(16, 32))
CID, TID, KID = b"\xc1" * 16, b"\x71" * 16, bytes(range(8))
TIME = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
FILES = {"税/給付対象.csv": "番号,結果\n00012,対象\n".encode(), "空.csv": b""}
SUCCESS, BAD_PAYLOAD, BAD_STANZA = "success", "payload rule", "malformed stanza"


@dataclass(frozen=True)
class Vector:
    """One vector: what must come of opening a capsule with the owner's identity and a share."""

    name: str
    expect: str
    capsule: bytes
    comment: str
    share: bytes = SHARE
    plaintext: bytes | None = None

    def encode(self) -> bytes:
        """Return the file: fields, an empty line, the capsule."""
        fields = {
            "expect": self.expect,
            **({"payload": hashlib.sha256(self.plaintext).hexdigest()} if self.plaintext else {}),
            "file key": FILE_KEY.hex(),
            "share": self.share.hex(),
            "identity": OWNER.to_secret_text(),
            "comment": self.comment,
        }
        return "".join(f"{name}: {value}\n" for name, value in fields.items()).encode() + b"\n" + self.capsule


def pseudorandom(label: str, size: int) -> bytes:
    """Return known bytes where a sealer takes random ones."""
    return hashlib.sha512(f"rel1 vectors: {label}".encode()).digest()[:size]


def derive(share: bytes, info: bytes, size: int) -> bytes:
    """Return HKDF-SHA256 (RFC 5869) of a share with an empty salt, at most one block long."""
    extracted = hmac.digest(bytes(32), share, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:size]


def mask_of(share: bytes, cid: bytes = CID, tid: bytes = TID) -> bytes:
    """Return the mask of the file key."""
    return derive(share, NAME.encode() + b"\0" + cid + tid, 16)


def check_value(share: bytes, cid: bytes = CID, tid: bytes = TID) -> bytes:
    """Return the check value of a share."""
    return derive(share, NAME.encode() + b" kcv" + cid + tid, 8)


def xor(left: bytes, right: bytes) -> bytes:
    """Return the exclusive or."""
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def base64(data: bytes) -> str:
    """Write base64 without padding."""
    return b64encode(data).decode().rstrip("=")


def inner(recipient: X25519Identity = OWNER, share: bytes = SHARE, cid: bytes = CID, tid: bytes = TID) -> Stanza:
    """Return the ordinary age stanza that wraps the masked file key."""
    ephemeral = pseudorandom(f"ephemeral {tid.hex()} {recipient.recipient}", 32)
    masked = xor(FILE_KEY, mask_of(share, cid, tid))
    (stanza,) = recipient.recipient.wrap(masked, randomness=lambda _: ephemeral)
    return stanza


def stanza(recipient: X25519Identity = OWNER, share: bytes = SHARE, cid: bytes = CID, tid: bytes = TID) -> Stanza:
    """Return a good release stanza."""
    wrapped = inner(recipient, share, cid, tid)
    ids = [cid, tid, KID, check_value(share, cid, tid)]
    return Stanza(NAME, (*map(base64, ids), wrapped.type, *wrapped.args), wrapped.body)


def changed(place: int, *values: str, body: bytes | None = None) -> Stanza:
    """Return the good stanza with one argument replaced by none, one or more."""
    good = stanza()
    args = (*good.args[:place], *values, *good.args[place + 1 :])
    return Stanza(good.type, args, good.body if body is None else body)


def seal(payload: bytes, stanzas: Sequence[Stanza], *, shown: Sequence[Stanza] = ()) -> bytes:
    """Return a capsule; with ``shown``, one whose stanzas were replaced after its MAC was made."""
    header, made = Header.authenticated(stanzas, file_key=FILE_KEY), BytesIO()
    nonce = pseudorandom("nonce", 16)
    with encrypt_with_file_key(made, header, file_key=FILE_KEY, randomness=lambda _: nonce) as writer:
        writer.write(payload)
    body = made.getvalue().removeprefix(header.encode())
    return (Header(tuple(shown), header.mac) if shown else header).encode() + body


SIGNER, STRANGER = (
    SigningKey(Ed25519PrivateKey.from_private_bytes(pseudorandom(label, 32))) for label in ("signer", "stranger")
)


def manifest(files: Mapping[str, bytes] = FILES, **values: object) -> Manifest:
    """Return a manifest of these files."""
    parts = [
        File(name=name, form="table", size=len(data), sha256=hashlib.sha256(data).hexdigest(), rows=data.count(b"\n"))
        for name, data in files.items()
    ]
    made = Manifest(
        v=1,
        cid=CID.hex(),
        slip="118488",
        purposes=[PurposeRef(id="benefit", title="臨時特別給付金", digest="aa" * 32)],
        controller="尼崎市",
        recipient="コールセンター",
        carrier="受託者",
        files=parts,
        fields=[],
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
    return msgspec.structs.replace(made, **values)


def payload(signed: Manifest, files: Mapping[str, bytes] = FILES, *, signature: bytes = b"") -> bytes:
    """Return a payload with this manifest, whether it fits the files or not."""
    made = BytesIO()
    writer = PayloadWriter(made, time=TIME)
    last = signature or sign_manifest(signed, SIGNER)
    for name, data in [(MANIFEST, signed.encode()), *files.items(), (SIGNATURE, last)]:
        writer.add(Entry(name, len(data), zlib.crc32(data)), [data])
    writer.close()
    return made.getvalue()


def flipped(data: bytes, place: int) -> bytes:
    """Return the bytes with one bit changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


GOOD = payload(manifest())


def header_vectors() -> Iterator[Vector]:
    """Yield what the header decides."""
    other = stanza(OTHER, OTHER_SHARE, tid=bytes(16))
    yield Vector("one_recipient", SUCCESS, seal(GOOD, [stanza()]), "the plain case", plaintext=GOOD)
    yield Vector(
        "two_recipients", SUCCESS, seal(GOOD, [other, stanza()]), "each with a ticket and share", plaintext=GOOD
    )
    grease = Stanza("x7-grease", ("noise",), b"noise")
    yield Vector("grease", SUCCESS, seal(GOOD, [grease, stanza()]), "grease is passed over", plaintext=GOOD)
    (plain,) = OWNER.recipient.wrap(FILE_KEY, randomness=lambda _: pseudorandom("plain", 32))
    yield Vector("no_release_stanza", "not a capsule", seal(GOOD, [plain]), "a plain age file")
    yield Vector("foreign_behind", "foreign stanza", seal(GOOD, [stanza(), plain]), "a way past the custodian")
    yield Vector("foreign_before", "foreign stanza", seal(GOOD, [plain, stanza()]), "a way past the custodian")
    scrypt = Stanza("scrypt", (base64(bytes(16)), "10"), bytes(32))
    yield Vector("foreign_scrypt", "foreign stanza", seal(GOOD, [stanza(), scrypt]), "a passphrase beside ours")
    yield Vector("other_recipient", "other recipient", seal(GOOD, [other]), "no release is asked for")
    yield Vector("wrong_share", "wrong share", seal(GOOD, [stanza()]), "told before the MAC", share=OTHER_SHARE)
    forged = changed(3, base64(check_value(OTHER_SHARE)))
    yield Vector("kcv_forged", "wrong share", seal(GOOD, [stanza()], shown=[forged]), "the right share, forged kcv")
    yield Vector(
        "kcv_forged_for_another_share",
        "header altered",
        seal(GOOD, [stanza()], shown=[forged]),
        "kcv forged to fit another share: told by the MAC",
        share=OTHER_SHARE,
    )
    yield Vector(
        "kid_altered", "header altered", seal(GOOD, [stanza()], shown=[changed(2, base64(bytes(8)))]), "under the MAC"
    )
    yield Vector(
        "tid_altered", "wrong share", seal(GOOD, [stanza()], shown=[changed(1, base64(bytes(16)))]), "in the derivation"
    )


def stanza_vectors() -> Iterator[Vector]:
    """Yield malformed release stanzas, each under a right MAC."""
    share = stanza().args[5]
    cases = {
        "cid_short": (changed(0, base64(CID[1:])), "15 bytes"),
        "cid_padded": (changed(0, base64(CID) + "=="), "padding"),
        "cid_not_canonical": (changed(0, base64(CID)[:-1] + "R"), "the same bytes, spelled otherwise"),
        "tid_long": (changed(1, base64(TID + b"q")), "17 bytes"),
        "kid_url_alphabet": (changed(2, "-" * 10 + "8"), "not the standard alphabet"),
        "kcv_long": (changed(3, base64(bytes(9))), "9 bytes"),
        "kcv_missing": (changed(3), "the inner type stands where the kcv belongs"),
        "inner_type_missing": (Stanza(NAME, stanza().args[:4], stanza().body), "four arguments"),
        "inner_share_missing": (changed(5), "X25519 without its share"),
        "inner_share_twice": (changed(5, share, share), "one argument too many"),
        "inner_share_low_order": (changed(5, base64(bytes(32))), "the point zero"),
        "inner_body_short": (changed(4, "X25519", body=bytes(31)), "31 bytes"),
        "inner_body_long": (changed(4, "X25519", body=bytes(33)), "33 bytes"),
    }
    for name, (made, comment) in cases.items():
        yield Vector(name, BAD_STANZA, seal(GOOD, [made]), comment)
    yield Vector("ticket_twice", BAD_STANZA, seal(GOOD, [stanza(), stanza()]), "one ticket, two stanzas")
    another = stanza(OTHER, OTHER_SHARE, cid=bytes(16), tid=bytes(16))
    yield Vector("two_copies", BAD_STANZA, seal(GOOD, [stanza(), another]), "two ids in one header")
    for kind in ("scrypt", NAME, "example.com/new"):
        name = f"inner_{kind.rpartition('/')[2]}"
        yield Vector(name, "unknown recipient", seal(GOOD, [changed(4, kind)]), f"inner type {kind}")


def payload_vectors() -> Iterator[Vector]:
    """Yield capsules of which the header is good."""
    good = seal(GOOD, [stanza()])
    for name, capsule, comment in (
        ("payload_cut_short", good[:-1], "the last byte is missing"),
        ("payload_flipped_bit", flipped(good, len(good) - 40), "one bit"),
        ("payload_added_to", good + b"\0", "one byte too many"),
        ("payload_missing", good[: -len(GOOD) - 16 - 16], "ends with the header"),
    ):
        yield Vector(name, "damaged", capsule, comment)
    for name, content, comment in _broken_zips():
        yield Vector(name, BAD_PAYLOAD, seal(content, [stanza()]), comment)
    other_files = {**FILES, "空.csv": b"x"}
    for name, content, comment in (
        ("manifest_of_another_copy", payload(manifest(cid="00" * 16)), "another cid"),
        ("manifest_of_other_files", payload(manifest(other_files)), "another size"),
        ("manifest_not_canonical", _respaced(), "a space in the JSON"),
        ("manifest_of_another_signer", payload(manifest(signer=STRANGER.public.line)), "names another key"),
    ):
        yield Vector(name, "manifest", seal(content, [stanza()]), comment)
    edited = payload(manifest(people=2), signature=sign_manifest(manifest(), SIGNER))
    yield Vector("manifest_edited", "signature", seal(edited, [stanza()]), "after it was signed")


def _broken_zips() -> Iterator[tuple[str, bytes, str]]:
    yield "zip_not_one", b"not a ZIP file", "some text"
    yield "zip_trailing_byte", GOOD + b"\0", "after the end record"
    yield "zip_leading_byte", b"\0" + GOOD, "before the first entry"
    yield "zip_comment", GOOD[:-2] + struct.pack("<H", 4) + b"note", "in the end record"
    yield "zip_without_manifest", payload(manifest(), {}).replace(b"manifest.json", b"manifest.jsoN"), "another name"
    yield "zip_link", GOOD.replace(struct.pack("<L", 0o100600 << 16), struct.pack("<L", 0o120777 << 16)), "S_IFLNK"
    yield "zip_parent_folder", GOOD.replace("税/給付".encode(), b"../../../x"), "climbs out of the folder"
    yield "zip_local_name", _local_name(), "only in the local header"
    yield "zip_local_check_sum", flipped(GOOD, 14), "only in the local header"
    yield "zip_deflated", _rezipped(zipfile.ZIP_DEFLATED), "compressed"
    yield "zip_other_writer", _rezipped(zipfile.ZIP_STORED), "stored, but spelled by another program"


def _local_name() -> bytes:
    """Return a payload in which the second place of a name differs: the manifest has it, then its local header."""
    name, other = "空.csv".encode(), "室.csv".encode()
    return GOOD.replace(name, other, 2).replace(other, name, 1)


def _rezipped(method: int) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as source, zipfile.ZipFile(made, "w", method) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), source.read(entry), method)
    return made.getvalue()


def _respaced() -> bytes:
    """Return a payload whose manifest says the same with one space more, signed as it stands."""
    made, text = BytesIO(), manifest().encode().replace(b'"v":1', b'"v": 1')
    writer = PayloadWriter(made, time=TIME)
    for name, data in [(MANIFEST, text), *FILES.items(), (SIGNATURE, sign_manifest(manifest(), SIGNER))]:
        writer.add(Entry(name, len(data), zlib.crc32(data)), [data])
    writer.close()
    return made.getvalue()


def answer(comment: str, share: bytes, cid: bytes, tid: bytes, file_key: bytes) -> dict[str, str]:
    """Return one known answer of the derivations."""
    mask, kcv = mask_of(share, cid, tid), check_value(share, cid, tid)
    return {
        "comment": comment,
        "share": share.hex(),
        "cid": cid.hex(),
        "tid": tid.hex(),
        "file key": file_key.hex(),
        "mask": mask.hex(),
        "masked file key": xor(file_key, mask).hex(),
        "kcv": kcv.hex(),
        "kcv argument": base64(kcv),
        "code": release_code(share),
    }


def known_answers() -> str:
    """Return the known answers of mask and check value."""
    spoken = bytes.fromhex("2d711642b726b04401627ca9fbac32f5")
    cases = [
        answer("the reference's", SHARE, CID, TID, FILE_KEY),
        answer("all zero", bytes(16), bytes(16), bytes(16), bytes(16)),
        answer("all one", b"\xff" * 16, b"\xff" * 16, b"\xff" * 16, b"\xff" * 16),
        answer("copy and ticket exchanged", SHARE, TID, CID, FILE_KEY),
        answer("any", spoken, pseudorandom("cid", 16), pseudorandom("tid", 16), pseudorandom("file key", 16)),
    ]
    return json.dumps({"name": NAME, "cases": cases}, indent=2) + "\n"


def main(folder: Path) -> None:
    """Write all vectors."""
    (folder / "testdata").mkdir(parents=True, exist_ok=True)
    (folder / "known-answers.json").write_text(known_answers(), encoding="utf-8")
    for vector in (*header_vectors(), *stanza_vectors(), *payload_vectors()):
        (folder / "testdata" / vector.name).write_bytes(vector.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Capsules whose files are deflated and whose size is padded, in real browsers; and such as pretend to be."""

import hashlib
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from browsers import Browser
from invented_office import EVENING, IDENTITY, signing_key
from sekisho.age.header import Header
from sekisho.age.writer import encrypt_with_file_key
from sekisho.capsule import rel1
from sekisho.capsule.manifest import FieldForm, File, Manifest, PurposeRef, sign_manifest
from sekisho.capsule.payload import MANIFEST, PADDING, SIGNATURE, Entry, PayloadWriter, deflated
from sekisho.codes import release_code

pytest_plugins = ("opener_fixtures",)

SHARE, FILE_KEY = bytes(range(16)), b"YELLOW SUBMARINE"
BINDING = rel1.Binding(cid=b"\xc1" * 16, tid=b"\x71" * 16, kid=b"\x1d" * 8)
SIGNER = signing_key("officer")
NAME = "税/table.csv"
CONTENT = b"0123456789\n" * 200_000


def manifest() -> Manifest:
    return Manifest(
        v=1, cid=BINDING.cid.hex(), slip="118488", purposes=[PurposeRef(id="benefit", title="給付金", digest="aa" * 32)],
        controller="汐見市", recipient="委託先", carrier="再委託先",
        files=[File(name=NAME, form="table", size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest(), rows=1)],
        fields=[FieldForm(file=NAME, name="番号", kind="record_id", form="token")],
        people=1, unresolved=0, index="bb" * 32,
        not_before="2022-06-21T08:00:00Z", not_after="2022-06-24T08:00:00Z", due="2022-06-24T09:00:00Z",
        max_opens=3, allow_save=True, sealed_at="2022-06-21T08:00:00Z", signer=SIGNER.public.line,
    )  # fmt: skip


def small(name: str, data: bytes) -> tuple[Entry, bytes]:
    return Entry(name, len(data), zlib.crc32(data)), data


class Forged(PayloadWriter):
    """Writes whatever it is told to, deflated already."""

    def raw(self, entry: Entry, data: bytes) -> None:
        self._sink.write(self._layout.add(entry))
        self._sink.write(data)


def capsule(*entries: tuple[Entry, bytes], pad: bool = False) -> bytes:
    """Return a capsule of these entries, already packed where they say so."""
    made = BytesIO()
    stanza = rel1.wrap(FILE_KEY, SHARE, BINDING, IDENTITY.recipient).to_stanza()
    with encrypt_with_file_key(made, Header.authenticated([stanza], file_key=FILE_KEY), file_key=FILE_KEY) as age:
        writer = Forged(age, time=EVENING)
        signature = small(SIGNATURE, sign_manifest(manifest(), SIGNER))
        for entry, data in (small(MANIFEST, manifest().encode()), *entries):
            writer.raw(entry, data)
        if pad:
            writer.pad(following=signature[0])
        writer.raw(*signature)
        writer.close()
    return made.getvalue()


def packed(data: bytes = CONTENT) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


GOOD = deflated(NAME, [CONTENT])
CASES: dict[str, tuple[bytes, str | None]] = {
    "deflated and padded": (capsule((GOOD, packed()), pad=True), None),
    "stored and padded": (capsule(small(NAME, CONTENT), pad=True), None),
    "something behind what is deflated": (
        capsule((replace(GOOD, packed=len(packed()) + 2), packed() + b"xx")),
        "capsule.truncated",
    ),
    "cut short": (capsule((replace(GOOD, packed=len(packed()) - 4), packed()[:-4])), "capsule.truncated"),
    "grows further than it says": (
        capsule((replace(GOOD, packed=len(packed(CONTENT * 9))), packed(CONTENT * 9))),
        "capsule.truncated",
    ),
    "other content of that size": (
        capsule((replace(GOOD, packed=len(packed(CONTENT[::-1]))), packed(CONTENT[::-1]))),
        "capsule.truncated",
    ),
    "padding that says something": (capsule((GOOD, packed()), small(PADDING, b"hello")), "capsule.bad_payload"),
    "too little padding": (capsule((GOOD, packed()), small(PADDING, b"")), "capsule.bad_payload"),
    "padding among the files": (capsule(small(PADDING, b""), (GOOD, packed())), "capsule.bad_payload"),
}


def attempted(page: Browser, engine_page: bytes, data: bytes, folder: Path) -> dict[str, Any]:
    for name, content in (
        ("OPEN.html", engine_page),
        ("capsule.age", data),
        ("key.txt", IDENTITY.to_secret_text().encode()),
    ):
        (folder / name).write_bytes(content)
    page.go((folder / "OPEN.html").as_uri())
    page.choose("#capsule", folder / "capsule.age")
    page.choose("#key", folder / "key.txt")
    found: dict[str, Any] = page.evaluate(f"attempt([{release_code(SHARE)!r}])")
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_is_packed_opens_in_its_one_spelling_alone(
    page: Browser, engine_page: bytes, tmp_path: Path, case: str
) -> None:
    data, refused = CASES[case]
    found = attempted(page, engine_page, data, tmp_path)
    assert (found.get("refused"), found.get("rows")) == ((None, 200_000) if refused is None else (refused, None)), found

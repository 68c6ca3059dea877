"""Opening on the office's own machine: nothing but what was sealed, and no release for anything else."""

import hashlib
import io
import zlib
from collections.abc import Callable

import msgspec
import pytest

from invented_office import EVENING, IDENTITY, Town, signing_key
from sekisho.age.writer import encrypt_with_file_key
from sekisho.capsule import rel1
from sekisho.capsule.manifest import sign_manifest
from sekisho.capsule.opening import Ask, OpenCapsule, Use, look_at, open_capsule
from sekisho.capsule.payload import MANIFEST, SIGNATURE, Entry, PayloadWriter
from sekisho.custody.releasing import open_here
from sekisho.errors import SekishoError

pytest_plugins = ("office_fixtures",)

ROW, FORGED = "ワダ".encode(), "ニセ".encode()


def opened(town: Town, file: io.BytesIO, use: Use | None = None) -> OpenCapsule:
    approvers = signing_key("chief"), signing_key("security")
    return open_here(town.office, file, IDENTITY, approvers, use=use)


def refused(town: Town, file: io.BytesIO, key: str, *, releases: int, use: Use | None = None) -> None:
    with pytest.raises(SekishoError) as caught:
        opened(town, file, use)
    assert (caught.value.key, len(town.leaves("release.given"))) == (key, releases)


class Kept:
    """A share that was given once, and that its hearer kept."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._kept = b""

    def share(self, ask: Ask, /) -> bytes:
        self._kept = self._kept or self._town.desk("chief", "security").share(ask)
        return self._kept


def swapped(town: Town, slip: str, kept: Kept) -> bytes:
    """Return the copy's capsule with other rows, signed by somebody else, under the very header that was sealed.

    It takes the recipient's key and a share that was given once: with both, the file key is known.
    """
    sealed = town.capsule(slip).read_bytes()
    closed, before = look_at(io.BytesIO(sealed)), open_capsule(io.BytesIO(sealed), IDENTITY, kept)
    masked = rel1.unwrap(closed.stanzas, IDENTITY)
    assert isinstance(masked.stanza, rel1.ReleaseStanza)
    share = kept.share(Ask(masked.stanza.binding, masked.stanza.kcv, closed.header_sha256))
    contents = {file.name: before.read(file.name).replace(ROW, FORGED) for file in before.manifest.files}
    files = [
        msgspec.structs.replace(file, sha256=hashlib.sha256(contents[file.name]).hexdigest())
        for file in before.manifest.files
    ]
    manifest = msgspec.structs.replace(
        before.manifest, files=files, not_after="2099-01-01T00:00:00Z", signer=signing_key("nobody").public.line
    )
    entries = {MANIFEST: manifest.encode(), **contents, SIGNATURE: sign_manifest(manifest, signing_key("nobody"))}
    made = io.BytesIO()
    with encrypt_with_file_key(made, closed.header, file_key=masked.unmask(share)) as age:
        payload = PayloadWriter(age, time=EVENING)
        for name, data in entries.items():
            payload.add(Entry(name, len(data), zlib.crc32(data)), [data])
        payload.close()
    return made.getvalue()


def test_what_was_sealed_is_opened_with_one_release(out: Town) -> None:
    slip = out.slips[0]
    told: list[int] = []
    file = io.BytesIO(out.capsule(slip).read_bytes())
    approvers = signing_key("chief"), signing_key("security")
    found = open_here(out.office, file, IDENTITY, approvers, use=Use.SAVE, progress=told.append)
    assert "ワダ" in found.read("rows.csv").decode()
    assert (sum(told), out.row(slip).copy.opens) == (out.record(slip).size, 1)


def test_another_payload_under_the_sealed_header_gets_no_release(out: Town) -> None:
    """It verifies, and whoever has no record of what was sealed takes it for the capsule. The office has one."""
    kept = Kept(out)
    forged = swapped(out, out.slips[0], kept)
    assert FORGED in open_capsule(io.BytesIO(forged), IDENTITY, kept).read("rows.csv")
    refused(out, io.BytesIO(forged), "custody.other_content", releases=1)


def test_a_medium_that_shows_another_capsule_the_second_time_shows_nothing(out: Town) -> None:
    forged = swapped(out, out.slips[0], Kept(out))

    class Lying(io.BytesIO):
        def seek(self, offset: int, whence: int = 0, /) -> int:
            self.__init__(forged)  # type: ignore[misc] # it begins again as another file
            return super().seek(offset, whence)

    refused(out, Lying(out.capsule(out.slips[0]).read_bytes()), "custody.other_content", releases=2)


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"0", lambda data: data[:-1] + b"\0"])
def test_a_damaged_capsule_gets_no_release(out: Town, change: Callable[[bytes], bytes]) -> None:
    data = out.capsule(out.slips[0]).read_bytes()
    refused(out, io.BytesIO(change(data)), "custody.other_content", releases=0)


def test_what_was_not_approved_gets_no_release(town: Town) -> None:
    rows, answers = town.cuts
    (first,) = town.sealed("USB-1", cuts=(answers.id,), allow_save=False)
    (second,) = town.sealed("USB-2", cuts=(rows.id,))
    for slip, use, key in ((first, Use.SAVE, "save_not_allowed"), (second, Use.ASK, "no_answers")):
        town.carry(slip, "officer", "carrier")
        size = town.size
        refused(town, io.BytesIO(town.capsule(slip).read_bytes()), f"capsule.{key}", releases=0, use=use)
        assert town.size == size

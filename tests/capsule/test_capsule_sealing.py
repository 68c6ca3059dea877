"""Sealing: front to back, the same bytes for the same randomness, and nothing that could not be opened again."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

import pytest
from capsule_samples import (
    BINDING,
    EVENING,
    FILES,
    OTHER,
    OWNER,
    SHARE,
    SIGNER,
    Spoken,
    content,
    manifest_of,
    opened,
    sealed,
    signing_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.age.header import read_header
from sekisho.age.payload import CHUNK_SIZE
from sekisho.age.x25519 import X25519Recipient
from sekisho.capsule.opening import look_at
from sekisho.capsule.payload import Entry
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, Lock, Sealed, seal
from sekisho.errors import NoKey

LOCK = Lock(OWNER.recipient, BINDING, SHARE)


def seal_files(destination: BinaryIO, **changes: Any) -> Sealed:
    """Seal the sample files, with another value for one of the arguments."""
    arguments: dict[str, Any] = {
        "manifest": manifest_of(),
        "contents": [content(name, data) for name, data in FILES.items()],
        "locks": [LOCK],
        "signer": SIGNER,
        "time": EVENING,
    }
    return seal(destination, **(arguments | changes))


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a.csv", "住/民.csv", "z"]), st.binary(max_size=99) | st.just(bytes(CHUNK_SIZE)))
)
def test_what_is_sealed_is_opened(files: dict[str, bytes]) -> None:
    found = opened(sealed(files))
    assert {file.name: found.read(file.name) for file in found.manifest.files} == files


def test_the_digests_are_those_of_the_capsule_and_the_manifest() -> None:
    made = BytesIO()
    assert seal_files(made) == Sealed(
        sha256=hashlib.sha256(made.getvalue()).digest(),
        size=len(made.getvalue()),
        manifest_sha256=hashlib.sha256(manifest_of().encode()).digest(),
    )


class Ephemeral:
    """The owner's recipient with known randomness."""

    labels = OWNER.recipient.labels

    def wrap(self, file_key: bytes) -> Any:
        return X25519Recipient(OWNER.recipient.public_key).wrap(file_key, randomness=lambda size: b"\x55" * size)


def test_the_same_randomness_gives_the_same_capsule() -> None:
    made = [BytesIO(), BytesIO()]
    for each in made:
        seal_files(each, locks=[Lock(Ephemeral(), BINDING, SHARE)], randomness=lambda size: b"\xaa" * size)
    assert made[0].getvalue() == made[1].getvalue()


def test_two_capsules_of_the_same_files_share_nothing_but_their_ids() -> None:
    first, second = (look_at(BytesIO(sealed())) for _ in range(2))
    assert first.stanzas[0].binding == second.stanzas[0].binding
    assert first.stanzas[0].inner.body != second.stanzas[0].inner.body
    assert sealed()[-200:] != sealed()[-200:]


def test_a_sink_that_cannot_seek_is_enough() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "wb") as pipe:
        size = seal_files(pipe).size
    with os.fdopen(read_end, "rb") as pipe:
        capsule = pipe.read()
    assert len(capsule) == size
    assert opened(capsule).read("empty.csv") == b""


def test_each_of_two_recipients_opens_with_their_own_share() -> None:
    made = BytesIO()
    locks = [LOCK, Lock(OTHER.recipient, Binding(BINDING.cid, bytes(16), BINDING.kid), b"\x99" * 16)]
    seal_files(made, locks=locks)
    assert opened(made.getvalue()).manifest == manifest_of()
    assert opened(made.getvalue(), identity=OTHER, source=Spoken(b"\x99" * 16)).manifest == manifest_of()
    with pytest.raises(NoKey):
        opened(made.getvalue(), identity=OTHER)


def test_the_overhead_in_the_header_is_the_references() -> None:
    header = read_header(BytesIO(sealed())).encode()
    assert len(header) + 16 + 16 == 291


def test_neither_share_nor_file_key_stands_in_the_capsule() -> None:
    capsule = sealed()
    for form in (SHARE, SHARE.hex().encode(), b"AAECAwQFBgcICQoLDA0ODw"):
        assert form not in capsule
    assert "尼崎市".encode() not in capsule


def test_a_locks_share_is_not_shown() -> None:
    assert "share" not in repr(LOCK)


# What could not be opened again is not sealed.

OTHER_COPY = Lock(OWNER.recipient, Binding(bytes(16), BINDING.tid, BINDING.kid), SHARE)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"locks": []}, "at least one"),
        ({"locks": [OTHER_COPY]}, "its own locks"),
        ({"locks": [LOCK, OTHER_COPY]}, "its own locks"),
        ({"locks": [LOCK, LOCK]}, "ticket of their own"),
        ({"contents": []}, "other files"),
        ({"contents": [content("readme.txt", b"")]}, "other files"),
        ({"manifest": manifest_of({})}, "other files"),
        ({"manifest": manifest_of(cid="00" * 16)}, "its own locks"),
        ({"manifest": manifest_of(index="00")}, "read back"),
        ({"manifest": manifest_of(people=-1)}, "read back"),
        ({"signer": signing_key("stranger")}, "another signer"),
        ({"manifest": manifest_of({"../a": b""}), "contents": [content("../a", b"")]}, "relative"),
        ({"locks": [replace(LOCK, share=b"short")]}, "16 bytes"),
    ],
)
def test_what_could_not_be_opened_is_not_sealed(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        seal_files(BytesIO(), **changes)


@pytest.mark.parametrize("data", [b"longer than was said", b"", b"Returned by Monday."])
def test_a_file_that_changed_since_it_was_measured_is_not_sealed(data: bytes) -> None:
    was = content("readme.txt", FILES["readme.txt"])
    contents = [content("税/給付対象.csv", FILES["税/給付対象.csv"]), content("empty.csv", b"")]
    changed = Content(was.entry, lambda: contextlib.nullcontext(BytesIO(data)))
    made = BytesIO()
    with pytest.raises(ValueError, match="not what its entry says"):
        seal_files(made, contents=[*contents, changed])
    with pytest.raises(Exception, match=r"damaged|short"):
        opened(made.getvalue())


def test_a_content_is_closed_when_it_was_read() -> None:
    closed: list[bool] = []

    @contextlib.contextmanager
    def watched() -> Iterator[BinaryIO]:
        yield BytesIO(b"x")
        closed.append(True)

    seal_files(BytesIO(), manifest=manifest_of({"x": b"x"}), contents=[Content(Entry("x", 1, 0x8CDC1683), watched)])
    assert closed == [True]


class Full(BytesIO):
    """A disk that is full after 500 bytes."""

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > 500:
            raise OSError(errno.ENOSPC, "no space left on device")
        return super().write(data)


def test_a_full_disk_is_an_os_error_and_no_capsule() -> None:
    disk = Full()
    with pytest.raises(OSError, match="no space"):
        seal_files(disk)
    with pytest.raises(Exception, match=r"damaged|short"):
        opened(disk.getvalue())

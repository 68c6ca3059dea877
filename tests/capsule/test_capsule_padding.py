"""Padmé, and payloads that are padded or deflated: one spelling still, nothing hidden, and nothing that grows without end."""

import contextlib
import shutil
import subprocess
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import pytest
from capsule_samples import (
    BINDING,
    EVENING,
    FILES,
    OWNER,
    SHARE,
    SIGNER,
    capsule_of,
    extracted,
    manifest_of,
    opened,
    payload_of,
    signed_payload,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import need
from sekisho.age.header import read_header
from sekisho.capsule.manifest import sign_manifest
from sekisho.capsule.padding import padded
from sekisho.capsule.payload import (
    MANIFEST,
    PADDING,
    SIGNATURE,
    Entry,
    PayloadWriter,
    deflated,
    read_entry,
    read_payload,
)
from sekisho.capsule.sealing import Content, Lock, seal
from sekisho.errors import SekishoError, Unreadable


@pytest.mark.parametrize(
    ("size", "expected"), [(0, 0), (1, 1), (2, 2), (9, 10), (100, 104), (1000, 1024), (10_001, 10_240), (2**40, 2**40)]
)
def test_the_published_rule(size: int, expected: int) -> None:
    assert padded(size) == expected


@given(st.integers(1, 2**50))
def test_padding_adds_twelve_percent_at_most_and_is_its_own_padding(size: int) -> None:
    assert size <= padded(size) <= size * 1.12
    assert padded(padded(size)) == padded(size)


def made(files: dict[str, bytes] = FILES, *, pack: bool = False, pad: bool = False) -> bytes:
    """Return a capsule with its files deflated, its size padded, or both."""
    contents = []
    for name, data in files.items():
        entry = deflated(name, [data]) if pack else Entry(name, len(data), zlib.crc32(data))
        contents.append(Content(entry, lambda data=data: contextlib.nullcontext(BytesIO(data))))  # type: ignore[misc]
    sink = BytesIO()
    seal(
        sink,
        manifest_of(files),
        contents,
        [Lock(OWNER.recipient, BINDING, SHARE)],
        signer=SIGNER,
        time=EVENING,
        pad=pad,
    )
    return sink.getvalue()


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("pad", [False, True])
def test_what_was_sealed_comes_out(pack: bool, pad: bool, tmp_path: Path) -> None:
    files = {**FILES, "large.csv": b"0123456789\n" * 200_000}
    capsule = made(files, pack=pack, pad=pad)
    assert {name: opened(capsule).read(name) for name in files} == files
    out = extracted(capsule, tmp_path)
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == sorted(Path(name).name for name in files)
    assert (len(capsule) < 100_000) == pack


def _payload_size(capsule: bytes) -> int:
    sealed = len(capsule) - len(read_header(BytesIO(capsule)).encode()) - 16
    return sealed - 16 * -(-sealed // 65_552)


@settings(max_examples=40)
@given(st.integers(0, 30_000))
def test_capsules_of_about_the_same_number_of_people_have_the_same_size(rows: int) -> None:
    size = _payload_size(made({"list.csv": b"x" * rows}, pad=True))
    assert size == padded(size)


def written(*entries: tuple[Entry, bytes]) -> bytes:
    """Return a payload of these entries between a manifest and a signature that say nothing."""
    sink = BytesIO()
    writer = PayloadWriter(sink, time=EVENING)
    writer.add(Entry(MANIFEST, 2, zlib.crc32(b"{}")), [b"{}"])
    for entry, data in entries:
        writer.add(entry, [data])
    writer.add(Entry(SIGNATURE, 0, 0), [])
    writer.close()
    return sink.getvalue()


def rule_broken(payload: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_payload(BytesIO(payload))
    return str(caught.value.values["rule"])


def _right_padding(size: int = 0) -> int:
    """Return how many zeros make a payload of nothing else right."""
    bare = len(written((Entry(PADDING, 0, 0), b"")))
    return padded(bare) - bare + size


def test_padding_is_of_zeros_and_as_long_as_it_must_be() -> None:
    size = _right_padding()
    read_payload(BytesIO(written((Entry(PADDING, size, zlib.crc32(bytes(size))), bytes(size)))))
    for data in (bytes(size - 1), bytes(size + 1), bytes(size - 1) + b"P", b""):
        wrong = written((Entry(PADDING, len(data), zlib.crc32(data)), data))
        assert rule_broken(wrong) == "padding of zeros, as many as the size asks for"


def test_no_zip_file_hides_in_padding() -> None:
    inner = payload_of([(MANIFEST, b"{}"), (SIGNATURE, b"")])
    data = inner + bytes(_right_padding())
    assert rule_broken(written((Entry(PADDING, len(data), zlib.crc32(data)), data)))


def test_padding_stands_before_the_signature_and_once() -> None:
    file = (Entry("a.csv", 1, zlib.crc32(b"a")), b"a")
    assert "padding before" in rule_broken(written((Entry(PADDING, 0, 0), b""), file))


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, PADDING])
def test_what_is_not_a_file_is_stored(name: str) -> None:
    with pytest.raises(ValueError, match="stored"):
        PayloadWriter(BytesIO(), time=EVENING).add(deflated(name, [b"a"]), [b"a"])


# What is deflated.

ROWS = b"000012,yes\n" * 5_000


def forged(packed: bytes, *, size: int = len(ROWS), crc32: int = zlib.crc32(ROWS)) -> bytes:
    """Return a payload with a deflated entry of these very bytes, whatever they are."""
    good = deflated("a.csv", [ROWS])
    assert good.packed is not None
    payload = written((Entry("a.csv", len(packed), zlib.crc32(packed)), packed))
    stored, inflates = Entry("a.csv", len(packed), zlib.crc32(packed)), Entry("a.csv", size, crc32, len(packed))
    sink = BytesIO()
    writer = PayloadWriter(sink, time=EVENING)
    writer.add(Entry(MANIFEST, 2, zlib.crc32(b"{}")), [b"{}"])
    sink.write(writer._layout.add(inflates) + packed)
    writer.add(Entry(SIGNATURE, 0, 0), [])
    writer.close()
    assert (len(payload), stored.taken) == (len(sink.getvalue()), len(packed))
    return sink.getvalue()


def raw(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def inflated(payload: bytes) -> bytes:
    return b"".join(read_entry(read_payload(BytesIO(payload)), "a.csv"))


@pytest.mark.parametrize(
    "packed",
    [raw(ROWS)[:-1], raw(ROWS) + b"\0", raw(ROWS + b"x"), raw(ROWS[:-1]), raw(ROWS)[:-9] + bytes(9), b"", ROWS],
    ids=["cut short", "followed by something", "longer", "shorter", "damaged", "empty", "not deflated"],
)
def test_what_inflates_to_something_else_is_refused(packed: bytes) -> None:
    with pytest.raises(BadZipFile):
        inflated(forged(packed))
    assert inflated(forged(raw(ROWS))) == ROWS


def test_a_bomb_ends_at_the_size_that_it_names() -> None:
    bomb = raw(bytes(200 << 20))
    assert len(bomb) < 1 << 20
    blocks: list[int] = []
    with pytest.raises(BadZipFile):
        blocks.extend(map(len, read_entry(read_payload(BytesIO(forged(bomb, size=10))), "a.csv")))
    assert sum(blocks) <= 10


def test_a_size_that_the_manifest_does_not_have_is_refused_before_anything_is_inflated() -> None:
    with pytest.raises(SekishoError) as caught:
        opened(capsule_of(_with_deflated_bomb()))
    assert caught.value.key == "capsule.bad_manifest"


def _with_deflated_bomb() -> bytes:
    manifest = manifest_of({"a.csv": ROWS})
    sink = BytesIO()
    writer = PayloadWriter(sink, time=EVENING)
    text, signature, bomb = manifest.encode(), sign_manifest(manifest, SIGNER), bytes(50 << 20)
    writer.add(Entry(MANIFEST, len(text), zlib.crc32(text)), [text])
    writer.add(deflated("a.csv", [bomb]), [bomb])
    writer.add(Entry(SIGNATURE, len(signature), zlib.crc32(signature)), [signature])
    writer.close()
    return sink.getvalue()


@given(st.binary(max_size=200))
def test_whatever_stands_for_deflated_bytes_ends(packed: bytes) -> None:
    with contextlib.suppress(BadZipFile):
        inflated(forged(packed))


def test_common_programs_unpack_a_deflated_payload(tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    need(unzip, "unzip is not installed: apt-get install unzip")
    (tmp_path / "payload.zip").write_bytes(written((deflated("a.csv", [ROWS]), ROWS)))
    done = subprocess.run([str(unzip), "-p", tmp_path / "payload.zip", "a.csv"], capture_output=True, check=True)
    assert done.stdout == ROWS


def test_an_ordinary_payload_is_as_it_was() -> None:
    assert read_payload(BytesIO(signed_payload(manifest_of()))).namelist() == [MANIFEST, *FILES, SIGNATURE]

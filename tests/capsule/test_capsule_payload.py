"""The payload: one spelling, so that no two programs see two capsules in it, and one that common programs can read."""

import shutil
import struct
import subprocess
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from capsule_samples import EVENING, FILES, payload_of
from hypothesis import given
from hypothesis import strategies as st

from conftest import need
from sekisho.capsule.payload import MANIFEST, SIGNATURE, Entry, PayloadWriter, read_entry, read_payload
from sekisho.errors import Unreadable

ENTRIES = [(MANIFEST, b"{}"), *FILES.items(), (SIGNATURE, b"signed")]
GOOD = payload_of(ENTRIES)
OTHERS_RULE = "entries stored or deflated, in order, without gaps, and both their headers the same"
END_RULE = "a plain directory, and nothing before or after it"


def refused(payload: bytes) -> str:
    """Return the rule for which a payload is refused."""
    with pytest.raises(Unreadable) as caught:
        read_payload(BytesIO(payload))
    assert caught.value.key == "capsule.bad_payload"
    return str(caught.value.values["rule"])


def zipped(entries: list[tuple[zipfile.ZipInfo | str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    """Return what Python's own writer makes of entries."""
    made = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", method) as file:
        warnings.simplefilter("ignore")  # it warns of duplicate names and writes them
        for name, data in entries:
            file.writestr(name, data)
    return made.getvalue()


def local(name: str) -> int:
    """Return where the local header of an entry of the good payload begins."""
    with zipfile.ZipFile(BytesIO(GOOD)) as file:
        return file.getinfo(name).header_offset


def central(name: str) -> int:
    """Return where the entry of a name in the central directory begins."""
    return GOOD.rindex(name.encode()) - 46


def patched(place: int, change: bytes) -> bytes:
    return GOOD[:place] + change + GOOD[place + len(change) :]


def test_what_was_written_is_read() -> None:
    payload = read_payload(BytesIO(GOOD))
    assert [(name, payload.read(name)) for name in payload.namelist()] == ENTRIES
    assert {entry.date_time for entry in payload.infolist()} == {(2022, 6, 21, 8, 0, 0)}


def test_equal_content_gives_equal_bytes() -> None:
    assert payload_of(ENTRIES) == GOOD


@given(st.dictionaries(st.text("abc住民/", min_size=1, max_size=6), st.binary(max_size=99), max_size=5))
def test_any_files_come_back(files: dict[str, bytes]) -> None:
    try:
        made = payload_of([(MANIFEST, b"{}"), *files.items(), (SIGNATURE, b"")])
    except ValueError:
        return
    payload = read_payload(BytesIO(made))
    assert {name: payload.read(name) for name in payload.namelist()[1:-1]} == files


@pytest.mark.parametrize(
    "entry", [Entry("a", 3, zlib.crc32(b"ab")), Entry("a", 1, zlib.crc32(b"ab")), Entry("a", 2, 7)]
)
def test_a_content_that_is_not_what_was_said_is_an_error(entry: Entry) -> None:
    with pytest.raises(ValueError, match="not what its entry says"):
        PayloadWriter(BytesIO(), time=EVENING).add(entry, [b"a", b"b"])


@pytest.mark.parametrize("year", [1979, 2108])
def test_a_year_that_a_zip_cannot_name_is_an_error(year: int) -> None:
    with pytest.raises(ValueError, match="years"):
        PayloadWriter(BytesIO(), time=datetime(year, 1, 1, tzinfo=UTC))


def test_a_name_that_is_not_allowed_is_not_written() -> None:
    sink = BytesIO()
    with pytest.raises(ValueError, match="relative"):
        PayloadWriter(sink, time=EVENING).add(Entry("../a", 0, 0), [])
    assert sink.getvalue() == b""


def test_no_entry_is_compressed_encrypted_or_executable() -> None:
    for entry in read_payload(BytesIO(GOOD)).infolist():
        assert (entry.compress_type, entry.flag_bits, entry.external_attr >> 16) == (0, 0x0800, 0o100600)


# What common programs make of it.


def test_pythons_zipfile_finds_nothing_wrong() -> None:
    with zipfile.ZipFile(BytesIO(GOOD)) as file:
        assert file.testzip() is None


def test_info_zip_unpacks_it(tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    need(unzip, "the program unzip is not installed: apt-get install unzip")
    (tmp_path / "payload.zip").write_bytes(GOOD)
    command = [unzip or "", "-q", str(tmp_path / "payload.zip"), "-d", str(tmp_path / "out")]
    subprocess.run([*command[:1], "-tq", command[2]], check=True, capture_output=True)
    subprocess.run(command, check=True, env={"LC_ALL": "C.UTF-8"})
    out = tmp_path / "out"
    assert {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()} == dict(ENTRIES)


def test_7zip_finds_nothing_wrong(tmp_path: Path) -> None:
    program = shutil.which("7z") or shutil.which("7zz") or shutil.which("7za")
    need(program, "no 7-Zip is installed: apt-get install 7zip")
    (tmp_path / "payload.zip").write_bytes(GOOD)
    tested = subprocess.run([program or "", "t", str(tmp_path / "payload.zip")], check=True, capture_output=True)
    assert b"Everything is Ok" in tested.stdout


# Rules, each broken once.


@pytest.mark.parametrize("entries", [[], ENTRIES[:1], ENTRIES[1:], ENTRIES[:-1], ENTRIES[::-1], [ENTRIES[1], *ENTRIES]])
def test_the_manifest_is_first_and_the_signature_last(entries: list[tuple[str, bytes]]) -> None:
    assert refused(payload_of(dict(entries).items())) == "manifest first, signature last"


@pytest.mark.parametrize(
    "payload", [b"", b"PK", b"text", GOOD[:-1], GOOD[: len(GOOD) // 2], GOOD[-22:], b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_zip_file_is_refused(payload: bytes) -> None:
    assert refused(payload) in {"a ZIP file", "manifest first, signature last"}


@pytest.mark.parametrize("second", ["list.csv", "LIST.csv", "list.csv/inner", MANIFEST])
def test_two_entries_of_one_name_are_refused(second: str) -> None:
    placeholder = "Q" * len(second)
    made = payload_of([(MANIFEST, b""), ("list.csv", b"1"), (placeholder, b"2"), (SIGNATURE, b"")])
    assert "stands once" in refused(made.replace(placeholder.encode(), second.encode()))
    assert refused(zipped([(MANIFEST, b""), ("list.csv", b"1"), (second, b"2"), (SIGNATURE, b"")])) == OTHERS_RULE


@pytest.mark.parametrize("name", ["../../../x", "/etc/passw", "C:\\abc.txt", "a/aux/nulx"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert "names" in refused(GOOD.replace(b"readme.txt", name.encode()))


@pytest.mark.parametrize("name", ["readme.tx\0", "readme.txt"[::-1]])
def test_a_name_in_one_header_alone_is_refused(name: str) -> None:
    at = local("readme.txt") + 30
    assert refused(patched(at, name.encode())) == OTHERS_RULE
    assert refused(patched(central("readme.txt") + 46, name.encode()))


@pytest.mark.parametrize("place", [4, 6, 8, 10, 12, 14, 18, 22, 26, 28, 50, 58])
def test_a_local_header_that_says_something_else_is_refused(place: int) -> None:
    at = local("readme.txt") + place
    assert refused(patched(at, bytes([GOOD[at] ^ 1]))) == OTHERS_RULE


@pytest.mark.parametrize("place", [4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 30, 32, 34, 36, 38, 41, 42, 60, 68, 76])
def test_a_central_header_that_says_something_else_is_refused(place: int) -> None:
    at = central("readme.txt") + place
    assert refused(patched(at, bytes([GOOD[at] ^ 1])))


def test_a_link_is_refused() -> None:
    at = central("readme.txt") + 38
    assert refused(patched(at, struct.pack("<L", 0o120777 << 16))) == END_RULE


def test_an_encrypted_entry_is_refused() -> None:
    flags = struct.pack("<H", 0x0801)
    both = patched(local("readme.txt") + 6, flags)
    at = central("readme.txt") + 8
    assert refused(both[:at] + flags + both[at + 2 :]) == OTHERS_RULE


def test_a_second_name_in_an_extra_field_is_refused() -> None:
    """Some programs, newer Pythons among them, let the field 0x7075 replace the name, and so would extract another."""
    evil = b"../../evil"
    extra = struct.pack("<HHBL", 0x7075, 5 + len(evil), 1, zlib.crc32(b"readme.txt")) + evil
    at = central("readme.txt")
    header = bytearray(GOOD[at : at + 46 + 10 + 28])
    header[30:32] = struct.pack("<H", 28 + len(extra))
    made = bytearray(GOOD[:at] + header + extra + GOOD[at + len(header) :])
    for place, size in ((-98 + 40, "<Q"), (-22 + 12, "<L")):
        value = struct.unpack_from(size, made, len(made) + place)[0] + len(extra)
        struct.pack_into(size, made, len(made) + place, value)
    struct.pack_into("<Q", made, len(made) - 42 + 8, len(made) - 98)
    with zipfile.ZipFile(BytesIO(made)) as file:
        assert "readme.txt" in {entry.orig_filename for entry in file.infolist()}
    assert refused(bytes(made)) == END_RULE


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_a_zip_of_another_writer_is_refused(method: int) -> None:
    expected = OTHERS_RULE if method == zipfile.ZIP_STORED else "manifest, signature and padding stored"
    assert refused(zipped([*ENTRIES], method)) == expected


def test_a_folder_entry_is_refused() -> None:
    assert "relative" in refused(GOOD.replace(b"readme.txt", b"folder/a//"))


def test_something_between_two_entries_is_refused() -> None:
    at = local("readme.txt")
    gap = b"hidden file"
    made = bytearray(GOOD[:at] + gap + GOOD[at:])
    for name in ("readme.txt", SIGNATURE):
        place = bytes(made).rindex(name.encode()) + len(name) + 20
        struct.pack_into("<Q", made, place, struct.unpack_from("<Q", made, place)[0] + len(gap))
    for place, form in ((-98 + 48, "<Q"), (-42 + 8, "<Q"), (-22 + 16, "<L")):
        value = struct.unpack_from(form, made, len(made) + place)[0] + len(gap)
        struct.pack_into(form, made, len(made) + place, value)
    with zipfile.ZipFile(BytesIO(made)) as file:
        assert file.testzip() is None
    assert refused(bytes(made)) == OTHERS_RULE


@pytest.mark.parametrize("before", [b"\0", b"#!/bin/sh\n", GOOD])
def test_something_before_the_first_entry_is_refused(before: bytes) -> None:
    # Python 3.11.2 looks for the end record of a ZIP64 file where it says to be, later ones look back from the end.
    assert refused(before + GOOD) in {OTHERS_RULE, END_RULE, "a ZIP file"}


@pytest.mark.parametrize("after", [b"\0", b"PK\x05\x06" + bytes(18), GOOD, GOOD[-98:]])
def test_something_after_the_end_is_refused(after: bytes) -> None:
    refused(GOOD + after)


def test_a_comment_is_refused() -> None:
    assert refused(GOOD[:-2] + struct.pack("<H", 4) + b"note") == END_RULE


def test_two_stamps_are_refused() -> None:
    at, back = local("readme.txt") + 10, central("readme.txt") + 12
    made = patched(at, b"\0\0")
    assert refused(made[:back] + b"\0\0" + made[back + 2 :]) == OTHERS_RULE


@pytest.mark.parametrize("size", [1 << 32, (1 << 63) - 1, (1 << 64) - 1])
@pytest.mark.parametrize("name", ["readme.txt", SIGNATURE])
def test_a_size_beyond_the_end_is_refused(name: str, size: int) -> None:
    made = bytearray(GOOD)
    for header in (local(name) + 30, central(name) + 46):
        struct.pack_into("<QQ", made, header + len(name) + 4, size, size)
    assert refused(bytes(made)) == OTHERS_RULE


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_byte_but_content_can_be_another(place: int, change: int) -> None:
    made = patched(place, bytes([GOOD[place] ^ change]))
    try:
        payload = read_payload(BytesIO(made))
    except Unreadable:
        return
    with pytest.raises(zipfile.BadZipFile):
        assert [payload.read(name) for name in payload.namelist()] != [data for _, data in ENTRIES]


PIECES = st.sampled_from(
    [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", GOOD[-98:], GOOD, MANIFEST.encode()]
)


@given(st.lists(PIECES | st.binary(max_size=60), max_size=8))
def test_whatever_it_is_it_is_read_or_refused(pieces: list[bytes]) -> None:
    made = b"".join(pieces)
    try:
        read_payload(BytesIO(made))
    except Unreadable:
        return
    assert made == GOOD


# Beyond 4 GiB, without writing 4 GiB: the zeros are holes.

HUGE = (1 << 32) + (1 << 20)
HUGE_CRC = 0xC6A48B28


class Holes:
    """A sink that seeks over zeros."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes, /) -> None:
        if data is ZEROS:
            self._file.seek(len(data), 1)
        else:
            self._file.write(data)


ZEROS = bytes(1 << 20)


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("huge") / "huge.zip"
    with path.open("wb") as file:
        writer = PayloadWriter(Holes(file), time=EVENING)
        writer.add(Entry(MANIFEST, 2, zlib.crc32(b"{}")), [b"{}"])
        writer.add(Entry("huge.bin", HUGE, HUGE_CRC), (ZEROS for _ in range(HUGE // len(ZEROS))))
        writer.add(Entry("behind.txt", 4, zlib.crc32(b"last")), [b"last"])
        writer.add(Entry(SIGNATURE, 0, 0), [])
        writer.close()
    yield path
    path.unlink()


def test_a_file_beyond_four_gibibytes_is_read(huge: Path) -> None:
    with huge.open("rb") as file:
        payload = read_payload(file)
        assert payload.getinfo("huge.bin").file_size == HUGE
        assert payload.getinfo("behind.txt").header_offset > 1 << 32
        assert payload.read("behind.txt") == b"last"


def test_info_zip_reads_what_stands_behind_four_gibibytes(huge: Path) -> None:
    unzip = shutil.which("unzip")
    need(unzip, "the program unzip is not installed: apt-get install unzip")
    listed = subprocess.run([unzip or "", "-l", str(huge)], check=True, capture_output=True, text=True)
    assert str(HUGE) in listed.stdout
    behind = subprocess.run([unzip or "", "-p", str(huge), "behind.txt"], check=True, capture_output=True)
    assert behind.stdout == b"last"


@pytest.mark.parametrize("count", [65_535, 65_536])
def test_more_entries_than_a_zip_counts_come_back(count: int) -> None:
    names = [f"{number:05d}" for number in range(count - 2)]
    payload = payload_of([(MANIFEST, b""), *((name, b"") for name in names), (SIGNATURE, b"")])
    assert read_payload(BytesIO(payload)).namelist()[1:-1] == names


def test_who_wants_a_few_files_of_many_meets_a_wrong_header_in_the_file_that_has_it() -> None:
    names = list(FILES)
    at = GOOD.index(b"PK\x03\x04", GOOD.index(FILES[names[0]]))
    damaged = GOOD[: at + 14] + bytes([GOOD[at + 14] ^ 1]) + GOOD[at + 15 :]
    assert refused(damaged).startswith("entries stored or deflated")
    payload = read_payload(BytesIO(damaged), sparse=True)
    assert b"".join(read_entry(payload, names[0])) == FILES[names[0]]
    with pytest.raises(Unreadable, match="both their headers"):
        b"".join(read_entry(payload, names[1]))

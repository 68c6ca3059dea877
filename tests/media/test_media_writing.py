"""What was written is written: whatever a medium does at whatever moment, nothing that is not whole is taken for that."""

import contextlib
import gc
import hashlib
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invented_media import FAULTS, Failing, Ports, device
from sekisho.errors import MediumError, Misuse
from sekisho.media import writing
from sekisho.media.direct import STEP, Verify, digest
from sekisho.media.writing import Place, check_name, check_room, look, put, read_back, weakest

MIB = 1 << 20
CONTENT = random.Random(11).randbytes(3 * MIB + 12_345)
STEPS = 4  # of 1 MiB


@pytest.fixture
def ports() -> Ports:
    return Ports()


@pytest.fixture
def stick(ports: Ports, tmp_path: Path) -> Path:
    return ports.plug(tmp_path / "stick", device())


def write(place: Place, content: bytes = CONTENT, name: str = "capsule-1.age") -> Verify:
    with writing.writing(place, name, size=len(content)) as file:
        for start in range(0, len(content), 65_552):  # as an age writer does
            file.write(content[start : start + 65_552])
    return read_back(place, name, hashlib.sha256(content).hexdigest())


def how(folder: Path) -> Verify:
    """Return what a read-back is here: a file system in memory of an old kernel cannot be asked directly."""
    path = folder / "asked"
    path.write_bytes(b"x")
    verify = digest(path)[1]
    path.unlink()
    return verify


def test_a_file_is_written_in_steps_and_read_back_from_the_medium(
    stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    honest = writing._Waiting.write

    def told(self: writing._Waiting, data: bytes) -> int:
        sizes.append(len(data))
        return honest(self, data)

    monkeypatch.setattr(writing._Waiting, "write", told)
    expected = how(stick)
    assert write(look(stick, ports)) is expected
    assert (stick / "capsule-1.age").read_bytes() == CONTENT
    assert sizes == [STEP] * 3 + [12_345]
    assert [path.name for path in stick.iterdir()] == ["capsule-1.age"]


def test_it_waits_for_the_medium_every_64_mib(stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fdatasync", lambda handle: waited.append(os.fstat(handle).st_size))
    monkeypatch.setattr(writing, "_SYNC_EVERY", MIB)
    write(look(stick, ports))
    assert waited == [MIB, 2 * MIB, 3 * MIB]


def test_a_folder_that_is_no_device_says_so(tmp_path: Path, ports: Ports) -> None:
    assert write(look(tmp_path, ports)) is Verify.READ_BACK


def test_a_system_that_cannot_ask_directly_says_weak(
    stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.media.direct._DIRECT", 0)
    assert write(look(stick, ports)) is Verify.WEAK


@pytest.mark.parametrize("at", range(1, STEPS + 1))
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_is_taken_for_written(
    stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch, fault: str, at: int
) -> None:
    place = look(stick, ports)
    with monkeypatch.context() as patch, pytest.raises((MediumError, OSError)):
        Failing(folder=stick, ports=ports, fault=fault, at=at).install(patch)
        write(place)


def test_nothing_half_written_stays_where_a_write_failed(
    stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, contextlib.suppress(OSError):
        Failing(folder=stick, ports=ports, fault="full", at=2).install(patch)
        write(look(stick, ports))
    assert list(stick.iterdir()) == []


def test_what_a_failure_left_in_memory_is_written_nowhere(stick: Path, ports: Ports, tmp_path: Path) -> None:
    """Its handle is closed by then, and the next file that is opened has the same number."""

    class Elsewhere(Exception):
        pass

    place = look(stick, ports)
    with pytest.raises(Elsewhere), writing.writing(place, "a") as file:
        file.write(b"of the capsule that is none")
        raise Elsewhere
    others = [(tmp_path / str(number)).open("w+b", buffering=0) for number in range(9)]
    del file
    gc.collect()
    assert [os.fstat(other.fileno()).st_size for other in others] == [0] * 9
    for other in others:
        other.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(FAULTS), st.integers(1, 9), st.integers(0, 3 * MIB))
def test_written_means_whole(tmp_path: Path, fault: str, at: int, size: int) -> None:
    """Either it is said that it failed, or the file is there as it was meant, on the device of before."""
    with pytest.MonkeyPatch.context() as patch:
        ports = Ports()
        stick = ports.plug(tmp_path / "stick", device())
        (stick / "capsule-1.age").unlink(missing_ok=True)
        place, content = look(stick, ports), CONTENT[:size]
        medium = Failing(folder=stick, ports=ports, fault=fault, at=at)
        medium.install(patch)
        try:
            write(place, content)
        except (MediumError, OSError):
            assert medium.failing
        else:
            assert not medium.failing
            assert (stick / "capsule-1.age").read_bytes() == content


def test_what_reads_back_otherwise_is_told(stick: Path, ports: Ports) -> None:
    place = look(stick, ports)
    (stick / "a").write_bytes(b"another")
    with pytest.raises(MediumError) as caught:
        read_back(place, "a", hashlib.sha256(b"what was meant").hexdigest())
    assert caught.value.key == "media.read_back_differs"


def test_a_stick_that_was_pulled_and_put_back_is_another(stick: Path, ports: Ports) -> None:
    place = look(stick, ports)
    ports.replug(stick)
    with pytest.raises(MediumError) as caught:
        put(place, "a", b"a")
    assert caught.value.key == "media.swapped"


def test_a_small_file_replaces_what_was_there(stick: Path, ports: Ports) -> None:
    place = look(stick, ports)
    put(place, "a", b"before")
    assert put(place, "a", b"after")[0] == hashlib.sha256(b"after").hexdigest()
    assert (stick / "a").read_bytes() == b"after"


def test_an_empty_file_is_one(stick: Path, ports: Ports) -> None:
    assert put(look(stick, ports), "a", b"")[0] == hashlib.sha256(b"").hexdigest()


def test_fat_takes_no_file_of_4_gib(stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    room = os.statvfs_result((4096, 4096, 1 << 30, 1 << 30, 1 << 30, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: room)
    ports.filesystem = "vfat"
    most = 4 * 1024**3 - 1
    check_room(look(stick, ports), most)
    with pytest.raises(MediumError) as caught:
        check_room(look(stick, ports), most + 1)
    assert caught.value.key == "media.too_long_for_fat"
    assert "exFAT" in caught.value.hint("en")
    assert "exFAT" in caught.value.hint("ja")
    ports.filesystem = "exfat"
    check_room(look(stick, ports), most + 1)


def test_a_medium_without_room_is_refused_before_it_is_filled(stick: Path, ports: Ports) -> None:
    there = os.statvfs(stick)
    with pytest.raises(MediumError) as caught:
        check_room(look(stick, ports), there.f_bavail * there.f_frsize)
    assert caught.value.key == "media.no_room"


def test_a_medium_that_is_mounted_read_only_is_refused(
    stick: Path, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = os.statvfs_result((4096, 4096, 9, 9, 9, 0, 0, 0, os.ST_RDONLY, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: room)
    with pytest.raises(MediumError) as caught:
        check_room(look(stick, ports), 0)
    assert caught.value.key == "media.read_only"


@pytest.mark.parametrize(
    "name",
    [
        "a:b",
        "q?",
        "a/b",
        "a\\b",
        "a*",
        'a"',
        "<a",
        ">a",
        "a|b",
        "a\n",
        "",
        "a.",
        "a ",
        "..",
        "CON",
        "nul.txt",
        "lpt1",
        "x" * 256,
    ],
)
def test_names_that_vfat_or_windows_refuses_are_refused_everywhere(name: str) -> None:
    with pytest.raises(Misuse):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["capsule-123456.age", "OPEN.html", "拾得した方へ_IF-FOUND.txt", "medium.json", "console"]
)
def test_the_names_that_we_write_are_taken(name: str) -> None:
    check_name(name)


def test_the_weakest_read_back_counts() -> None:
    assert weakest(Verify.DIRECT, Verify.WEAK) is Verify.WEAK
    assert weakest(Verify.DIRECT, Verify.DIRECT) is Verify.DIRECT
    assert weakest(Verify.WEAK, Verify.READ_BACK, Verify.DIRECT) is Verify.READ_BACK

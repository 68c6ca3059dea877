import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.findings import Report
from sekisho.detect.memory import Memory, digest_of
from sekisho.detect.packs import built_in_rules
from sekisho.detect.scan import scan_tables, uninspected
from sekisho.errors import Unreadable
from sekisho.readers.folders import Found, found_at

RULES = "0" * 64
CSV = "氏名,電話番号\n山田 太郎,090-1234-5678\n鈴木 花子,080-1234-5678\n"


@pytest.fixture
def later() -> datetime:
    """The start of a scan a minute after the test's files were written."""
    return datetime.now(UTC) + timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(CSV, encoding="utf-8")
    return folder


def _scanned(memory: Memory, folder: Path) -> dict[Path, list[Report]]:
    """Scan a folder as the command does."""
    reports: dict[Path, list[Report]] = {}
    for found in found_at(folder):
        known = memory.get(found)
        reports[found.path] = known if known is not None else list(scan_tables(found.path))
        if known is None:
            memory.put(found, reports[found.path])
    memory.save()
    return reports


def test_a_second_scan_says_the_same_and_reads_nothing(tmp_path: Path, folder: Path, later: datetime) -> None:
    first = _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    memory = Memory.open(tmp_path / "memory", RULES, now=later)

    assert _scanned(memory, folder) == first
    assert (memory.state, memory.taken) == ("kept", 2)


def test_a_changed_file_is_read_again(tmp_path: Path, folder: Path, later: datetime) -> None:
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    (folder / "b.csv").write_text(CSV + "佐藤 一郎,070-1234-5678\n", encoding="utf-8")
    memory = Memory.open(tmp_path / "memory", RULES, now=later)

    assert [report.rows for report in _scanned(memory, folder)[folder / "b.csv"]] == [3]  # type: ignore[union-attr]
    assert memory.taken == 1


def test_a_file_of_the_same_size_and_time_is_known_by_its_digest(tmp_path: Path, folder: Path, later: datetime) -> None:
    """Whoever sets the time of writing back changes the time of change."""
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    path = folder / "b.csv"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_text(CSV.replace("090", "070"), encoding="utf-8")
    os.utime(path, ns=times)
    memory = Memory.open(tmp_path / "memory", RULES, now=later)

    assert [memory.get(found) is None for found in found_at(folder)] == [False, True]


def test_a_copy_of_a_drive_is_not_read_again(tmp_path: Path, folder: Path, later: datetime) -> None:
    """On a stick inodes are made up anew each time that it is plugged in."""
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(folder)
    (tmp_path / "copy").rename(folder)
    memory = Memory.open(tmp_path / "memory", RULES, now=later)

    assert len(_scanned(memory, folder)) == memory.taken == 2


def test_a_file_written_while_it_was_scanned_is_known_by_its_digest(tmp_path: Path, folder: Path) -> None:
    start = datetime.now(UTC) - timedelta(minutes=1)
    _scanned(Memory.open(tmp_path / "memory", RULES, now=start), folder)
    (found, _) = found_at(folder)
    changed = CSV.replace("太郎", "次郎")
    with found.path.open("r+b") as file:
        file.write(changed.encode())
    os.utime(found.path, ns=(0, found.modified_ns))

    assert Memory.open(tmp_path / "memory", RULES, now=start).get(found) is None


def test_verifying_believes_digests_alone(tmp_path: Path, folder: Path, later: datetime) -> None:
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    memory = Memory.open(tmp_path / "memory", RULES, now=later, verify=True)

    assert len(_scanned(memory, folder)) == memory.taken == 2


def test_the_same_file_under_another_name_has_that_name(
    tmp_path: Path, folder: Path, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    monkeypatch.chdir(folder)
    (found,) = found_at(Path("a.csv"))

    reports = Memory.open(tmp_path / "memory", RULES, now=later).get(found)

    assert reports is not None
    assert [report.path for report in reports] == [Path("a.csv")]


def test_a_path_that_is_no_text_is_remembered(tmp_path: Path, folder: Path, later: datetime) -> None:
    path = folder / os.fsdecode("住民".encode("cp932"))
    shutil.copy(folder / "a.csv", path)
    first = _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    memory = Memory.open(tmp_path / "memory", RULES, now=later)

    assert _scanned(memory, folder)[path] == first[path]
    assert memory.taken == 3


def test_other_rules_forget_everything(tmp_path: Path, folder: Path, later: datetime) -> None:
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    memory = Memory.open(tmp_path / "memory", "1" * 64, now=later)

    assert memory.state == "other_rules"
    assert [memory.get(found) for found in found_at(folder)] == [None, None]


def test_a_damaged_memory_is_none(tmp_path: Path, folder: Path, later: datetime) -> None:
    path = tmp_path / "memory"
    _scanned(Memory.open(path, RULES, now=later), folder)
    data = path.read_bytes()
    for damaged in _damaged(data):
        path.write_bytes(damaged)
        assert Memory.open(path, RULES, now=later).state == "damaged"


def _damaged(data: bytes) -> Iterator[bytes]:
    yield data.replace(b"rows", b"cows")
    yield data[: len(data) // 2]
    yield b"\n".join(data.splitlines()[:-1]) + b"\n"
    yield b""
    yield b"\xff\xfe"


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_damaged(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any-memory"
    path.write_bytes(data)

    assert Memory.open(path, RULES, now=datetime.now(UTC)).state == "damaged"


def test_what_may_be_otherwise_next_time_is_not_remembered(tmp_path: Path, folder: Path, later: datetime) -> None:
    memory = Memory.open(tmp_path / "memory", RULES, now=later)
    (found, _) = found_at(folder)
    memory.put(found, [uninspected(found.path, Unreadable("readers.not_allowed", path=found.path))])

    assert memory.get(found) is None


def test_a_file_that_changed_while_it_was_read_is_not_remembered(tmp_path: Path, folder: Path, later: datetime) -> None:
    memory = Memory.open(tmp_path / "memory", RULES, now=later)
    (found, _) = found_at(folder)
    found.path.write_text(CSV * 2, encoding="utf-8")
    memory.put(found, scan_tables(found.path))

    assert memory.get(found_at(found.path)[0]) is None


def test_a_log_beside_a_database_is_not_forgotten(tmp_path: Path, folder: Path, later: datetime) -> None:
    _scanned(Memory.open(tmp_path / "memory", RULES, now=later), folder)
    (folder / "a.csv-wal").write_bytes(b"x")
    (found, *_) = found_at(folder)

    assert Memory.open(tmp_path / "memory", RULES, now=later).get(found) is None


def test_files_that_are_gone_are_forgotten_and_others_are_kept(tmp_path: Path, folder: Path, later: datetime) -> None:
    path = tmp_path / "memory"
    _scanned(Memory.open(path, RULES, now=later), folder)
    (folder / "b.csv").unlink()
    Memory.open(path, RULES, now=later).save()

    assert path.read_bytes().count(b"\n") == 3


def test_no_value_is_remembered_and_nobody_else_may_read_it(tmp_path: Path, folder: Path, later: datetime) -> None:
    path = tmp_path / "memory"
    _scanned(Memory.open(path, RULES, now=later), folder)

    assert path.stat().st_mode & 0o777 == 0o600
    for value in ("山田 太郎", "090-1234-5678", "09012345678"):
        assert value not in path.read_text(encoding="utf-8")


def test_a_save_that_fails_leaves_the_memory_as_it_was(
    tmp_path: Path, folder: Path, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "memory"
    _scanned(Memory.open(path, RULES, now=later), folder)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "no space", str(handle))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        Memory.open(path, RULES, now=later).save()

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_link_in_its_place_is_not_followed(tmp_path: Path, later: datetime) -> None:
    (tmp_path / "memory").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(b"")

    with pytest.raises(OSError, match="memory"):
        Memory.open(tmp_path / "memory", RULES, now=later)


def test_a_memory_knows_itself(tmp_path: Path, later: datetime) -> None:
    memory = Memory.open(tmp_path / "memory", RULES, now=later)

    assert memory.is_own(Found(path=tmp_path / "." / "memory"))
    assert not memory.is_own(Found(path=tmp_path / "other"))


def test_rules_and_options_have_digests_of_their_own() -> None:
    rules = built_in_rules()

    assert digest_of(rules) == digest_of(rules)
    assert len({digest_of(rules), digest_of(rules, "spans"), digest_of(rules.for_single_cells())}) == 3

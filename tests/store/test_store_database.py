"""One file that keeps what was acknowledged, forgets what was destroyed, and says what is wrong with it."""

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_databases import MIGRATIONS, NEXT, add, disk_of, holding, shares, tables

from sekisho.errors import Busy, MediumError, Misuse, Refused, SekishoError, Unreadable
from sekisho.store import database
from sekisho.store.database import APPLICATION_ID, create_database, forget, open_database, translated

SHARE = bytes(range(100, 200)) * 60  # longer than a page, so that it also lies on overflow pages


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with two rows, in a folder whose name a URI would misread."""
    folder = tmp_path / "尼崎 100%?mode=memory#"
    folder.mkdir()
    connection = create_database(folder / "sekisho.db", MIGRATIONS)
    add(connection, b"first", b"second")
    connection.close()
    return folder / "sekisho.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_database(path, MIGRATIONS)) as connection:
        yield connection


def problem(path: Path) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        open_database(path, MIGRATIONS)
    return caught.value


def test_what_was_written_is_there_when_opened_again(connection: sqlite3.Connection) -> None:
    assert shares(connection) == [b"first", b"second"]


@pytest.mark.parametrize("opened", [create_database, open_database])
def test_the_settings_that_durability_and_forgetting_need_are_really_set(
    tmp_path: Path, opened: Callable[..., sqlite3.Connection]
) -> None:
    if opened is open_database:
        create_database(tmp_path / "db", MIGRATIONS).close()
    with contextlib.closing(opened(tmp_path / "db", MIGRATIONS)) as connection:
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "trusted_schema", "busy_timeout")
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 10_000,
    }


def test_every_file_of_the_database_is_for_its_owner_alone(path: Path, connection: sqlite3.Connection) -> None:
    add(connection, b"third")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"sekisho.db": 0o600, "sekisho.db-wal": 0o600, "sekisho.db-shm": 0o600}


def test_a_database_that_exists_is_not_made_again(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Misuse) as caught:
        create_database(path, MIGRATIONS)
    assert caught.value.key == "store.office_exists"
    assert path.read_bytes() == before


def test_a_database_in_a_folder_that_is_not_there_is_a_matter_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(MediumError):
        create_database(tmp_path / "none" / "db", MIGRATIONS)
    assert isinstance(problem(tmp_path / "none" / "db"), MediumError)


def test_a_missing_database_is_not_made_by_opening_it(tmp_path: Path) -> None:
    assert problem(tmp_path / "db").key == "store.disk_failed"
    assert os.listdir(tmp_path) == []


MOUNTS = b"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
35 22 0:31 / /mnt/a\\040share rw,nosuid master:2 - nfs4 files.city.example:/office rw,vers=4.2
36 22 0:32 / /mnt/b rw - cifs //files/office rw
"""


def test_a_database_on_another_machines_disk_is_refused(tmp_path: Path) -> None:
    device, mounts = tmp_path.stat().st_dev, tmp_path / "mountinfo"
    place = f"{os.major(device)}:{os.minor(device)}".encode()
    for kind, refused in (("ext4", False), ("nfs4", True), ("cifs", True), ("fuse.sshfs", True)):
        mounts.write_bytes(MOUNTS.replace(b"254:0", place).replace(b"- ext4", b"- " + kind.encode()))
        with pytest.raises(Refused) if refused else contextlib.nullcontext():
            database.must_be_local(tmp_path, mounts=mounts)
    database.must_be_local(tmp_path, mounts=tmp_path / "no such table")
    database.must_be_local(tmp_path / "nowhere", mounts=mounts)


@pytest.mark.parametrize(("device", "kind"), [((0, 31), "nfs4"), ((0, 32), "cifs"), ((254, 0), "ext4"), ((254, 1), "")])
def test_what_a_disk_is_stands_in_the_table_of_mounts(device: tuple[int, int], kind: str) -> None:
    assert database.file_system(os.makedev(*device), MOUNTS) == kind


@pytest.mark.parametrize("opened", [create_database, open_database])
def test_neither_a_new_nor_an_old_database_is_opened_there(
    path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[..., sqlite3.Connection]
) -> None:
    monkeypatch.setattr(database, "file_system", lambda *_: "nfs")
    with pytest.raises(Refused) as caught:
        opened(path, MIGRATIONS)
    assert caught.value.key == "store.network_file_system"


# --- foreign, newer, damaged


@pytest.mark.parametrize("application", [0, APPLICATION_ID + 1])
def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path, application: int) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "db")) as other:
        other.executescript(f"PRAGMA application_id = {application}; CREATE TABLE theirs (x); VACUUM;")
    before = (tmp_path / "db").read_bytes()
    assert problem(tmp_path / "db").key == "store.foreign_database"
    assert (tmp_path / "db").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"S", b"name,share\n" * 400, b"SQLite format 3\x00" + bytes(4080)])
def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "db").write_bytes(content)
    assert isinstance(problem(tmp_path / "db"), Unreadable)
    assert (tmp_path / "db").read_bytes() == content


def test_a_database_of_a_newer_sekisho_is_refused_and_left_as_it_is(path: Path) -> None:
    open_database(path, NEXT).close()
    before = path.read_bytes()
    refused = problem(path)
    assert (refused.key, refused.values) == ("store.newer_database", {"path": path, "version": 2})
    assert path.read_bytes() == before


@pytest.mark.parametrize("keep", [100, 4095, 4096, 8192, -9000, -4096])
def test_a_truncated_database_is_told_as_damaged(path: Path, connection: sqlite3.Connection, keep: int) -> None:
    add(connection, *[SHARE] * 10)
    connection.close()
    path.write_bytes(path.read_bytes()[:keep])
    damaged = problem(path)
    assert (type(damaged), damaged.key) == (Unreadable, "store.damaged_database")


def test_a_damaged_word_in_the_schema_is_told_although_it_cannot_be_quoted(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE \x80ABLE"))
    assert problem(path).key == "store.damaged_database"


@pytest.mark.parametrize("page", [2, 5, 9])
def test_damage_in_rows_that_nobody_asked_for_yet_is_told_at_opening(
    path: Path, connection: sqlite3.Connection, page: int
) -> None:
    add(connection, *[SHARE] * 10)
    connection.close()
    data = bytearray(path.read_bytes())
    data[4096 * page : 4096 * page + 64] = b"\xff" * 64
    path.write_bytes(data)
    assert problem(path).key == "store.damaged_database"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=40))
def test_whatever_is_damaged_is_told_and_nothing_else(path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(path.read_bytes())
    for place, value in changes:
        data[place % len(data)] = value
    copy = path.with_name("copy.db")
    copy.write_bytes(data)
    with (
        contextlib.suppress(SekishoError),
        translated(copy),
        contextlib.closing(open_database(copy, MIGRATIONS)) as connection,
    ):
        assert len(shares(connection)) <= 2


def test_a_row_that_breaks_a_promise_is_damage(path: Path) -> None:
    """A whole file whose content contradicts its own schema was changed by somebody else."""
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 99 WHERE name = 'ticket';"
        )
    assert problem(path).key == "store.damaged_database"


# --- migrations


def test_an_older_database_is_brought_up_to_date(path: Path) -> None:
    with contextlib.closing(open_database(path, NEXT)) as connection:
        assert tables(connection) == {"ticket", "note"}
        assert connection.execute("SELECT text FROM note").fetchall() == [("a;b",)]
        assert shares(connection) == [b"first", b"second"]


def test_a_migration_is_carried_out_once(path: Path) -> None:
    for _ in range(3):
        open_database(path, NEXT).close()
    with contextlib.closing(open_database(path, NEXT)) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (1,)


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    with pytest.raises(SekishoError):
        open_database(path, (*MIGRATIONS, "CREATE TABLE note (text TEXT) STRICT; CREATE TABLE ticket (again);"))
    with contextlib.closing(open_database(path, MIGRATIONS)) as connection:
        assert tables(connection) == {"ticket"}


def test_programs_that_update_at_the_same_time_do_not_disturb_each_other(path: Path) -> None:
    """Each looked before anybody had begun; one migrates, the others find it done."""
    together = threading.Barrier(6)
    failed = list[BaseException]()

    def update() -> None:
        try:
            together.wait()
            open_database(path, NEXT).close()
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
            failed.append(error)

    threads = [threading.Thread(target=update) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_migration_that_another_program_has_just_carried_out_is_left_out(path: Path) -> None:
    """The version is looked at again under the lock, or the second would make every table twice."""
    with contextlib.closing(open_database(path, MIGRATIONS)) as connection:
        open_database(path, NEXT).close()
        database._migrate(connection, NEXT[1], to=2)
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (1,)
        assert not connection.in_transaction


# --- busy, full


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PATIENCE_SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_database_that_another_program_holds_is_busy(path: Path) -> None:
    with contextlib.closing(open_database(path, MIGRATIONS)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Busy) as caught:
            open_database(path, NEXT)
    assert (caught.value.key, caught.value.exit_code) == ("store.busy", 10)


@pytest.mark.usefixtures("impatient")
def test_readers_do_not_stop_a_writer(path: Path) -> None:
    reader, writer = open_database(path, MIGRATIONS), open_database(path, MIGRATIONS)
    with contextlib.closing(reader), contextlib.closing(writer):
        reader.execute("BEGIN")
        assert shares(reader) == [b"first", b"second"]
        add(writer, b"third")
        assert shares(reader) == [b"first", b"second"]
        reader.execute("COMMIT")
        assert shares(reader) == [b"first", b"second", b"third"]


def test_a_full_disk_is_told_and_loses_nothing_that_was_written(path: Path, connection: sqlite3.Connection) -> None:
    with disk_of(path.stat().st_size + 20_000), pytest.raises(MediumError) as caught, translated(path):
        add(connection, *[SHARE] * 20)
    assert caught.value.key == "store.disk_failed"
    connection.close()
    with contextlib.closing(open_database(path, MIGRATIONS)) as again:
        assert shares(again)[:2] == [b"first", b"second"]
        add(again, b"room again")


def test_a_disk_too_small_for_a_new_database_is_told(tmp_path: Path) -> None:
    with disk_of(2000), pytest.raises(MediumError):
        create_database(tmp_path / "db", MIGRATIONS)


WRITING = """
import sys
from pathlib import Path
from sekisho.store.database import open_database
connection = open_database(Path(sys.argv[1]), [""])
for number in range(100_000):
    connection.execute("INSERT INTO ticket (tid, share) VALUES (?, zeroblob(3000))", (number + 10,))
    print(number + 10, flush=True)
"""


def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITING, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    acknowledged = [int(line) for line in lines if line.endswith("\n")]
    with contextlib.closing(open_database(path, MIGRATIONS)) as connection:
        found = [tid for (tid,) in connection.execute("SELECT tid FROM ticket WHERE tid >= 10 ORDER BY tid")]
    assert len(acknowledged) >= 50
    assert found[: len(acknowledged)] == acknowledged


# --- forgetting


def test_a_destroyed_share_is_gone_from_every_file(path: Path, connection: sqlite3.Connection) -> None:
    add(connection, SHARE)
    forget(connection)
    assert holding(path.parent, SHARE[:64]) == ["sekisho.db"]
    connection.execute("DELETE FROM ticket WHERE share = ?", (SHARE,))
    forget(connection)
    assert holding(path.parent, SHARE[:64]) == []
    assert shares(connection) == [b"first", b"second"]


def test_an_overwritten_share_is_gone_from_every_file(path: Path, connection: sqlite3.Connection) -> None:
    add(connection, SHARE)
    connection.execute("UPDATE ticket SET share = NULL WHERE share = ?", (SHARE,))
    assert "sekisho.db-wal" in holding(path.parent, SHARE[:64])
    forget(connection)
    assert holding(path.parent, SHARE[:64]) == []


@pytest.mark.usefixtures("impatient")
def test_forgetting_says_that_a_reader_still_holds_the_log(path: Path) -> None:
    """It must not look done, nor like damage: the caller tries again."""
    reader, writer = open_database(path, MIGRATIONS), open_database(path, MIGRATIONS)
    with contextlib.closing(reader), contextlib.closing(writer):
        reader.execute("BEGIN")
        shares(reader)
        add(writer, SHARE)
        with pytest.raises(sqlite3.OperationalError):
            forget(writer)
        with pytest.raises(Busy), translated(path):
            forget(writer)
        reader.execute("COMMIT")
        forget(writer)


def test_a_bug_is_not_taken_for_damage(path: Path, connection: sqlite3.Connection) -> None:
    """Nobody shall restore a backup because of a statement of ours."""
    with pytest.raises(sqlite3.IntegrityError, match="it has a share"), translated(path):
        connection.execute("INSERT INTO ticket (tid) VALUES (7)")
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), translated(path):
        connection.execute("SELECT 1")


def test_an_error_names_the_file_and_nothing_in_it(path: Path, connection: sqlite3.Connection) -> None:
    with pytest.raises(Unreadable) as caught, translated(path):
        connection.execute("SELECT nothing FROM ticket")
    assert caught.value.values == {"path": path}

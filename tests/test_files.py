"""A file is whole or not there, whatever happens while it is written."""

import os
import shutil
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho import files
from sekisho.files import (
    Leftovers,
    NotAFile,
    open_file,
    printable,
    private_folder,
    replacing,
    replacing_folder,
    write_whole,
)


def _boom(path: Path) -> None:
    with replacing(path, overwrite=True) as file:
        file.write(b"half")
        raise RuntimeError("boom")


def test_a_file_appears_whole_with_its_mode(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"all", mode=0o640)
    assert (tmp_path / "a").read_bytes() == b"all"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_that_exists_is_not_overwritten_unasked(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"old")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"new")
    assert not (tmp_path / "elsewhere").exists()


def test_an_error_leaves_the_old_file_and_no_partial(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"old")
    with pytest.raises(RuntimeError):
        _boom(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_an_error_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), replacing_folder(tmp_path / "out") as folder:
        (folder / "plain").write_bytes(b"secret")
        raise RuntimeError("boom")
    assert os.listdir(tmp_path) == []


def test_a_folder_appears_whole_and_private(tmp_path: Path) -> None:
    with replacing_folder(tmp_path / "out") as folder:
        (folder / "plain").write_bytes(b"x")
    assert os.listdir(tmp_path) == ["out"]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_a_folder_that_exists_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError), replacing_folder(tmp_path / "out"):
        pass


def test_a_long_japanese_name_can_be_written(tmp_path: Path) -> None:
    name = "住" * 84 + ".ag"
    write_whole(tmp_path / name, b"x")
    assert (tmp_path / name).exists()


def test_a_wide_open_folder_is_narrowed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    assert stat.S_IMODE(private_folder(tmp_path / "home").stat().st_mode) == 0o700


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from sekisho import files
    from sekisho.files import Leftovers, replacing, replacing_folder
    home, out, medium = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if medium == "stick":
        files._make_unnamed_file = lambda folder: None
    Leftovers(home / "leftovers").note(out)
    with replacing(out / "file") as file, replacing_folder(out / "folder") as folder:
        file.write(b"plaintext"); file.flush()
        (folder / "table.csv").write_bytes(b"plaintext")
        os.kill(os.getpid(), signal.SIGKILL)
    """
)


@pytest.mark.parametrize(("medium", "named"), [("disk", 1), ("stick", 2)])
def test_the_next_run_removes_what_a_kill_left(tmp_path: Path, medium: str, named: int) -> None:
    """On a disk only the folder had a name; a stick's file system knows no files without one."""
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(out), medium], check=False)
    left = [path for path in out.iterdir() if path.name.endswith(".partial")]
    assert len(left) == named
    assert all(stat.S_IMODE(path.stat().st_mode) in {0o600, 0o700} for path in left)
    assert sorted(Leftovers(tmp_path / "leftovers").sweep()) == sorted(left)
    assert os.listdir(out) == []


def test_a_partial_with_a_living_owner_stays(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path / "leftovers")
    leftovers.note(tmp_path)
    with replacing(tmp_path / "a") as file:
        file.write(b"going on")
        assert leftovers.sweep() == []
    assert (tmp_path / "a").read_bytes() == b"going on"
    assert leftovers.sweep() == []


def test_a_folder_that_is_away_stays_in_the_journal(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    leftovers = Leftovers(tmp_path / "leftovers")
    leftovers.note(stick)
    stick.rename(tmp_path / "unplugged")
    assert leftovers.sweep() == []
    (tmp_path / "unplugged" / ".sekisho-0123.partial").write_bytes(b"x")
    (tmp_path / "unplugged").rename(stick)
    assert leftovers.sweep() == [stick / ".sekisho-0123.partial"]


def test_the_journals_own_folder_is_swept_without_being_noted(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    left = [tmp_path / ".sekisho-01.partial", tmp_path / "own" / ".sekisho-02.partial"]
    for path in left:
        path.write_bytes(b"x")
    assert Leftovers(tmp_path / "leftovers", own=[tmp_path / "own"]).sweep() == left


# The journal, with others at work.


def planted(folder: Path, *names: str) -> list[Path]:
    """Leave in a folder what kills left."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f".sekisho-{name}.partial" for name in names]
    for path in paths:
        path.write_bytes(b"plaintext")
    return paths


def test_a_note_taken_while_somebody_sweeps_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the reading of the journal and its replacing there was a moment in which a note was lost."""
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    journal = tmp_path / "leftovers"
    first, second = Leftovers(journal), Leftovers(journal)
    first.note(before)
    first.close()
    noting = threading.Thread(target=second.note, args=(after,))
    sweep = files._sweep_folder

    def meanwhile(folder: Path, removed: list[Path]) -> bool:
        if folder == before and noting.ident is None:
            noting.start()
            noting.join(0.3)
        return sweep(folder, removed)

    monkeypatch.setattr(files, "_sweep_folder", meanwhile)
    assert first.sweep() == []
    noting.join()
    left = planted(after, "01")
    second.close()
    assert first.sweep() == left


def test_a_folder_noted_is_not_forgotten_before_the_partial_is_made(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    maker, sweeper = Leftovers(tmp_path / "leftovers"), Leftovers(tmp_path / "leftovers")
    maker.note(out)
    assert sweeper.sweep() == []
    left = planted(out, "01")
    maker.close()
    assert sweeper.sweep() == left
    planted(out, "02")
    assert sweeper.sweep() == []


def test_what_is_left_is_removed_while_others_are_at_work(tmp_path: Path) -> None:
    left = planted(tmp_path / "out", "01")
    maker = Leftovers(tmp_path / "leftovers")
    maker.note(tmp_path / "out")
    assert Leftovers(tmp_path / "leftovers").sweep() == left


def test_what_could_not_be_removed_is_tried_again_and_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leftovers = Leftovers(tmp_path / "leftovers")
    first, second, third = planted(tmp_path / "out", "01", "02", "03")
    third.unlink()
    (third / "below").mkdir(parents=True)
    leftovers.note(tmp_path / "out")
    leftovers.close()
    unlink = Path.unlink

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path == first:
            raise PermissionError(1, "Operation not permitted")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as context:
        context.setattr(Path, "unlink", refuse)
        context.setattr(shutil, "rmtree", lambda *_, **__: None)
        assert leftovers.sweep() == [second]
    assert leftovers.sweep() == [first, third]


def test_a_folder_that_may_not_be_read_stays_in_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = planted(tmp_path / "out", "01")
    leftovers = Leftovers(tmp_path / "leftovers")
    leftovers.note(tmp_path / "out")
    leftovers.close()

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as context:
        context.setattr(Path, "iterdir", refuse)
        assert leftovers.sweep() == []
    assert leftovers.sweep() == left


def test_a_pipe_under_a_partials_name_holds_up_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".sekisho-01.partial")
    assert Leftovers(tmp_path / "leftovers").sweep() == [tmp_path / ".sekisho-01.partial"]


def test_a_note_that_a_full_disk_cut_short_spoils_none_after_it(tmp_path: Path) -> None:
    left = planted(tmp_path / "out", "01")
    (tmp_path / "leftovers").write_bytes(os.fsencode(tmp_path)[:-3])
    leftovers = Leftovers(tmp_path / "leftovers")
    leftovers.note(tmp_path / "out")
    leftovers.close()
    assert leftovers.sweep() == left


# What stands where a file is expected.


def link(path: Path) -> None:
    path.with_name("elsewhere").write_bytes(b"somebody's")
    path.symlink_to(path.with_name("elsewhere"))


NO_FILES: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "ring": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("change", [False, True])
@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_is_not_opened_and_not_waited_for(
    tmp_path: Path, what: str, *, follow: bool, change: bool
) -> None:
    NO_FILES[what](tmp_path / "a")
    with pytest.raises(NotAFile):
        open_file(tmp_path / "a", follow=follow, change=change)


def test_a_link_is_taken_for_its_file_only_where_that_is_asked_for(tmp_path: Path) -> None:
    link(tmp_path / "a")
    with pytest.raises(NotAFile):
        open_file(tmp_path / "a")
    with open_file(tmp_path / "a", follow=True) as file:
        assert file.read() == b"somebody's"


def test_a_file_with_a_second_name_is_read_and_not_changed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    with open_file(tmp_path / "a") as file:
        assert file.read() == b"x"
    with pytest.raises(NotAFile):
        open_file(tmp_path / "a", change=True)
    (tmp_path / "b").unlink()
    with open_file(tmp_path / "a", change=True) as file:
        file.write(b"y")
    assert (tmp_path / "a").read_bytes() == b"y"


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "a")


def test_any_path_can_be_printed() -> None:
    assert printable(Path("氏名.csv")) == "氏名.csv"
    assert printable(Path(os.fsdecode(b"\x8e\x81.csv"))) == r"\x8e\x81.csv"


def test_a_file_has_its_name_only_when_its_bytes_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut after the name and before the bytes would leave an empty file that looks whole."""
    path, synced, sync = tmp_path / "whole", list[tuple[int, bool]](), os.fsync

    def watched(handle: int) -> None:
        sync(handle)
        synced.append((os.fstat(handle).st_ino, path.exists()))

    monkeypatch.setattr(os, "fsync", watched)
    write_whole(path, b"bytes")
    assert synced == [(path.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


def test_a_name_that_is_taken_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """Some sticks know no hard links, by which the last look would see it."""
    (tmp_path / "taken").write_bytes(b"theirs")
    with pytest.raises(FileExistsError), replacing(tmp_path / "taken"):
        pytest.fail("the block began")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_a_length_that_fat_writes_late_is_waited_for_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rig saw it: after fsync, rename and fsync of the folder, a vfat stick that was pulled held an empty file."""
    path, named, sync = tmp_path / "capsule", list[bool](), os.fsync

    def watched(handle: int) -> None:
        sync(handle)
        named.extend([path.exists()] if stat.S_ISREG(os.fstat(handle).st_mode) else [])

    monkeypatch.setattr(os, "fsync", watched)
    monkeypatch.setattr(files, "_make_unnamed_file", lambda _: None)  # nor has FAT such files
    write_whole(path, b"bytes")
    assert named == [False, True]

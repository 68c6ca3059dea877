"""A file is whole or not there, whatever happens while it is written."""

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sekisho.files import Leftovers, private_folder, replacing, replacing_folder, write_whole


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
    from sekisho.files import Leftovers, replacing, replacing_folder
    home, out = map(Path, sys.argv[1:])
    Leftovers(home / "leftovers").note(out)
    with replacing(out / "file") as file, replacing_folder(out / "folder") as folder:
        file.write(b"plaintext"); file.flush()
        (folder / "table.csv").write_bytes(b"plaintext")
        os.kill(os.getpid(), signal.SIGKILL)
    """
)


def test_the_next_run_removes_what_a_kill_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(out)], check=False)
    left = [path for path in out.iterdir() if path.name.endswith(".partial")]
    assert len(left) == 2
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

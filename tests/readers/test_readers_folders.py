import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.readers.folders import found_at


def _found(path: Path) -> dict[str, str | int]:
    """Return each place below a folder with its size, or with why it was passed over."""
    return {
        str(each.path.relative_to(path)): each.passed_over.key if each.passed_over else each.size
        for each in found_at(path)
    }


def test_a_file_is_found_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"abc")

    assert _found(tmp_path / "a.csv") == {".": 3}


def test_every_file_is_found_in_order_hidden_ones_too(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", ".c.csv", ".git/d", "a/.e/f.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    assert list(_found(tmp_path)) == [".c.csv", ".git/d", "a/.e/f.csv", "a/z.csv", "b.csv"]


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    (tmp_path / "up").symlink_to(tmp_path)

    assert _found(tmp_path) == {
        "itself": "readers.broken_link",
        "nowhere": "readers.broken_link",
        "pipe": "readers.not_a_file",
        "up": "readers.linked_folder",
    }


def test_a_linked_file_is_a_file_and_a_linked_folder_that_is_asked_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"abc")
    (tmp_path / "real" / "b").symlink_to(tmp_path / "real" / "a")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert _found(tmp_path / "link") == {"a": 3, "b": 3}


@pytest.mark.parametrize("place", ["locked", "."])
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "locked").mkdir()
    real = os.scandir

    def locked(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == tmp_path / place:
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", locked)

    assert _found(tmp_path) == {place: "readers.not_allowed"} | ({"a": 3} if place == "locked" else {})


def test_a_file_that_vanishes_after_it_was_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").write_bytes(b"abc")
    monkeypatch.setattr(os, "walk", lambda folder, **_: iter([(str(folder), [], ["gone", "here"])]))

    assert _found(tmp_path) == {"gone": "readers.not_found", "here": 3}


@pytest.mark.parametrize("name", ["nothing", "a.csv/b", "x" * 300])
def test_where_nothing_is_nothing_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").touch()

    with pytest.raises(FileNotFoundError):
        found_at(tmp_path / name)

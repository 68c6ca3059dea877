import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from readers_files import CSV, WORDS, faults, seen, zipped

from sekisho.readers import text
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, Options
from sekisho.readers.limits import Limits
from sekisho.readers.views import Unread, View, views


class Panic(BaseException):
    """What Rust raises."""


@pytest.mark.parametrize("error", [KeyError, RecursionError, Panic, AssertionError])
def test_nothing_that_a_reader_raises_gets_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def broken(blob: Blob, context: Context) -> Iterator[View]:
        del blob
        yield from ()
        assert not context.depth
        raise error

    monkeypatch.setattr(text, "views", broken)
    path = tmp_path / "a.txt"
    path.write_text(WORDS, encoding="utf-8")

    assert faults(path) == ["readers.damaged"]


def test_what_runs_out_of_memory_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> bool:
        raise MemoryError

    monkeypatch.setattr(text, "detect", broken)
    path = tmp_path / "a.txt"
    path.write_text(WORDS, encoding="utf-8")

    assert faults(path) == ["readers.memory"]


def test_a_question_to_stop_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_arguments: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(text, "detect", stopped)
    path = tmp_path / "a.txt"
    path.write_text(WORDS, encoding="utf-8")

    with pytest.raises(KeyboardInterrupt):
        list(views(path))


@pytest.mark.parametrize(
    ("path", "key"), [("/dev/null", "readers.not_a_file"), ("/", "readers.not_a_file"), ("/none", "readers.not_found")]
)
def test_what_is_no_file_is_told(path: str, key: str) -> None:
    assert faults(Path(path)) == [key]


def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.symlink_to(path)

    assert faults(path) == ["readers.not_found"]


def test_a_limit_is_told_of_the_outermost_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"b.zip": zipped({"c.csv": CSV, "d.csv": CSV})}))

    (*_, view) = seen(path, Options(limits=Limits(entries=2))).values()

    assert isinstance(view, Unread)
    assert (view.name, view.error.key) == ("a", "readers.limit_entries")


def test_the_memory_of_one_member_is_free_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{number}.txt": os.urandom(8).hex() * (1 << 16) for number in range(8)}))

    assert len([1 for view in views(path, options=Options(limits=Limits(member=1 << 20))) if view.name]) == 8

import pickle
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from sekisho.errors import Unreadable
from sekisho.readers.delimited import DelimitedFile
from sekisho.readers.folders import found_at
from sekisho.readers.problems import Problems
from sekisho.readers.remote import RemoteFile, Url, is_url, path_of
from sekisho.readers.source import opened, stamp
from sekisho.readers.splitting import parts
from sekisho.readers.tables import open_tables
from stores import s3_store

_ROWS = "番号,町名\n" + "".join(f"{n},港町 {n} 丁目\n" for n in range(5000))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_store(monkeypatch) as url:
        yield url


def _put(url: str, content: bytes) -> Url:
    with fsspec.open(url, "wb") as file:
        file.write(content)
    return Url(url)


def _cells(path: Path) -> list[str]:
    return [
        text for table in open_tables(path) for block in table.blocks() for text in block.text.decode().splitlines()
    ]


def test_a_url_is_a_path_that_keeps_its_slashes() -> None:
    url = Url("s3://city/2022/register.csv", "http://127.0.0.1:9000")
    assert str(url) == "s3://city/2022/register.csv"
    assert (url.name, url.stem) == ("register.csv", "register")
    assert url.absolute() == url
    travelled = pickle.loads(pickle.dumps(url))  # noqa: S301 - written here
    assert (travelled, travelled.endpoint) == (url, "http://127.0.0.1:9000")


@pytest.mark.parametrize(("text", "is_one"), [("s3://city/a.csv", True), ("a.csv", False), ("C:\\a.csv", False)])
def test_a_url_is_told_from_a_path(text: str, is_one: bool) -> None:
    assert is_url(text) is is_one


def test_a_command_line_names_both() -> None:
    assert type(path_of("a.csv")) is type(Path("a.csv"))
    url = path_of("s3://city/a.csv", endpoint="http://127.0.0.1:9000")
    assert isinstance(url, Url)
    assert url.endpoint == "http://127.0.0.1:9000"


def test_a_table_in_a_store_is_read_like_one_on_a_disk(bucket: str, tmp_path: Path) -> None:
    local = tmp_path / "towns.csv"
    local.write_text(_ROWS, encoding="cp932")
    assert _cells(_put(f"{bucket}/towns.csv", _ROWS.encode("cp932"))) == _cells(local)


def test_a_part_of_a_table_asks_for_its_own_range_only(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = open_tables(_put(f"{bucket}/towns.csv", _ROWS.encode()))[0].source
    assert isinstance(file, DelimitedFile)
    part = parts(file, size=20_000)[2]
    seen = []
    read = RemoteFile.read

    def counted(self: RemoteFile, size: int | None = -1, /) -> bytes:
        seen.append((self.tell(), size))
        return read(self, size)

    monkeypatch.setattr(RemoteFile, "read", counted)
    rows = sum(block.rows for block in part.blocks(strict=True, problems=Problems(), size=1 << 20))
    assert rows > 100
    assert seen[0] == (part.start, part.stop - part.start)


def test_everything_below_a_folder_is_found(bucket: str) -> None:
    for name in ("b/2.csv", "b/c/3.csv", "a/1.csv"):
        _put(f"{bucket}/{name}", b"n\n1\n")
    assert [str(found.path) for found in found_at(Url(f"{bucket}/b"))] == [f"{bucket}/b/2.csv", f"{bucket}/b/c/3.csv"]


def test_what_is_not_there_is_told(bucket: str) -> None:
    with pytest.raises(Unreadable) as caught:
        open_tables(Url(f"{bucket}/none.csv"))
    assert caught.value.key == "readers.not_found"
    with pytest.raises(FileNotFoundError):
        found_at(Url(f"{bucket}/none"))


def test_another_state_of_the_same_size_is_another_stamp(bucket: str) -> None:
    url = _put(f"{bucket}/n.csv", b"n\n1\n")
    with opened(url) as file:
        before = stamp(file)
        assert stamp(file) == before
        _put(f"{bucket}/n.csv", b"n\n2\n")
        assert stamp(file) != before


def test_a_store_that_does_not_answer_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Unreadable) as caught:
        open_tables(Url("s3://city/a.csv", "http://127.0.0.1:9"))
    assert caught.value.key in {"readers.store", "readers.disk"}


def test_a_program_that_reads_a_descriptor_gets_the_bytes(bucket: str) -> None:
    with opened(_put(f"{bucket}/n.csv", b"n\n1\n")) as file, open(file.fileno(), "rb", closefd=False) as copy:
        copy.seek(0)
        assert copy.read() == b"n\n1\n"

import gzip
import io
import tarfile
from pathlib import Path

from readers_files import CSV, WORDS, seen, text_of, why

from sekisho.readers.tables import Table


def _tar(**members: bytes) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def test_members_are_views_and_links_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(_tar(people=CSV, note=WORDS.encode()))

    found = seen(path)

    assert isinstance(found["a.tar!people"], Table)
    assert text_of(found["a.tar!note"]) == WORDS
    assert len(found) == 2


def test_one_that_is_packed_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(_tar(note=WORDS.encode())))

    assert list(seen(path)) == ["a.tar.gz!note"]


def test_of_one_that_is_cut_off_the_start_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(_tar(note=WORDS.encode(), large=bytes(9000))[:4000])

    found = seen(path)

    assert text_of(found["a.tar!note"]) == WORDS
    assert "readers.damaged" in [why(view) for name, view in found.items() if name != "a.tar!note"]


def test_what_is_passed_over_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    entry = tarfile.TarInfo("zeros")
    entry.size = 1 << 40
    path.write_bytes(gzip.compress(entry.tobuf() + bytes(120 << 20)))

    assert [why(view) for view in seen(path).values()] == ["readers.limit_ratio"]

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from readers_files import CSV, WORDS, cells_of, seen, text_of, why, zipped

from sekisho.readers.context import Options
from sekisho.readers.limits import Limits
from sekisho.readers.tables import Table
from sekisho.readers.views import Unread


def _path(folder: Path, data: bytes) -> Path:
    path = folder / "a.zip"
    path.write_bytes(data)
    return path


def test_members_are_views_of_their_own(tmp_path: Path) -> None:
    path = _path(tmp_path, zipped({"list/people.csv": CSV, "note.txt": WORDS, "nothing": b"", "folder/": b""}))

    found = seen(path)

    assert list(found) == ["a.zip!list/people.csv", "a.zip!note.txt", "a.zip!nothing"]
    assert isinstance(found["a.zip!list/people.csv"], Table)
    assert found["a.zip!note.txt"].path == Path(f"{path}!note.txt")
    assert text_of(found["a.zip!note.txt"]) == WORDS
    assert text_of(found["a.zip!nothing"]) == ""


def test_a_table_inside_is_read_again_and_again(tmp_path: Path) -> None:
    table = seen(_path(tmp_path, zipped({"people.csv": CSV})))["a.zip!people.csv"]

    assert cells_of(table) == cells_of(table) == CSV.splitlines()[1:]


@pytest.mark.parametrize("codec", ["cp932", "utf-8"])
def test_names_without_a_mark_are_read_as_japanese(tmp_path: Path, codec: str) -> None:
    name = "住民ソ表.txt".encode(codec).decode("cp437")  # ソ holds the byte of a backslash
    data = bytearray(zipped({"x" * len(name.encode("cp437")): WORDS}))
    data = data.replace(b"x" * len(name.encode("cp437")), name.encode("cp437"))

    assert list(seen(_path(tmp_path, bytes(data)))) == ["a.zip!住民ソ表.txt"]


def test_no_name_leads_out_of_the_archive(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/shadow", "..\\..\\windows\\x", "a\x01b"]
    found = seen(_path(tmp_path, zipped(dict.fromkeys(names, WORDS))))

    assert list(found) == ["a.zip!etc/passwd", "a.zip!etc/shadow", "a.zip!windows/x", "a.zip!a_b"]


def test_an_encrypted_member_is_told_beside_plain_ones(tmp_path: Path) -> None:
    data = bytearray(zipped({"plain.txt": WORDS, "locked.csv": CSV}))
    entry = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[entry + 8] |= 1

    found = seen(_path(tmp_path, bytes(data)))

    assert text_of(found["a.zip!plain.txt"]) == WORDS
    assert why(found["a.zip!locked.csv"]) == "readers.encrypted"


def test_a_damaged_member_hides_no_other(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("bad.txt", b"spoilt")
        archive.writestr("good.txt", WORDS)

    found = seen(_path(tmp_path, data.getvalue().replace(b"spoilt", b"SPOILT", 1)))

    assert why(found["a.zip!bad.txt"]) == "readers.damaged"
    assert text_of(found["a.zip!good.txt"]) == WORDS


def test_an_unknown_packing_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": WORDS}))
    data[data.index(b"PK\x01\x02") + 10] = 98  # PPMd

    assert why(seen(_path(tmp_path, bytes(data)))["a.zip!a.txt"]) == "readers.unknown_packing"


def test_half_an_archive_is_damaged(tmp_path: Path) -> None:
    assert why(seen(_path(tmp_path, zipped({"a.txt": WORDS})[:40]))["a"]) == "readers.damaged"


def test_an_archive_in_an_archive_is_read(tmp_path: Path) -> None:
    found = seen(_path(tmp_path, zipped({"b.zip": zipped({"c.zip": zipped({"d.txt": WORDS})})})))

    assert {name: text_of(view) for name, view in found.items()} == {"a.zip!b.zip!c.zip!d.txt": WORDS}


def test_what_lies_too_deep_is_told(tmp_path: Path) -> None:
    data = zipped({"x.txt": WORDS})
    for _ in range(9):
        data = zipped({"x.zip": data, "here.txt": WORDS})

    found = seen(_path(tmp_path, data))

    unread = [view for view in found.values() if isinstance(view, Unread)]
    assert {why(view) for view in unread} == {"readers.limit_depth"}
    assert len(found) - len(unread) == 6


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = _path(tmp_path, zipped({"zeros": bytes(120 << 20), "note.txt": WORDS}))

    assert [why(view) for view in seen(path).values()] == ["readers.limit_ratio"]


def test_a_bomb_of_bombs_is_refused_too(tmp_path: Path) -> None:
    """Each member is harmless, all of them are not: what is unpacked is counted for the outermost file."""
    inner = zipped({"zeros": bytes(12 << 20)})
    path = _path(tmp_path, zipped({f"{number}.zip": inner for number in range(16)}))

    *_, last = seen(path).values()

    assert why(last) == "readers.limit_ratio"


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        (Limits(entries=2), "readers.limit_entries"),
        (Limits(unpacked=20), "readers.limit_unpacked"),
        (Limits(seconds=-1), "readers.limit_seconds"),
    ],
)
def test_other_limits_end_the_file(tmp_path: Path, limits: Limits, key: str) -> None:
    path = _path(tmp_path, zipped(dict.fromkeys("abcde", "0123456789")))

    *_, last = seen(path, Options(limits=limits)).values()

    assert why(last) == key


def test_a_member_that_is_too_large_hides_no_other(tmp_path: Path) -> None:
    path = _path(tmp_path, zipped({"large": bytes(100), "small": WORDS}))

    found = seen(path, Options(limits=Limits(member=60)))

    assert why(found["a.zip!large"]) == "readers.limit_member"
    assert text_of(found["a.zip!small"]) == WORDS


def test_a_list_of_members_that_would_fill_memory_is_not_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": WORDS}))
    data[-10:-6] = (1 << 30).to_bytes(4, "little")

    assert why(seen(_path(tmp_path, bytes(data)))["a"]) == "readers.limit_entries"


def test_a_member_that_says_less_than_it_holds_is_read_as_far_as_it_says(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"0" * (2 << 20)}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (5).to_bytes(4, "little")
    data[entry + 16 : entry + 20] = zlib.crc32(b"00000").to_bytes(4, "little")

    (view,) = seen(_path(tmp_path, bytes(data))).values()

    assert text_of(view) == "00000"

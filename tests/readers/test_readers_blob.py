from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import Unreadable
from sekisho.readers.blob import FileBlob, MemoryBlob, inside

_OUTER = FileBlob(Path("in/a.zip"))


def test_names_lead_from_the_outermost_file_inwards() -> None:
    first = inside(_OUTER, "b/c.zip")
    second = inside(MemoryBlob(*first, b""), "d.csv")

    assert (second.path, second.name) == (Path("in/a.zip!b/c.zip!d.csv"), "a.zip!b/c.zip!d.csv")


@given(st.text())
def test_no_name_leads_out(name: str) -> None:
    place = inside(_OUTER, name)

    assert ".." not in place.path.parts
    assert place.name.startswith("a.zip!")
    assert place.path.parts[0] == "in"
    assert not any(character < " " for character in place.name)


def test_bytes_in_memory_are_read_from_the_start_each_time() -> None:
    blob = MemoryBlob(Path("a!b"), "a!b", b"content")

    for _ in range(2):
        with blob.open() as file:
            assert file.read() == b"content"


def test_content_is_never_shown() -> None:
    assert "secret" not in repr(MemoryBlob(Path("a!b"), "a!b", b"secret"))


def test_a_file_that_is_gone_is_told() -> None:
    with pytest.raises(Unreadable, match=r"a\.zip"), _OUTER.open():
        pass

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.errors import Unreadable
from sekisho.readers.blob import FileBlob
from sekisho.readers.problems import Problems
from sekisho.readers.records import Records, table


class Panic(BaseException):
    """What a library in another language may raise."""


def _rows(size: int) -> Iterator[bytes]:
    assert size
    yield b"1,2\n"
    yield b"3,4\n"


def _broken(size: int) -> Iterator[bytes]:
    assert size
    yield b"1,2\n"
    raise Panic


def test_rows_come_as_blocks() -> None:
    found = table(FileBlob(Path("a.mdb")), "a:people", ("id", ""), _rows)

    assert [block.text for block in found.blocks()] == [b"1,2\n", b"3,4\n"]
    assert (found.columns, found.above, found.header) == (("id", ""), ("id",), True)


def test_whatever_goes_wrong_has_one_name() -> None:
    source = Records(path=Path("a.mdb"), width=2, written=_broken)

    with pytest.raises(Unreadable) as caught:
        list(source.blocks(strict=True, problems=Problems(), size=9))

    assert caught.value.key == "readers.damaged"

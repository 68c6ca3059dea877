import errno
import os
from pathlib import Path

import pytest

from sekisho.errors import Unreadable
from sekisho.readers.source import opened, stamp


@pytest.mark.parametrize(
    ("code", "key"),
    [(errno.EACCES, "readers.not_allowed"), (errno.ENOENT, "readers.not_found"), (errno.EIO, "readers.disk")],
)
def test_what_the_system_says_becomes_words(tmp_path: Path, code: int, key: str) -> None:
    """Also while reading: a stick may be pulled out in the middle."""
    path = tmp_path / "x.csv"
    path.touch()

    with pytest.raises(Unreadable) as caught, opened(path):
        raise OSError(code, "as the system puts it")

    assert caught.value.key == key


def test_a_file_replaced_by_one_of_the_same_size_and_time_has_another_stamp(tmp_path: Path) -> None:
    stamps = []
    for text in ("a", "b"):
        (tmp_path / "new").write_text(text)
        os.utime(tmp_path / "new", ns=(1, 1))
        (tmp_path / "new").rename(tmp_path / "x")
        with opened(tmp_path / "x") as file:
            stamps.append(stamp(file))

    assert stamps[0] != stamps[1]

"""Every file below a folder, and everything else there that is passed over, each with the reason.

Whoever asks what is in a folder must not take silence for an answer: hidden files are files, and what cannot be read or
is not followed is said. Links to files are read; links to folders are not followed, since they may lead in a circle.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import Unreadable
from sekisho.readers.blob import key_of
from sekisho.readers.remote import Url, files_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands at a place.

    Attributes:
        path: the place.
        size: of the file, in bytes.
        modified_ns: when it was written last, in nanoseconds since 1970.
        changed_ns: when anything about it changed last; a copy that keeps the time of writing has its own here.
        passed_over: why it is no file that can be read; None if it is one.
    """

    path: Path
    size: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    passed_over: Unreadable | None = None


def found_at(path: Path) -> list[Found]:
    """Return the file at a path or, if it is a folder, what is below it, in the order of the paths.

    Raises:
        FileNotFoundError: nothing is there.
    """
    if isinstance(path, Url):
        return [Found(path=url, size=size) for url, size in files_below(path)]
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be searched
        return sorted(_below(path), key=lambda found: found.path)
    found = _at(path)
    if found.passed_over and found.passed_over.key == "readers.not_found":
        raise FileNotFoundError(path)
    return [found]


def _below(folder: Path) -> Iterator[Found]:
    unread: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unread.append):
        yield from (_at(Path(parent, name)) for name in names)
        links = filter(_is_link, (Path(parent, name) for name in folders))
        yield from (_passed_over(link, "readers.linked_folder") for link in links)
    for error in unread:
        yield _passed_over(Path(error.filename), key_of(error))


def _at(path: Path) -> Found:
    try:
        status = path.stat()
    except OSError as error:
        key = key_of(error)
        return _passed_over(path, "readers.broken_link" if key == "readers.not_found" and _is_link(path) else key)
    if not stat.S_ISREG(status.st_mode):
        return _passed_over(path, "readers.not_a_file")
    return Found(path=path, size=status.st_size, modified_ns=status.st_mtime_ns, changed_ns=status.st_ctime_ns)


def _is_link(path: Path) -> bool:
    return os.path.islink(path)  # noqa: PTH114 - Path.is_symlink raises where a folder above may not be searched


def _passed_over(path: Path, key: str) -> Found:
    return Found(path=path, passed_over=Unreadable(key, path=path))

"""Files that people name: a capsule opened without waiting for what is none, and the disk's refusals in words."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sekisho.errors import MediumError, Misuse, NotFound, Unreadable
from sekisho.files import NotAFile, open_file


def open_to_read(path: Path) -> BinaryIO:
    """Open a capsule; a link to one will do.

    Raises:
        Unreadable: a pipe, a device or a folder, which could keep everybody waiting.
        MediumError: the disk refused.
    """
    try:
        return io.BufferedReader(open_file(path, follow=True))
    except NotAFile:
        raise Unreadable("capsule.not_a_file", path=path) from None
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error


@contextlib.contextmanager
def disk(path: Path) -> Iterator[None]:
    """Say of what the disk refuses in the block that it was this file or folder.

    Raises:
        MediumError: just that.
        Misuse: something has that name already; whoever is told that a disk refuses looks for a fault of the medium.
        NotFound: the folder it is to lie in is not there.
    """
    try:
        yield
    except BrokenPipeError:  # of a screen that nobody reads any more, and of no disk
        raise
    except FileExistsError:
        raise Misuse("cli.file_exists", path=path) from None
    except FileNotFoundError as error:
        if path.parent.is_dir():
            raise MediumError("cli.disk", path=path) from error
        raise NotFound("cli.no_file", path=path.parent) from None
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error

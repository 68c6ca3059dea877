"""Files that people name: a capsule opened without waiting for what is none, and the disk's refusals in words."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sekisho.errors import MediumError, Unreadable
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
    """
    try:
        yield
    except BrokenPipeError:  # of a screen that nobody reads any more, and of no disk
        raise
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error

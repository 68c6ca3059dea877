"""Reading past the memory of the system: what was written is asked of the medium, not of the page cache.

A stick that was pulled, or that drops what it is given, still reads back well from memory (measured in the rig: on vfat and
exfat a cached read works after the stick is gone). ``O_DIRECT`` asks the device; it wants an aligned buffer, which an
anonymous mapping is.
"""

import errno
import fcntl
import hashlib
import mmap
import os
from enum import StrEnum
from io import FileIO
from pathlib import Path

from sekisho.files import open_file

STEP = 1 << 20

_DIRECT = getattr(os, "O_DIRECT", 0)
_NO_DIRECT = frozenset({errno.EINVAL, errno.EOPNOTSUPP})


class Verify(StrEnum):
    """How what was written was read back.

    Attributes:
        DIRECT: from the device, past the memory of the system.
        WEAK: the system was asked to forget it first, and did as it liked.
        READ_BACK: as weak at least, from a folder that is no device of its own.
    """

    DIRECT = "direct"
    WEAK = "weak"
    READ_BACK = "read-back"


def digest(path: Path) -> tuple[str, Verify]:
    """Return the SHA-256 of a file as its medium gives it, in hex, and how it was asked.

    Raises:
        NotAFile: something else is there.
        OSError: nothing is there, or the medium failed.
    """
    with open_file(path) as file:
        if _DIRECT:
            try:
                _ask_directly(file, on=True)
                return _hash(file, direct=True), Verify.DIRECT
            except OSError as error:
                if error.errno not in _NO_DIRECT:
                    raise
            _ask_directly(file, on=False)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return _hash(file, direct=False), Verify.WEAK


def _ask_directly(file: FileIO, *, on: bool) -> None:
    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    fcntl.fcntl(file, fcntl.F_SETFL, flags | _DIRECT if on else flags & ~_DIRECT)


def _hash(file: FileIO, *, direct: bool) -> str:
    hashed, size = hashlib.sha256(), 0
    with mmap.mmap(-1, STEP) as buffer, memoryview(buffer) as view:
        while count := os.preadv(file.fileno(), [view], size):
            hashed.update(view[:count])
            size += count
            if direct and size % STEP:  # the end, for past it the next offset would not be aligned
                break
    return hashed.hexdigest()

"""What writes a file to a stick: returning means that it says the copy is written.

``plain`` is what programs ordinarily do, and believes its system calls; it is here to show that the rig's devices lie.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from sekisho.media.platform import this_platform
from sekisho.media.writing import look, read_back, writing

Writer = Callable[[Path, str, bytes], str]
"""Writes a name with content into the folder of a mounted stick, and returns how it verified; raises if it is not written."""

_STEP = 1 << 20


def plain(folder: Path, name: str, data: bytes) -> str:
    """Write, fsync, rename, fsync the folder, read back: every call that POSIX offers, but through the cache."""
    partial = folder / f"{name}.part"
    with partial.open("wb") as file:
        for at in range(0, len(data), _STEP):
            file.write(data[at : at + _STEP])
        file.flush()
        os.fsync(file.fileno())
    partial.rename(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    if (folder / name).read_bytes() != data:
        raise OSError("what was written does not read back")
    return "read-back"


def safe(folder: Path, name: str, data: bytes) -> str:
    """Write as Sekisho does when it seals."""
    place = look(folder, this_platform())
    with writing(place, name, size=len(data)) as file:
        file.write(data)
    if place.volume is None:
        raise OSError("the system does not tell what the folder lies on")
    return read_back(place, name, hashlib.sha256(data).hexdigest()).value


WRITERS: dict[str, Writer] = {"plain": plain, "safe": safe}

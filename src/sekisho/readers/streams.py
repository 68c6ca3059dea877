"""The streams of a compound file, as olefile gives them, with its one trap closed: a damaged one that never ends."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from olefile import OleFileIO


def read_stream(ole: "OleFileIO", path: str | list[str]) -> bytes:
    """Return a stream's bytes.

    Raises:
        ValueError: it claims to be longer than the file it is in, which a chain of sectors that bites its tail makes true.
    """
    if ole.get_size(path) > ole.fp.seek(0, os.SEEK_END):
        raise ValueError(path)
    with ole.openstream(path) as stream:
        content: bytes = stream.read()
    return content

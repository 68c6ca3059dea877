"""Writing while measuring: size, SHA-256 and CRC-32 of what passes."""

import hashlib
import zlib
from typing import Literal, Protocol

from sekisho.custody.cut_record import CutFile


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Measured:
    """Passes bytes on to a sink and measures them."""

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink
        self._sha256 = hashlib.sha256()
        self._crc32 = 0
        self._size = 0

    def write(self, data: bytes) -> None:
        """Pass some bytes on."""
        self._sink.write(data)
        self._sha256.update(data)
        self._crc32 = zlib.crc32(data, self._crc32)
        self._size += len(data)

    def file(
        self, name: str, form: Literal["table", "answers", "question", "notice"], stored: str, rows: int
    ) -> CutFile:
        """Return what was written, as a file of a cut."""
        return CutFile(
            name=name,
            form=form,
            stored=stored,
            size=self._size,
            sha256=self._sha256.hexdigest(),
            crc32=self._crc32,
            rows=rows,
        )

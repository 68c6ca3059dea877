"""Members of a ZIP that are too large to hold in memory: text is unpacked anew for each pass over it."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from sekisho.errors import Unreadable
from sekisho.readers.blob import FileBlob

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, IndexError)


@dataclass(frozen=True, slots=True, eq=False)
class LargeMember:
    """One member of an archive that is a file.

    Attributes:
        path: what it is called in messages.
        name: what it is called in reports.
        outer: the archive.
        place: which of its members, from 0.
    """

    path: Path
    name: str
    outer: FileBlob
    place: int

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the member for reading; its state is that of the archive.

        Raises:
            Unreadable: the archive is gone or damaged.
        """
        with self.outer.open() as file:
            try:
                archive = zipfile.ZipFile(file)
                part = archive.open(archive.infolist()[self.place])
            except _BROKEN:
                raise Unreadable("readers.damaged", path=self.path) from None
            with part:
                yield cast("BinaryIO", _Part(part, file, self.path))


class _Part:
    def __init__(self, part: IO[bytes], archive: BinaryIO, path: Path) -> None:
        self._part = part
        self._archive = archive
        self._path = path

    def fileno(self) -> int:
        return self._archive.fileno()

    def read(self, size: int = -1) -> bytes:
        try:
            return self._part.read(size)
        except _BROKEN:
            raise Unreadable("readers.damaged", path=self._path) from None

    def seek(self, place: int) -> int:
        return self._part.seek(place)

"""Single files packed by gzip, bzip2 or xz, and the tar archives that are so packed."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, BinaryIO

from sekisho.errors import Unreadable
from sekisho.readers import tar
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, unread
from sekisho.readers.view import Unread, View

_OPEN: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZ": bz2.BZ2File,
    b"\xfd7": lzma.LZMAFile,
}
_ENDINGS = (".gz", ".bz2", ".xz")
_PIECE_BYTES = 1 << 20
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what the one file inside holds, or the members of a tar; of one that is cut off, what there is."""
    damage = list[Unread]()
    with blob.open() as file:
        unpack = _OPEN[file.read(2)]
        file.seek(0)
        chunks = _chunks(unpack(file), blob, damage)
        head = next(chunks, b"")
        if not head and damage:
            raise Unreadable("readers.damaged", path=blob.path)
        if not tar.detect(head, blob):
            yield from context.member(blob, _name(blob), chain([head], chunks))
            yield from damage
            return
        file.seek(0)
        with unpack(file) as content:
            yield from tar.members(blob, content, context)


def _chunks(content: Any, blob: Blob, damage: list[Unread]) -> Iterator[bytes]:  # noqa: ANN401 - three classes in one
    """Yield what is unpacked up to the end or to where it is damaged; as little at a time as comes, or it were lost."""
    try:
        while chunk := content.read1(_PIECE_BYTES):
            yield chunk
    except _BROKEN:
        damage.append(unread(blob, "readers.cut_off"))


def _name(blob: Blob) -> str:
    """Return the name that unpacking would give."""
    name = blob.path.name.rpartition("!")[2]
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)

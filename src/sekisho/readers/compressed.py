"""Single files packed by gzip, bzip2 or xz, and the tar archives that are so packed."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO

from sekisho.errors import Unreadable
from sekisho.readers import tar
from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, unread
from sekisho.readers.limits import chunks_of
from sekisho.readers.views import Unread, View

_OPEN: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZ": bz2.BZ2File,
    b"\xfd7": lzma.LZMAFile,
}
_ENDINGS = (".gz", ".bz2", ".xz")
_HEAD_BYTES = 1024
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield what the one file inside holds, or the members of a tar; of one that is cut off, what there is."""
    with blob.open() as file:
        unpacked = _OPEN[file.read(2)]
        file.seek(0)
        with unpacked(file) as content:
            head = _head(content, blob)
            if not tar.detect(head, blob):
                damage = list[Unread]()
                yield from context.member(blob, _name(blob), _chunks(head, content, blob, damage))
                yield from damage
                return
        file.seek(0)
        with unpacked(file) as content:
            yield from tar.members(blob, content, context)


def _chunks(head: bytes, content: IO[bytes], blob: Blob, damage: list[Unread]) -> Iterator[bytes]:
    yield head
    try:
        yield from chunks_of(content)
    except _BROKEN:
        damage.append(unread(blob, "readers.cut_off"))


def _head(content: IO[bytes], blob: Blob) -> bytes:
    try:
        return content.read(_HEAD_BYTES)
    except _BROKEN:
        raise Unreadable("readers.damaged", path=blob.path) from None


def _name(blob: Blob) -> str:
    """Return the name that unpacking would give."""
    name = blob.path.name.rpartition("!")[2]
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)

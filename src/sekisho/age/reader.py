"""Opening at any place: the plaintext of an age file as a seekable file.

A reader decrypts just the chunks that are asked for. Before it hands out anything it opens the last chunk as the final
one, because only then is the length of the plaintext a fact: a file cut short or added to is refused at the door.
"""

import contextlib
import io
import shutil
import tempfile
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.age import armor, filekey
from sekisho.age.filekey import Identity
from sekisho.age.header import Header, read_header
from sekisho.age.payload import (
    CHUNK_SIZE,
    SEALED_CHUNK_SIZE,
    chunk_count,
    open_chunk,
    plaintext_size,
    read_cipher,
)
from sekisho.age.pipes import SeekableSource, read_up_to

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PEEK = 1024
_MOST_IN_MEMORY = 16 * 1024 * 1024


def open_reader(file: SeekableSource, identities: Iterable[Identity]) -> "Reader":
    """Open the age file, armored or not, that begins where ``file`` stands and goes to its end.

    ``file`` stays open when the reader is closed, and is the reader's alone until then. An armored file is taken out of its
    armor at once, since all of it has to be seen before any of it is sure: into memory up to 16 MiB, else into a temporary
    file without a name. What lies there is still sealed.

    Raises:
        ArmorError: the armor breaks its format.
        HeaderError: this is not an age file, or a stanza for one of the identities is malformed.
        NoMatchError: the file is for somebody else.
        MacError: the header was altered.
        PayloadError: the file is cut short or was added to.
        OSError: the disk said no.
    """
    start = file.tell()
    armored = armor.looks_armored(read_up_to(file, _PEEK))
    file.seek(start)
    if not armored:
        header = read_header(file)
        return open_with_file_key(file, header, file_key=filekey.unwrap(header, identities))
    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY))
        shutil.copyfileobj(armor.ArmorReader(file), bare)
        bare.seek(0)
        header = read_header(bare)
        reader = open_with_file_key(bare, header, file_key=filekey.unwrap(header, identities))
        reader.keep(stack.pop_all())
        return reader


def open_with_file_key(file: SeekableSource, header: Header, *, file_key: bytes) -> "Reader":
    """Open the payload that begins where ``read_header`` left ``file``, with a file key that the caller unwrapped.

    Raises:
        HeaderError: the file ends before its payload.
        MacError: the header was altered, or this is another file's key.
        PayloadError: the file is cut short or was added to.
        OSError: the disk said no.
    """
    header.verify(file_key)
    return Reader(file, read_cipher(file, file_key=file_key))


class Reader(io.RawIOBase):
    """The plaintext of an age file. Threads may share it: each call is one step.

    A read is short only at the end. Damage shows when the damaged chunk is read, as a ``PayloadError``; the chunks
    around it stay readable.
    """

    def __init__(self, file: SeekableSource, cipher: ChaCha20Poly1305) -> None:
        """Take a file that stands at its first chunk."""
        super().__init__()
        self._kept = contextlib.ExitStack()
        self._lock = threading.Lock()
        self._file = file
        self._cipher = cipher
        self._start = file.tell()
        self._size = plaintext_size(file.seek(0, io.SEEK_END) - self._start)
        self._position = 0
        self._chunk = memoryview(bytearray(CHUNK_SIZE))
        self._chunk_number: int | None = None
        self._load(chunk_count(self._size) - 1)

    def keep(self, kept: contextlib.ExitStack) -> None:
        """Take over what is to be closed with this reader."""
        self._kept = kept

    def close(self) -> None:
        """Close the reader, and of the file beneath only what was made for it."""
        super().close()
        self._kept.close()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to a place in the plaintext and return it, counted from the start; it may lie beyond the end.

        Raises:
            ValueError: the place lies before the start, ``whence`` is unknown, or the reader is closed.
        """
        with self._lock:
            self._require_open()
            base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}.get(whence)
            if base is None or base + offset < 0:
                raise ValueError("no such place in the file")
            self._position = base + offset
            return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill ``buffer`` from here on and return how many bytes there were.

        Raises:
            PayloadError: a chunk is damaged; the position has not moved, and nothing of the chunk is in the buffer.
            ValueError: the reader is closed.
            OSError: the disk said no.
        """
        with self._lock:
            self._require_open()
            target = memoryview(buffer).cast("B")
            wanted = max(0, min(len(target), self._size - self._position))
            done = 0
            while done < wanted:
                done += self._fill(target[done:wanted], start=self._position + done)
            self._position += wanted
            return wanted

    def _require_open(self) -> None:
        if self.closed:
            raise ValueError("read from a closed age file")

    def _fill(self, target: memoryview, *, start: int) -> int:
        """Fill ``target`` from the chunk that holds ``start``, up to its end, and return how much that was."""
        number, offset = divmod(start, CHUNK_SIZE)
        size = min(len(target), CHUNK_SIZE - offset)
        if size == CHUNK_SIZE and number != self._chunk_number:
            return self._open(number, target[:size])
        if number != self._chunk_number:
            self._load(number)
        target[:size] = self._chunk[offset : offset + size]
        return size

    def _load(self, number: int) -> None:
        """Open a chunk and keep it: the next read is likely to want the rest of it."""
        self._chunk_number = None
        self._open(number, self._chunk)
        self._chunk_number = number

    def _open(self, number: int, plaintext: memoryview) -> int:
        self._file.seek(self._start + number * SEALED_CHUNK_SIZE)
        sealed = read_up_to(self._file, SEALED_CHUNK_SIZE)
        return open_chunk(self._cipher, sealed, plaintext, number=number, final=number == chunk_count(self._size) - 1)

"""The chunks of whole files, by several threads: each takes a run of chunks, works it and puts it where it belongs.

Chunks are independent of each other and their places are known, so that nothing has to be handed over in order; the
cipher lets other threads run while it works. A thread has a cipher and two buffers of its own and never holds more than
those. What comes out is byte for byte what :mod:`sekisho.age.writer` and :mod:`sekisho.age.decrypt` make one after the
other.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.age.errors import PayloadError
from sekisho.age.payload import CHUNK_SIZE, SEALED_CHUNK_SIZE, TAG_SIZE, chunk_count, open_chunk, seal_chunk

Cipher: TypeAlias = Callable[[], ChaCha20Poly1305]
"""Makes the payload's cipher anew: one serves one thread."""

_RUN = 4
"""Chunks a thread takes at once: few enough to stay in the cache of its core, enough to share the cost of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file's plaintext or its chunks stand.

    Attributes:
        handle: of the file, which its threads read and write at places and never seek.
        start: of the first byte.
    """

    handle: int
    start: int


def default_threads() -> int:
    """Return how many threads pay off: as many as there are cores, and no more than a disk can feed."""
    return min(4, len(os.sched_getaffinity(0)))


def seal_chunks(plain: Place, sealed: Place, *, size: int, cipher: Cipher, threads: int) -> None:
    """Seal ``size`` bytes of plaintext into the chunks of a payload.

    Raises:
        OSError: the disk said no, or the plaintext became shorter meanwhile.
    """

    def seal_run(cipher: ChaCha20Poly1305, opened: memoryview, closed: memoryview, run: range, last: int) -> None:
        begin, end = run.start * CHUNK_SIZE, min(run.stop * CHUNK_SIZE, size)
        _read_at(plain, opened[: end - begin], begin)
        for at, number in enumerate(run):
            chunk = opened[at * CHUNK_SIZE : min((at + 1) * CHUNK_SIZE, end - begin)]
            seal_chunk(cipher, chunk, closed[at * SEALED_CHUNK_SIZE :], number=number, final=number == last)
        _write_at(sealed, closed[: end - begin + len(run) * TAG_SIZE], run.start * SEALED_CHUNK_SIZE)

    _work(seal_run, chunks=chunk_count(size), cipher=cipher, threads=threads)


def open_chunks(sealed: Place, plain: Place, *, size: int, cipher: Cipher, threads: int) -> None:
    """Open the chunks of a payload into its ``size`` bytes of plaintext.

    Raises:
        PayloadError: a chunk is damaged; of several, the first is named.
        OSError: the disk said no, or the file became shorter meanwhile.
    """

    def open_run(cipher: ChaCha20Poly1305, opened: memoryview, closed: memoryview, run: range, last: int) -> None:
        begin, end = run.start * CHUNK_SIZE, min(run.stop * CHUNK_SIZE, size)
        length = end - begin + len(run) * TAG_SIZE
        _read_at(sealed, closed[:length], run.start * SEALED_CHUNK_SIZE)
        for at, number in enumerate(run):
            chunk = closed[at * SEALED_CHUNK_SIZE : min((at + 1) * SEALED_CHUNK_SIZE, length)]
            open_chunk(cipher, chunk, opened[at * CHUNK_SIZE :], number=number, final=number == last)
        _write_at(plain, opened[: end - begin], begin)

    _work(open_run, chunks=chunk_count(size), cipher=cipher, threads=threads)


_Run: TypeAlias = Callable[[ChaCha20Poly1305, memoryview, memoryview, range, int], None]


def _work(work: _Run, *, chunks: int, cipher: Cipher, threads: int) -> None:
    """Let threads take one run of chunks after another until none is left or one has failed."""
    queue = _Runs(chunks)

    def loop() -> None:
        own = cipher()
        opened = memoryview(bytearray(min(_RUN, chunks) * CHUNK_SIZE))
        closed = memoryview(bytearray(min(_RUN, chunks) * SEALED_CHUNK_SIZE))
        while (run := queue.take()) is not None:
            try:
                work(own, opened, closed, run, chunks - 1)
            except (PayloadError, OSError) as error:
                queue.fail(run, error)

    threads = max(1, min(threads, -(-chunks // _RUN)))
    if threads == 1:
        loop()
    else:
        with ThreadPoolExecutor(threads) as pool:
            for future in [pool.submit(loop) for _ in range(threads)]:
                future.result()
    queue.raise_first()


class _Runs:
    """The runs of chunks that are left, in order, and what went wrong in those that were taken.

    Runs are taken in order and each is finished, so the first that fails is the first that could have.
    """

    def __init__(self, chunks: int) -> None:
        self._lock = threading.Lock()
        self._chunks = chunks
        self._next = 0
        self._failed: tuple[int, Exception] | None = None

    def take(self) -> range | None:
        with self._lock:
            if self._failed or self._next >= self._chunks:
                return None
            run = range(self._next, min(self._next + _RUN, self._chunks))
            self._next = run.stop
            return run

    def fail(self, run: range, error: Exception) -> None:
        with self._lock:
            if self._failed is None or run.start < self._failed[0]:
                self._failed = run.start, error

    def raise_first(self) -> None:
        if self._failed:
            raise self._failed[1]


def _read_at(place: Place, buffer: memoryview, offset: int) -> None:
    done = 0
    while done < len(buffer):
        size = os.preadv(place.handle, [buffer[done:]], place.start + offset + done)
        if not size:
            raise OSError("the file became shorter while it was read")
        done += size


def _write_at(place: Place, data: memoryview, offset: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(place.handle, data[done:], place.start + offset + done)

"""Sealing: a writer that turns what is written to it into an age file.

Only :meth:`Writer.close` makes a file whole. A file whose writer was abandoned lacks its final chunk and is refused by
every reader, so a crash or an exception never yields a file that looks shorter than it should be.
"""

import os
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.age import filekey
from sekisho.age.filekey import Randomness, Recipient
from sekisho.age.grease import stanza
from sekisho.age.header import Header
from sekisho.age.payload import CHUNK_SIZE, NONCE_SIZE, SEALED_CHUNK_SIZE, cipher_for, seal_chunk
from sekisho.age.pipes import Sink, write_all
from sekisho.age.stanza import FILE_KEY_SIZE


def encrypt(
    destination: Sink, recipients: Iterable[Recipient], *, grease: bool = False, randomness: Randomness = os.urandom
) -> "Writer":
    """Begin an age file that any of the recipients can open, and return the writer of its plaintext.

    The header is written at once; ``destination`` stays open when the writer is closed.

    Args:
        destination: takes the age file.
        recipients: whom it is for.
        grease: add a stanza that means nothing (:mod:`sekisho.age.grease`); a passphrase stands without one.
        randomness: gives the file key, the nonce and the grease.

    Raises:
        ValueError: there is no recipient.
        MixedRecipientsError: the recipients cannot stand in one file.
        OSError: the disk said no.
    """
    file_key = randomness(FILE_KEY_SIZE)
    more = [stanza(randomness=randomness)] if grease else []
    header = filekey.wrap(file_key, recipients, more=more)
    return encrypt_with_file_key(destination, header, file_key=file_key, randomness=randomness)


def encrypt_with_file_key(
    destination: Sink, header: Header, *, file_key: bytes, randomness: Randomness = os.urandom
) -> "Writer":
    """Begin an age file under a header and file key that the caller made, for stanzas that need more than ``wrap``.

    Args:
        destination: takes the age file, and stays open when the writer is closed.
        header: see :meth:`sekisho.age.header.Header.authenticated`.
        file_key: 16 random bytes, never used for another file.
        randomness: gives the nonce of the payload.

    Raises:
        MacError: the header was made with another file key.
        OSError: the disk said no.
    """
    header.verify(file_key)
    nonce = randomness(NONCE_SIZE)
    write_all(destination, header.encode() + nonce)
    return Writer(destination, cipher_for(file_key, nonce=nonce))


class Writer:
    """Takes plaintext, hands sealed chunks on.

    As a context manager it closes when the block ends and aborts when the block fails. It is no ``io`` class on
    purpose: those close themselves when they are collected, and would complete a file whose making had failed.
    """

    def __init__(self, destination: Sink, cipher: ChaCha20Poly1305) -> None:
        self._destination = destination
        self._cipher = cipher
        self._number = 0
        self._open = True
        # The last full chunk waits here: whether it is the final one shows only when more comes, or nothing.
        self._held = memoryview(bytearray(CHUNK_SIZE))
        self._held_size = 0
        self._sealed = memoryview(bytearray(SEALED_CHUNK_SIZE))

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Seal ``data`` and return its length in bytes.

        Raises:
            ValueError: the writer was closed, aborted, or failed before.
            OSError: the disk said no; the writer is aborted, since nobody knows what arrived.
        """
        self._require_open()
        view = memoryview(data).cast("B")
        try:
            self._take(view)
        except BaseException:
            self.abort()
            raise
        return len(view)

    def flush(self) -> None:
        """Do nothing: full chunks are handed on as they come, and part of a chunk cannot be."""

    def close(self) -> None:
        """Seal the final chunk, which completes the file; closing again does nothing.

        Raises:
            OSError: the disk said no; the file is not complete.
        """
        if self._open:
            self._open = False
            self._seal(self._held[: self._held_size], final=True)

    def abort(self) -> None:
        """Give up: what was written so far can never be opened as a whole."""
        self._open = False

    def __enter__(self) -> Self:
        self._require_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def _require_open(self) -> None:
        if not self._open:
            raise ValueError("write to a closed age file")

    def _take(self, data: memoryview) -> None:
        while data:
            if self._held_size == CHUNK_SIZE:
                self._seal(self._held, final=False)
                self._held_size = 0
            if self._held_size == 0 and len(data) > CHUNK_SIZE:
                self._seal(data[:CHUNK_SIZE], final=False)
                data = data[CHUNK_SIZE:]
            else:
                data = self._hold(data)

    def _hold(self, data: memoryview) -> memoryview:
        """Keep what the held chunk has room for and return the rest."""
        start = self._held_size
        self._held_size = min(start + len(data), CHUNK_SIZE)
        taken = self._held_size - start
        self._held[start : self._held_size] = data[:taken]
        return data[taken:]

    def _seal(self, plaintext: memoryview, *, final: bool) -> None:
        size = seal_chunk(self._cipher, plaintext, self._sealed, number=self._number, final=final)
        self._number += 1
        write_all(self._destination, self._sealed[:size])

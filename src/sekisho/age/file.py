"""Whole files: sealed and opened, or not there.

The result appears under its name only when every byte is written, verified to the final chunk and on the disk. Until
then, and after any failure, the destination is what it was before; see :func:`sekisho.files.replacing`.
"""

import contextlib
import errno
import io
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from sekisho.age import filekey
from sekisho.age.armor import ArmorWriter, looks_armored
from sekisho.age.decrypt import decrypt
from sekisho.age.filekey import Identity, Randomness, Recipient
from sekisho.age.header import read_header
from sekisho.age.parallel import Place, default_threads, open_chunks, seal_chunks
from sekisho.age.payload import NONCE_SIZE, cipher_for, plaintext_size, read_nonce
from sekisho.age.pipes import write_all
from sekisho.age.stanza import FILE_KEY_SIZE
from sekisho.age.writer import encrypt_with_file_key
from sekisho.files import replacing

_READ_SIZE = 1024 * 1024


def encrypt_file(
    source: Path,
    destination: Path,
    recipients: Iterable[Recipient],
    *,
    overwrite: bool = False,
    armored: bool = False,
    threads: int | None = None,
    randomness: Randomness = os.urandom,
) -> None:
    """Seal a file, with mode 0600.

    Args:
        source: the plaintext; of a pipe, what comes out of it.
        destination: the age file.
        recipients: whom it is for.
        overwrite: replace a destination that exists.
        armored: as lines of text, a third larger, and written in order by one thread.
        threads: how many work at it; by default as many as pay off.
        randomness: gives the file key and the payload's nonce.

    Raises:
        FileExistsError: the destination exists and ``overwrite`` is off.
        ValueError: there is no recipient.
        AgeError: the recipients cannot stand in one file, or cannot be sealed to.
        OSError: the disk said no, or the source changed while it was read.
    """
    with source.open("rb", buffering=0) as plain, replacing(destination, overwrite=overwrite) as file:
        file_key = randomness(FILE_KEY_SIZE)
        header = filekey.wrap(file_key, recipients)
        if armored or not _is_regular(plain):
            with (
                ArmorWriter(file) if armored else contextlib.nullcontext(file) as sink,
                encrypt_with_file_key(sink, header, file_key=file_key, randomness=randomness) as writer,
            ):
                shutil.copyfileobj(plain, writer, _READ_SIZE)
            return
        nonce = randomness(NONCE_SIZE)
        write_all(file, header.encode() + nonce)
        size = _size(plain)
        seal_chunks(
            Place(handle=plain.fileno(), start=0),
            _place(file),
            size=size,
            cipher=lambda: cipher_for(file_key, nonce=nonce),
            threads=threads or default_threads(),
        )
        if _size(plain) != size:
            raise OSError(errno.EBUSY, "the file grew or shrank while it was read", str(source))


def decrypt_file(
    source: Path,
    destination: Path,
    identities: Iterable[Identity],
    *,
    overwrite: bool = False,
    threads: int | None = None,
) -> None:
    """Open a file, armored or not, with mode 0600.

    Args:
        source: the age file; of a pipe, what comes out of it.
        destination: the plaintext.
        identities: who opens it.
        overwrite: replace a destination that exists.
        threads: how many work at it; by default as many as pay off.

    Raises:
        FileExistsError: the destination exists and ``overwrite`` is off.
        AgeError: see :func:`sekisho.age.decrypt.decrypt`; the destination is as it was.
        OSError: the disk said no.
    """
    with source.open("rb") as sealed, replacing(destination, overwrite=overwrite) as file:
        if not _is_regular(sealed) or looks_armored(sealed.peek()):
            decrypt(sealed, file, identities)
            return
        header = read_header(sealed)
        file_key = filekey.unwrap(header, identities)
        nonce = read_nonce(sealed)
        start = sealed.tell()
        open_chunks(
            Place(handle=sealed.fileno(), start=start),
            _place(file),
            size=plaintext_size(_size(sealed) - start),
            cipher=lambda: cipher_for(file_key, nonce=nonce),
            threads=threads or default_threads(),
        )


def _is_regular(file: io.RawIOBase | BinaryIO) -> bool:
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)


def _size(file: io.RawIOBase | BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _place(file: BinaryIO) -> Place:
    """Return where a file goes on that was written so far in order."""
    file.flush()
    return Place(handle=file.fileno(), start=file.tell())

"""Whole files: sealed and opened, or not there.

The result appears under its name only when every byte is written, verified to the final chunk and on the disk. Until
then, and after any failure, the destination is what it was before; see :func:`sekisho.files.replacing`.
"""

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from sekisho.age.armor import ArmorWriter
from sekisho.age.decrypt import decrypt
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.writer import encrypt
from sekisho.files import replacing

_READ_SIZE = 1024 * 1024


def encrypt_file(
    source: Path,
    destination: Path,
    recipients: Iterable[Recipient],
    *,
    overwrite: bool = False,
    armored: bool = False,
) -> None:
    """Seal a file, with mode 0600.

    Args:
        source: the plaintext.
        destination: the age file.
        recipients: whom it is for.
        overwrite: replace an existing file.
        armored: as lines of text, a third larger.

    Raises:
        FileExistsError: the destination exists and ``overwrite`` is off.
        ValueError: there is no recipient.
        MixedRecipientsError: the recipients cannot stand in one file.
        OSError: the disk said no.
    """
    with (
        source.open("rb", buffering=0) as plain,
        replacing(destination, overwrite=overwrite) as file,
        ArmorWriter(file) if armored else contextlib.nullcontext(file) as sink,
        encrypt(sink, recipients) as writer,
    ):
        shutil.copyfileobj(plain, writer, _READ_SIZE)


def decrypt_file(source: Path, destination: Path, identities: Iterable[Identity], *, overwrite: bool = False) -> None:
    """Open a file, armored or not, with mode 0600.

    Raises:
        FileExistsError: the destination exists and ``overwrite`` is off.
        AgeError: see :func:`sekisho.age.decrypt.decrypt`; the destination is as it was.
        OSError: the disk said no.
    """
    with source.open("rb", buffering=0) as sealed, replacing(destination, overwrite=overwrite) as file:
        decrypt(sealed, file, identities)

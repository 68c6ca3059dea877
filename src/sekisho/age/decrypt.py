"""Opening in one pass: from any source, such as a pipe, to any destination.

Each chunk is authenticated before it is handed on, but that a file is whole is known only at its end. Until
:func:`decrypt` returns, what it wrote is the true beginning of something and must not be acted on;
:mod:`sekisho.age.file` and :mod:`sekisho.age.reader` know before they hand out anything.
"""

from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.age import armor, filekey
from sekisho.age.errors import PayloadError
from sekisho.age.filekey import Identity
from sekisho.age.header import Header, read_header
from sekisho.age.payload import CHUNK_SIZE, SEALED_CHUNK_SIZE, open_chunk, read_cipher
from sekisho.age.pipes import Sink, Source, read_up_to, write_all


def decrypt(source: Source, destination: Sink, identities: Iterable[Identity]) -> None:
    """Open an age file, armored or not, and write its plaintext; both files stay open.

    Raises:
        ArmorError: the armor breaks its format; what was written before is void.
        HeaderError: this is not an age file, or a stanza for one of the identities is malformed.
        NoMatchError: the file is for somebody else.
        MacError: the header was altered.
        PayloadError: the payload is damaged, cut short or followed by something; what was written before is void.
        OSError: the disk said no.
    """
    source = armor.undone(source)
    header = read_header(source)
    decrypt_with_file_key(source, destination, header, file_key=filekey.unwrap(header, identities))


def decrypt_with_file_key(source: Source, destination: Sink, header: Header, *, file_key: bytes) -> None:
    """Open the rest of an age file whose header was read and whose file key the caller unwrapped.

    Raises:
        HeaderError: the file ends before its payload.
        MacError: the header was altered, or this is another file's key.
        PayloadError: see :func:`decrypt`.
        OSError: the disk said no.
    """
    header.verify(file_key)
    cipher = read_cipher(source, file_key=file_key)
    plaintext = memoryview(bytearray(CHUNK_SIZE))
    number, final = 0, False
    while sealed := read_up_to(source, SEALED_CHUNK_SIZE):
        if final:
            raise PayloadError("something follows the final chunk")
        size, final = _open_next(cipher, sealed, plaintext, number=number)
        write_all(destination, plaintext[:size])
        number += 1
    if not final:
        raise PayloadError("the file is cut short: its final chunk is missing")


def _open_next(cipher: ChaCha20Poly1305, sealed: bytes, plaintext: memoryview, *, number: int) -> tuple[int, bool]:
    """Open a chunk of which only the source's end could tell whether it is final; return its size and whether."""
    if len(sealed) == SEALED_CHUNK_SIZE:
        try:
            return open_chunk(cipher, sealed, plaintext, number=number, final=False), False
        except PayloadError:
            pass
    return open_chunk(cipher, sealed, plaintext, number=number, final=True), True

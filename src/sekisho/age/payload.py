"""The payload of an age file: STREAM over chunks of 64 KiB (C2SP ``age.md``, "Payload").

A payload is a nonce of 16 bytes and then the chunks, each sealed with ChaCha20-Poly1305 under a nonce that counts it
and says whether it is the last. Here is the arithmetic of chunks and what happens to one of them: plain functions, so
that a writer, a reader and several threads can share them. A cipher serves one thread at a time.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.age import hkdf
from sekisho.age.errors import HeaderError, PayloadError
from sekisho.age.pipes import Source, read_up_to

NONCE_SIZE = 16
CHUNK_SIZE = 65_536
TAG_SIZE = 16
SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_SIZE


def cipher_for(file_key: bytes, *, nonce: bytes) -> ChaCha20Poly1305:
    """Return the cipher of one payload."""
    return ChaCha20Poly1305(hkdf.derive(file_key, salt=nonce, info=b"payload"))


def read_nonce(source: Source) -> bytes:
    """Read the nonce that follows the header.

    Raises:
        HeaderError: the file ends before or inside it.
    """
    nonce = read_up_to(source, NONCE_SIZE)
    if len(nonce) != NONCE_SIZE:
        raise HeaderError("the file ends before its payload")
    return nonce


def read_cipher(source: Source, *, file_key: bytes) -> ChaCha20Poly1305:
    """Read the nonce that follows the header and return the cipher of the payload.

    Raises:
        HeaderError: the file ends before or inside the nonce.
    """
    return cipher_for(file_key, nonce=read_nonce(source))


def plaintext_size(sealed_size: int) -> int:
    """Return how many bytes of plaintext are in so many bytes of chunks.

    Raises:
        PayloadError: no payload has this size.
    """
    chunks = -(-sealed_size // SEALED_CHUNK_SIZE)
    size = sealed_size - chunks * TAG_SIZE
    if size < 0 or chunk_count(size) != chunks:
        raise PayloadError(f"a payload cannot have {sealed_size} bytes: the file is cut short or was added to")
    return size


def chunk_count(size: int) -> int:
    """Return how many chunks hold ``size`` bytes of plaintext: the last is empty only if it is also the first."""
    return max(1, -(-size // CHUNK_SIZE))


def seal_chunk(
    cipher: ChaCha20Poly1305, plaintext: bytes | memoryview, sealed: memoryview, *, number: int, final: bool
) -> int:
    """Seal one chunk into ``sealed`` and return its sealed size."""
    size = len(plaintext) + TAG_SIZE
    return cipher.encrypt_into(_nonce(number, final=final), plaintext, None, sealed[:size])


def open_chunk(
    cipher: ChaCha20Poly1305, sealed: bytes | bytearray | memoryview, plaintext: memoryview, *, number: int, final: bool
) -> int:
    """Open one chunk into ``plaintext`` and return its size; what does not authenticate is wiped from it.

    Raises:
        PayloadError: the chunk is damaged, stands in another place, or is not final or not non-final as it should be.
    """
    size = len(sealed) - TAG_SIZE
    if size < 0 or (size == 0 and number > 0):
        raise PayloadError(f"chunk {number} is cut short")
    opened = plaintext[:size]
    try:
        return cipher.decrypt_into(_nonce(number, final=final), sealed, None, opened)
    except InvalidTag:
        opened[:] = bytes(size)
        raise PayloadError(f"chunk {number} is damaged, or is not where it belongs") from None


def _nonce(number: int, *, final: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([final])

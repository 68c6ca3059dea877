"""SSH signatures (OpenSSH ``PROTOCOL.sshsig``) over statements: approvals, hand-overs, manifests.

An outsider checks one with ``ssh-keygen -Y verify`` and a list of public keys. The namespace keeps a signature made for
one purpose from serving another. Only Ed25519 with SHA-512 is written and read.
"""

import base64
import binascii
import hashlib
import textwrap
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from sekisho.errors import NoKey, Unreadable
from sekisho.signing.keys import PublicKey, SigningKey, public_from_blob
from sekisho.signing.kinds import ED25519, Touch, check
from sekisho.signing.wire import read_strings, ssh_string

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def sign(key: SigningKey, message: bytes, *, namespace: str) -> str:
    """Sign ``message`` for one purpose; return the armored signature.

    Raises:
        ValueError: the namespace is empty, which the format forbids.
    """
    signature = key.key.sign(signed_data(message, namespace))
    return armor(key.public, ssh_string(ED25519) + ssh_string(signature), namespace=namespace)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that fits.

    Attributes:
        key: whose it is.
        touch: what a security key says of the moment; None of a key that is in a file.
    """

    key: PublicKey
    touch: Touch | None


def verify(armored: str, message: bytes, *, namespace: str) -> PublicKey:
    """Return whose signature this is; the caller decides whether that key may sign.

    Raises:
        Unreadable: no SSH signature, or of another kind.
        NoKey: the signature does not fit the message and namespace.
    """
    return verify_touch(armored, message, namespace=namespace).key


def verify_touch(armored: str, message: bytes, *, namespace: str) -> Signed:
    """Return whose signature this is, and what a security key says of it; raises as :func:`verify` does."""
    key, found_namespace, signature = parts(armored)
    if found_namespace != namespace.encode():
        raise NoKey("signing.other_purpose", expected=namespace)
    signed = signed_data(message, namespace)
    try:
        touch = check(key.kind, key.rest, signature, signed)
    except InvalidSignature:
        raise NoKey("signing.bad_signature", key=key.id) from None
    except ValueError:
        raise Unreadable("signing.not_a_signature") from None
    return Signed(key, touch)


def armor(key: PublicKey, signature: bytes, *, namespace: str) -> str:
    """Write a signature blob over :func:`signed_data`, which something else made, as ``ssh-keygen -Y sign`` writes it."""
    blob = (
        _MAGIC
        + _VERSION
        + ssh_string(key.blob)
        + ssh_string(namespace.encode())
        + ssh_string(b"")
        + ssh_string(_HASH)
        + ssh_string(signature)
    )
    return "\n".join([_BEGIN, *textwrap.wrap(base64.b64encode(blob).decode(), 70), _END, ""])


def signed_data(message: bytes, namespace: str) -> bytes:
    """Return the bytes over which a signature for one purpose stands.

    Raises:
        ValueError: the namespace is empty, which the format forbids.
    """
    if not namespace:
        raise ValueError("a namespace is never empty")
    digest = hashlib.sha512(message).digest()
    return _MAGIC + ssh_string(namespace.encode()) + ssh_string(b"") + ssh_string(_HASH) + ssh_string(digest)


def parts(armored: str) -> tuple[PublicKey, bytes, bytes]:
    """Return key, namespace and signature blob of an armored signature, none of which is checked yet.

    Raises:
        Unreadable: it is none.
    """
    try:
        first, *middle, last = armored.strip().splitlines()
        blob = base64.b64decode("".join(middle), validate=True)
        rest = blob.removeprefix(_MAGIC + _VERSION)
        key, namespace, reserved, hash_name, signature = read_strings(rest, 5)
        public = public_from_blob(key)
    except (ValueError, binascii.Error):
        raise Unreadable("signing.not_a_signature") from None
    if rest == blob or (first, last, reserved, hash_name) != (_BEGIN, _END, b"", _HASH):
        raise Unreadable("signing.not_a_signature")
    return public, namespace, signature

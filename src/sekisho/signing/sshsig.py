"""SSH signatures (OpenSSH ``PROTOCOL.sshsig``) over statements: approvals, hand-overs, manifests.

An outsider checks one with ``ssh-keygen -Y verify`` and a list of public keys. The namespace keeps a signature made for
one purpose from serving another. Only Ed25519 with SHA-512 is written and read.
"""

import base64
import binascii
import hashlib
import textwrap

from cryptography.exceptions import InvalidSignature

from sekisho.errors import NoKey, Unreadable
from sekisho.signing.keys import SSH_TYPE, PublicKey, SigningKey, ssh_string

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def sign(key: SigningKey, message: bytes, *, namespace: str) -> str:
    """Sign ``message`` for one purpose; return the armored signature.

    Raises:
        ValueError: the namespace is empty, which the format forbids.
    """
    signature = key.key.sign(_signed_data(message, namespace))
    blob = (
        _MAGIC
        + _VERSION
        + ssh_string(key.public.blob)
        + ssh_string(namespace.encode())
        + ssh_string(b"")
        + ssh_string(_HASH)
        + ssh_string(ssh_string(SSH_TYPE) + ssh_string(signature))
    )
    return "\n".join([_BEGIN, *textwrap.wrap(base64.b64encode(blob).decode(), 70), _END, ""])


def verify(armored: str, message: bytes, *, namespace: str) -> PublicKey:
    """Return whose signature this is; the caller decides whether that key may sign.

    Raises:
        Unreadable: no SSH signature, or of another kind.
        NoKey: the signature does not fit the message and namespace.
    """
    key, found_namespace, signature = _parse(armored)
    if found_namespace != namespace.encode():
        raise NoKey("signing.other_purpose", expected=namespace)
    try:
        key.key().verify(signature, _signed_data(message, namespace))
    except InvalidSignature:
        raise NoKey("signing.bad_signature", key=key.id) from None
    return key


def _signed_data(message: bytes, namespace: str) -> bytes:
    if not namespace:
        raise ValueError("a namespace is never empty")
    digest = hashlib.sha512(message).digest()
    return _MAGIC + ssh_string(namespace.encode()) + ssh_string(b"") + ssh_string(_HASH) + ssh_string(digest)


def _parse(armored: str) -> tuple[PublicKey, bytes, bytes]:
    """Return key, namespace and raw signature of an armored blob."""
    try:
        first, *middle, last = armored.strip().splitlines()
        blob = base64.b64decode("".join(middle), validate=True)
        rest = blob.removeprefix(_MAGIC + _VERSION)
        key, namespace, reserved, hash_name, signature = _strings(rest, 5)
        signature_type, raw_signature = _strings(signature, 2)
        key_type, raw_key = _strings(key, 2)
    except (ValueError, binascii.Error):
        raise Unreadable("signing.not_a_signature") from None
    fixed = (first, last, reserved, hash_name, signature_type, key_type, len(raw_key), len(raw_signature))
    if rest == blob or fixed != (_BEGIN, _END, b"", _HASH, SSH_TYPE, SSH_TYPE, 32, 64):
        raise Unreadable("signing.not_a_signature")
    return PublicKey(raw_key), namespace, raw_signature


def _strings(data: bytes, count: int) -> list[bytes]:
    """Read exactly ``count`` SSH strings that fill ``data``."""
    found = []
    for _ in range(count):
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            raise ValueError("truncated")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    if data:
        raise ValueError("trailing data")
    return found

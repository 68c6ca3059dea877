"""The kinds of keys that SSH signs with, and how a signature of each is checked.

Ed25519 (RFC 8709), ECDSA on P-256 (RFC 5656), RSA with SHA-512 (RFC 8332), and the two that live on a FIDO security key
(OpenSSH ``PROTOCOL.u2f``), which say by flags whether somebody touched it and whether it asked who. RSA with SHA-1 or SHA-256
and keys below 2,048 bits are not taken.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sekisho.signing.wire import read_mpint, read_string, read_strings

ED25519 = b"ssh-ed25519"
P256 = b"ecdsa-sha2-nistp256"
RSA = b"ssh-rsa"
SK_ED25519 = b"sk-ssh-ed25519@openssh.com"
SK_P256 = b"sk-ecdsa-sha2-nistp256@openssh.com"

KINDS = (ED25519, P256, RSA, SK_ED25519, SK_P256)

_RSA_SIGNATURE = b"rsa-sha2-512"
_CURVE = b"nistp256"
_POINT_SIZE, _ED25519_SIZE, _ED25519_SIGNATURE_SIZE = 65, 32, 64
_RSA_BITS = range(2048, 8193)
_RSA_EXPONENTS = range(65537, 1 << 32)
_PRESENT, _VERIFIED = 0x01, 0x04


@dataclass(frozen=True, slots=True)
class Touch:
    """What a security key says of the moment at which it signed.

    Attributes:
        verified: whether it asked for a PIN or a finger; that somebody touched it is demanded of every signature.
        counter: how many signatures it gave so far, or 0.
    """

    verified: bool
    counter: int


def must_be_key(kind: bytes, rest: bytes) -> None:
    """Refuse what cannot be a public key of a kind; ``rest`` is what follows the kind's name in its blob.

    Raises:
        ValueError: just that.
    """
    _READERS[kind](rest) if kind in _READERS else _no_kind()


def check(kind: bytes, rest: bytes, signature: bytes, message: bytes) -> Touch | None:
    """Check a signature blob; tell of a security key what it says of its touch.

    Raises:
        ValueError: not the form of a signature of this kind of key.
        InvalidSignature: it does not fit, or a security key gave it untouched.
    """
    name, behind = read_string(signature)
    if name != (_RSA_SIGNATURE if kind == RSA else kind):
        raise ValueError("a signature of another kind")
    value, behind = read_string(behind)
    if kind not in {SK_ED25519, SK_P256}:
        if behind:
            raise ValueError("trailing data")
        _READERS[kind](rest)(value, message)
        return None
    if len(behind) != 5:
        raise ValueError("no flags and counter")
    flags, application = behind[0], read_strings(rest, 2 if kind == SK_ED25519 else 3)[-1]
    signed = hashlib.sha256(application).digest() + behind + hashlib.sha256(message).digest()
    _READERS[kind](rest)(value, signed)
    if not flags & _PRESENT:
        raise InvalidSignature
    return Touch(bool(flags & _VERIFIED), int.from_bytes(behind[1:], "big"))


_Checker = Callable[[bytes, bytes], None]


def _no_kind() -> None:
    raise ValueError("no kind of key that is known")


def _ed25519(rest: bytes) -> _Checker:
    (raw,) = read_strings(rest, 1)
    return _ed25519_of(raw)


def _sk_ed25519(rest: bytes) -> _Checker:
    raw, _ = read_strings(rest, 2)
    return _ed25519_of(raw)


def _ed25519_of(raw: bytes) -> _Checker:
    if len(raw) != _ED25519_SIZE:
        raise ValueError("no Ed25519 key")

    def checker(signature: bytes, message: bytes) -> None:
        if len(signature) != _ED25519_SIGNATURE_SIZE:
            raise ValueError("no Ed25519 signature")
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)

    return checker


def _p256(rest: bytes) -> _Checker:
    curve, point = read_strings(rest, 2)
    return _p256_of(curve, point)


def _sk_p256(rest: bytes) -> _Checker:
    curve, point, _ = read_strings(rest, 3)
    return _p256_of(curve, point)


def _p256_of(curve: bytes, point: bytes) -> _Checker:
    if curve != _CURVE or len(point) != _POINT_SIZE:
        raise ValueError("no point on P-256")
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)

    def checker(signature: bytes, message: bytes) -> None:
        r, s = map(read_mpint, read_strings(signature, 2))
        key.verify(encode_dss_signature(r, s), message, ECDSA(hashes.SHA256()))

    return checker


def _rsa(rest: bytes) -> _Checker:
    exponent, modulus = map(read_mpint, read_strings(rest, 2))
    if modulus.bit_length() not in _RSA_BITS or exponent not in _RSA_EXPONENTS:
        raise ValueError("no RSA key of a fitting size")
    key: RSAPublicKey = RSAPublicNumbers(exponent, modulus).public_key()

    def checker(signature: bytes, message: bytes) -> None:
        key.verify(signature, message, PKCS1v15(), hashes.SHA512())

    return checker


_READERS: dict[bytes, Callable[[bytes], _Checker]] = {
    ED25519: _ed25519,
    P256: _p256,
    RSA: _rsa,
    SK_ED25519: _sk_ed25519,
    SK_P256: _sk_p256,
}

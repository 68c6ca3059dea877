"""Public keys as passkeys give them (COSE_Key, RFC 9052 section 7): ES256, EdDSA with Ed25519, RS256."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from sekisho.signing.cbor import Value, decode

ES256, EDDSA, RS256 = -7, -8, -257
ALGORITHMS = (ES256, EDDSA, RS256)

Checker: TypeAlias = Callable[[bytes, bytes], None]
"""Checks a signature over data; raises ``InvalidSignature``."""

_KTY, _ALG, _CRV, _X, _Y = 1, 3, -1, -2, -3
_N, _E = -1, -2
_OKP_TYPE, _EC_TYPE, _RSA_TYPE = 1, 2, 3
_P256, _ED25519 = 1, 6
_RSA_BITS = range(2048, 8193)


def read_key(data: bytes) -> Checker:
    """Return what checks signatures of a key.

    Raises:
        ValueError: it is none of these three kinds.
    """
    key = decode(data)
    kind = (key.get(_KTY), key.get(_ALG)) if isinstance(key, dict) else None
    if not isinstance(key, dict) or kind not in _KINDS:
        raise ValueError("no kind of key that is known")
    return _KINDS[kind](key)


def _eddsa(key: Mapping[int | str, Value]) -> Checker:
    if key.get(_CRV) != _ED25519:
        raise ValueError("another curve")
    return Ed25519PublicKey.from_public_bytes(_bytes(key, _X)).verify


def _es256(key: Mapping[int | str, Value]) -> Checker:
    if key.get(_CRV) != _P256:
        raise ValueError("another curve")
    x, y = (int.from_bytes(_bytes(key, each), "big") for each in (_X, _Y))
    public = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    return lambda signature, data: public.verify(signature, data, ECDSA(hashes.SHA256()))


def _rs256(key: Mapping[int | str, Value]) -> Checker:
    modulus, exponent = (int.from_bytes(_bytes(key, each), "big") for each in (_N, _E))
    if modulus.bit_length() not in _RSA_BITS:
        raise ValueError("no RSA key of a fitting size")
    public = RSAPublicNumbers(exponent, modulus).public_key()
    return lambda signature, data: public.verify(signature, data, PKCS1v15(), hashes.SHA256())


def _bytes(key: Mapping[int | str, Value], name: int) -> bytes:
    value = key.get(name)
    if not isinstance(value, bytes):
        raise ValueError("a part is missing")  # noqa: TRY004 - whoever reads a key hears of one kind of trouble
    return value


_KINDS: dict[object, Callable[[Mapping[int | str, Value]], Checker]] = {
    (_OKP_TYPE, EDDSA): _eddsa,
    (_EC_TYPE, ES256): _es256,
    (_RSA_TYPE, RS256): _rs256,
}

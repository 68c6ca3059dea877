"""Passkeys (W3C Web Authentication): what one signs over a statement, checked later and offline from what was kept.

The challenge is SHA-256 of the statement, so that authenticator data, client data and signature together are a signature under
it (section 7.2 of the specification, steps on type, challenge, origin, rpIdHash, flags and signature). The authenticator shows
"sign in" and not the statement: whoever signs has seen it on our page, and no more than that is claimed. Attestation, which
would tell the maker of the authenticator, is not asked for.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature

from sekisho.errors import NoKey, Unreadable
from sekisho.signing.cbor import decode, decode_first, encode
from sekisho.signing.cose import read_key

PRESENT, VERIFIED, BACKED_UP_MAY, BACKED_UP, ATTESTED, EXTENDED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80

_HEAD_SIZE = 37  # SHA-256 of the rp id, flags, counter
_ID_AT = 55  # behind that, 16 bytes of AAGUID and two of length
_MOST_ID_BYTES = 1023
_LOCAL = "localhost"

Base64Url = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]*\Z", max_length=8192)]


class Assertion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey's signature, as it is kept beside the statement: one line of JSON.

    Attributes:
        alg: always ``webauthn``.
        id: of the credential, base64url.
        authenticator_data: base64url.
        client_data: the client's JSON, base64url.
        signature: base64url.
    """

    alg: Literal["webauthn"] = "webauthn"
    id: Base64Url
    authenticator_data: Base64Url
    client_data: Base64Url
    signature: Base64Url

    def text(self) -> str:
        """Return the line."""
        return msgspec.json.encode(self, order="sorted").decode()


@dataclass(frozen=True, slots=True)
class Passkey:
    """The public half of a passkey.

    Attributes:
        id: of the credential.
        key: COSE_Key.
        counter: how often it has signed so far; 0 of one that does not count.
    """

    id: bytes
    key: bytes
    counter: int


class _ClientData(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    challenge: str
    origin: str
    crossOrigin: bool = False  # noqa: N815 - the specification's name
    topOrigin: str = ""  # noqa: N815 - the specification's name


def challenge_of(statement: bytes) -> bytes:
    """Return what a passkey is asked to sign for a statement."""
    return hashlib.sha256(statement).digest()


def read_assertion(text: str) -> Assertion:
    """Read the line of an assertion.

    Raises:
        Unreadable: it is none.
    """
    try:
        return msgspec.json.decode(text, type=Assertion)
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("signing.not_a_passkey_signature") from None


def verify_assertion(assertion: Assertion, *, key: bytes, rp: str, statement: bytes) -> int:
    """Check a passkey's signature under a statement and return its counter.

    Args:
        assertion: the signature.
        key: COSE_Key of the credential.
        rp: the name for which it was made (rp id).
        statement: what it is said to sign.

    Raises:
        Unreadable: it has not the form of one.
        NoKey: names what is not as it must be: type, challenge, origin, rp, presence, verification or signature.
    """
    data, client_data = (from_base64url(each) for each in (assertion.authenticator_data, assertion.client_data))
    signature = from_base64url(assertion.signature)
    _check_client_data(client_data, "webauthn.get", challenge_of(statement), rp)
    flags, counter = _read_head(data, rp)
    _check_end(data[_HEAD_SIZE:], flags)
    try:
        read_key(key)(signature, data + hashlib.sha256(client_data).digest())
    except InvalidSignature:
        raise NoKey("signing.passkey_signature") from None
    except ValueError:
        raise Unreadable("signing.not_a_passkey") from None
    return counter


def read_registration(data: bytes, client_data: bytes, *, challenge: bytes, rp: str) -> Passkey:
    """Return the passkey that a browser has just made (section 7.1, without attestation).

    Args:
        data: ``response.getAuthenticatorData()``.
        client_data: ``response.clientDataJSON``.
        challenge: what it was asked with.
        rp: the name for which it was made.

    Raises:
        Unreadable: it has not the form, or a key of a kind that is not taken.
        NoKey: names what is not as it must be.
    """
    _check_client_data(client_data, "webauthn.create", challenge, rp)
    flags, counter = _read_head(data, rp)
    try:
        credential, key = _read_credential(data, flags)
        read_key(key)
    except ValueError:
        raise Unreadable("signing.not_a_passkey") from None
    return Passkey(credential, key, counter)


def from_base64url(text: str) -> bytes:
    """Read base64url without padding, in its one spelling.

    Raises:
        Unreadable: it is none.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Unreadable("signing.not_a_passkey_signature") from None
    if to_base64url(data) != text:
        raise Unreadable("signing.not_a_passkey_signature")
    return data


def to_base64url(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def is_origin(origin: str, rp: str) -> bool:
    """Tell whether a page of this origin may use passkeys of a name: that very host, by TLS, or this machine itself."""
    scheme = "http" if rp == _LOCAL else "https"
    return re.fullmatch(rf"{scheme}://{re.escape(rp)}(:[0-9]{{1,5}})?", origin) is not None


def _check_client_data(data: bytes, kind: str, challenge: bytes, rp: str) -> None:
    try:
        client = msgspec.json.decode(data, type=_ClientData)
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("signing.not_a_passkey_signature") from None
    if client.type != kind:
        raise NoKey("signing.passkey_type")
    if client.challenge != to_base64url(challenge):
        raise NoKey("signing.passkey_challenge")
    if client.crossOrigin or client.topOrigin or not is_origin(client.origin, rp):
        raise NoKey("signing.passkey_origin", rp=rp)


def _read_head(data: bytes, rp: str) -> tuple[int, int]:
    """Return flags and counter, after those flags that must be set."""
    if len(data) < _HEAD_SIZE:
        raise Unreadable("signing.not_a_passkey_signature")
    flags = data[32]
    if data[:32] != hashlib.sha256(rp.encode()).digest():
        raise NoKey("signing.passkey_rp", rp=rp)
    if not flags & PRESENT:
        raise NoKey("signing.passkey_presence")
    if not flags & VERIFIED:
        raise NoKey("signing.passkey_verification")
    if flags & BACKED_UP and not flags & BACKED_UP_MAY:
        raise Unreadable("signing.not_a_passkey_signature")
    return flags, int.from_bytes(data[33:_HEAD_SIZE], "big")


def _read_credential(data: bytes, flags: int) -> tuple[bytes, bytes]:
    """Return id and key of the credential that stands behind the counter."""
    end = _ID_AT + int.from_bytes(data[_ID_AT - 2 : _ID_AT], "big")
    if not flags & ATTESTED or not _ID_AT < end <= _ID_AT + _MOST_ID_BYTES or len(data) < end:
        raise ValueError("no credential")
    key, rest = decode_first(data[end:])
    _check_extensions(rest, flags)
    return data[_ID_AT:end], encode(key)


def _check_end(rest: bytes, flags: int) -> None:
    """Refuse what stands behind the counter of an assertion and is not extensions: nothing is registered here."""
    if flags & ATTESTED:
        raise Unreadable("signing.not_a_passkey_signature")
    try:
        _check_extensions(rest, flags)
    except ValueError:
        raise Unreadable("signing.not_a_passkey_signature") from None


def _check_extensions(rest: bytes, flags: int) -> None:
    """Refuse what stands at the end and is not what the flags say."""
    if bool(rest) != bool(flags & EXTENDED) or (rest and not isinstance(decode(rest), dict)):
        raise ValueError("no extensions")

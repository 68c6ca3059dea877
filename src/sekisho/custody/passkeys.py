"""What a page asks a passkey and what comes of it: a line for the register, or a signature under a statement."""

import msgspec

from sekisho.custody.register import Person
from sekisho.errors import Refused, Unreadable
from sekisho.signing.webauthn import (
    Assertion,
    Base64Url,
    Passkey,
    from_base64url,
    read_assertion,
    read_registration,
    to_base64url,
    verify_assertion,
)


class Made(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a browser gives of a passkey that it has just made.

    Attributes:
        authenticator_data: base64url.
        client_data: base64url.
    """

    authenticator_data: Base64Url
    client_data: Base64Url


def read_made(body: bytes, *, challenge: bytes, rp: str) -> Passkey:
    """Return the passkey that a page posted; raises as :func:`~sekisho.signing.webauthn.read_registration` does."""
    try:
        made = msgspec.json.decode(body, type=Made)
    except (msgspec.DecodeError, UnicodeError):
        raise Unreadable("signing.not_a_passkey") from None
    data, client = from_base64url(made.authenticator_data), from_base64url(made.client_data)
    return read_registration(data, client, challenge=challenge, rp=rp)


def register_line(passkey: Passkey, *, rp: str) -> str:
    """Return how a passkey stands in the register, in the list ``passkeys`` of a person."""
    return f'{{ id = "{to_base64url(passkey.id)}", key = "{to_base64url(passkey.key)}", rp = "{rp}" }}'


def credentials_of(person: Person, *, rp: str) -> list[str]:
    """Return the ids of a person's passkeys for a name.

    Raises:
        Refused: the register has none.
    """
    found = [passkey.id for passkey in person.passkeys if passkey.rp == rp]
    if not found:
        raise Refused("custody.no_passkey", person=person.id, rp=rp)
    return found


def read_signature(body: bytes, person: Person, *, rp: str, statement: bytes) -> Assertion:
    """Return the signature that a page posted.

    Raises:
        Unreadable: it is none.
        NoKey: it does not fit the statement.
        Refused: it is of no passkey of this person.
    """
    try:
        assertion = read_assertion(body.decode())
    except UnicodeDecodeError:
        raise Unreadable("signing.not_a_passkey_signature") from None
    for passkey in person.passkeys:
        if passkey.id == assertion.id and passkey.rp == rp:
            verify_assertion(assertion, key=passkey.cose, rp=rp, statement=statement)
            return assertion
    raise Refused("custody.unregistered_passkey", person=person.id)

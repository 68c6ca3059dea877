"""The custodian's static relay key, made on first need, and the office's card that tells it."""

import contextlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sekisho.custodian.card import Card, make_card
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Unreadable
from sekisho.files import write_whole

_NAME = "relay.key"


def relay_key(office: Office) -> X25519PrivateKey:
    """Return the office's relay key; two programs that make it at once have the same.

    Raises:
        Unreadable: what stands in its place is none.
        MediumError: the disk refused.
    """
    path = office.home.keys / _NAME
    try:
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                write_whole(path, _new())
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise Unreadable("custody.bad_relay_key", path=path) from None
    except OSError as error:
        raise MediumError("store.disk_failed", path=path) from error
    if not isinstance(key, X25519PrivateKey):
        raise Unreadable("custody.bad_relay_key", path=path)
    return key


def office_card(office: Office) -> Card:
    """Return the office's card; raises as :func:`relay_key` does."""
    settings = office.settings
    return make_card(
        name=settings.name,
        phone=settings.phone,
        url=settings.url,
        log=office.ledger.key,
        signer=office.signer,
        relay=relay_key(office).public_key().public_bytes_raw(),
    )


def _new() -> bytes:
    return X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

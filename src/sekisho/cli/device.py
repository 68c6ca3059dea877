"""This machine's key, which signs its requests for releases; it is made on first need."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.disk import disk

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_DEVICE = "device.key"


def device_key(home: Path, passphrase: Callable[[Path], bytes]) -> "Ed25519PrivateKey":
    """Return the key in a folder.

    Args:
        home: the folder.
        passphrase: asks for the key's, if somebody gave it one.

    Raises:
        MediumError: the disk said no.
        Unreadable, NoKey: it is damaged, or the passphrase does not fit.
    """
    from sekisho.files import private_folder
    from sekisho.signing.keys import generate, load, save

    path = home / _DEVICE
    with disk(path):
        if not path.exists():
            private_folder(home)
            save(generate(), path, passphrase=None)
    return load(path, passphrase=passphrase).key

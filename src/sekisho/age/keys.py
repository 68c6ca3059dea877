"""Texts and files of keys: whatever kind of recipient or identity age knows, told apart by its text.

An identity file holds one identity a line, a recipients file one recipient; lines that begin with ``#`` and empty ones mean
nothing. An identity file may itself be an age file sealed with a passphrase, armored or not, and an SSH private key stands in
a file of its own.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TypeVar, cast

from sekisho.age import armor, ssh, ssh_file
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import KeyTextError, NoMatchError, PassphraseError
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.mlkem768x25519 import HybridIdentity, HybridRecipient
from sekisho.age.p256tag import P256TagRecipient
from sekisho.age.scrypt import ScryptIdentity
from sekisho.age.ssh_file import Passphrase
from sekisho.age.x25519 import X25519Identity, X25519Recipient

LARGEST = 1024 * 1024
"""The longest file of keys in bytes, to stop at a mistaken one."""

_T = TypeVar("_T")
_AGE_FILE = (b"age-encryption.org/", armor.BEGIN)
_PEM = b"-----BEGIN "
_PLUGINS = "sekisho.age.plugin_client"


def recipient_from_text(text: str) -> Recipient:
    """Read a recipient of any kind: ``age1…``, ``age1pq1…``, ``age1tag1…``, ``age1NAME1…``, ``ssh-ed25519 …``, ``ssh-rsa …``.

    Raises:
        KeyTextError: it is none; the text is not repeated.
    """
    if text.startswith("ssh-"):
        return ssh.recipient_from_line(text)
    match _prefix(text):
        case "age":
            return X25519Recipient.from_text(text)
        case "age1pq":
            return HybridRecipient.from_text(text)
        case "age1tag":
            return P256TagRecipient.from_text(text)
        case prefix if prefix.startswith("age1"):
            return cast("Recipient", import_module(_PLUGINS).PluginRecipient.from_text(text))
        case _:
            raise KeyTextError("not a recipient (age1…, ssh-ed25519 …, ssh-rsa …)")


def identity_from_text(text: str) -> Identity:
    """Read an identity of any kind: ``AGE-SECRET-KEY-1…``, ``AGE-SECRET-KEY-PQ-1…``, ``AGE-PLUGIN-NAME-1…``.

    Raises:
        KeyTextError: it is none; the text is not repeated.
    """
    match _prefix(text):
        case "AGE-SECRET-KEY-":
            return X25519Identity.from_text(text)
        case "AGE-SECRET-KEY-PQ-":
            return HybridIdentity.from_text(text)
        case prefix if prefix.startswith("AGE-PLUGIN-"):
            return cast("Identity", import_module(_PLUGINS).PluginIdentity.from_text(text))
        case _:
            raise KeyTextError("not an identity (AGE-SECRET-KEY-1…, AGE-SECRET-KEY-PQ-1…, AGE-PLUGIN-…)")


def read_identities(path: Path, *, passphrase: Passphrase | None = None) -> list[Identity]:
    """Read a file of identities, an SSH private key, or a file of identities sealed with a passphrase.

    Args:
        path: the file.
        passphrase: asks for the passphrase, if the file has one; for that of an SSH key only when it is needed.

    Raises:
        KeyTextError: it holds something else, or nothing, or is locked with nobody to ask.
        PassphraseError: the passphrase does not fit.
        AgeError: an age file that is damaged, or sealed with something other than a passphrase.
        OSError: the disk said no.
    """
    return parse_identities(_read(path), passphrase=passphrase)


def parse_identities(data: bytes, *, passphrase: Passphrase | None = None) -> list[Identity]:
    """Read what is in a file of identities; see :func:`read_identities`."""
    if data.lstrip().startswith(_AGE_FILE):
        return _parse(_unlock(data, passphrase), identity_from_text)
    if data.lstrip().startswith(_PEM):
        return [ssh_file.read(data, passphrase=passphrase)]
    return _parse(data, identity_from_text)


def read_recipients(path: Path) -> list[Recipient]:
    """Read a file of recipients, such as a ``.pub`` file of SSH.

    Raises:
        KeyTextError: it holds something else, or nothing.
        OSError: the disk said no.
    """
    return _parse(_read(path), recipient_from_text)


def _prefix(text: str) -> str:
    return text.rpartition("1")[0]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise KeyTextError("too large for a file of keys")
    return data


def _unlock(data: bytes, passphrase: Passphrase | None) -> bytes:
    if passphrase is None:
        raise KeyTextError("the identities are sealed with a passphrase, and nobody is there to ask")
    opened = BytesIO()
    try:
        decrypt(BytesIO(data), opened, [ScryptIdentity(passphrase)])
    except NoMatchError:
        raise PassphraseError("the passphrase does not open the identities") from None
    return opened.getvalue()


def _parse(data: bytes, parse: Callable[[str], _T]) -> list[_T]:
    found = list(_parse_lines(data, parse))
    if not found:
        raise KeyTextError("the file holds no key")
    return found


def _parse_lines(data: bytes, parse: Callable[[str], _T]) -> Iterator[_T]:
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise KeyTextError("not a file of keys") from None
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                yield parse(text)
            except KeyTextError as error:
                raise KeyTextError(f"line {number}: {error}") from None

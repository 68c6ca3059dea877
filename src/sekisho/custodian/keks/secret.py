"""Where a PIN, a token or a passphrase is read: a file, a credential of systemd, a file descriptor, or the terminal.

Never an argument and never the environment, which others on the machine may read. ``$CREDENTIALS_DIRECTORY`` is the folder
in which systemd puts what ``LoadCredential=`` and ``LoadCredentialEncrypted=`` name (systemd.exec(5)).
"""

import getpass
import os
import stat
from collections.abc import Callable
from pathlib import Path

from sekisho.catalogue.words import choose_language, say
from sekisho.custodian.keks.address import KekAddress
from sekisho.errors import MediumError, Missing, Misuse, Refused

_TERMINAL = Path("/dev/tty")
_MOST = 65536


def ask_on_terminal(what: str) -> str:
    """Ask for a secret on the terminal, without showing it; ``what`` is a key in the catalogue of the custodian's errors.

    Raises:
        Missing: there is no terminal.
    """
    try:
        with _TERMINAL.open("rb"):
            pass
    except OSError:
        raise Missing("custodian.no_terminal") from None
    return getpass.getpass(say(f"errors/custodian.{what}", choose_language(None, os.environ)))


def secret_source(
    address: KekAddress, prefix: str, ask: Callable[[], str] | None = None
) -> tuple[Callable[[], str], bool]:
    """Return how the secret of a back-end is had, and whether that is by asking somebody.

    Args:
        address: whose options ``file``, ``credential`` and ``fd`` say where, each behind ``prefix``.
        prefix: such as ``pin-``.
        ask: what is done where none of them is given.

    Raises:
        Misuse: several are given, or none and nobody can be asked.
    """
    given = [name for name in ("file", "credential", "fd") if f"{prefix}{name}" in address.options]
    if len(given) > 1 or not (given or ask):
        raise Misuse("custodian.kek_secret", address=address.text, prefix=prefix)
    if not given:
        assert ask, "it was asked for"
        return ask, True
    value = address.options[f"{prefix}{given[0]}"]
    match given[0]:
        case "file":
            return lambda: _from_file(Path(value)), False
        case "credential":
            return lambda: _from_file(_credential(value)), False
    if not value.isdecimal():
        raise Misuse("custodian.kek_secret", address=address.text, prefix=prefix)
    return _OfDescriptor(int(value)), False


class _OfDescriptor:
    """What a descriptor gives once, kept for as often as it is needed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read: str | None = None

    def __call__(self) -> str:
        if self._read is None:
            try:
                with os.fdopen(self._descriptor, "rb", closefd=False) as file:
                    self._read = _line(file.read(_MOST), f"fd {self._descriptor}")
            except OSError as error:
                raise MediumError("custodian.secret_unread", path=f"fd {self._descriptor}") from error
        return self._read


def _credential(name: str) -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or Path(name).name != name:
        raise Missing("custodian.no_credential", name=name)
    return Path(folder) / name


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IROTH:
                raise Refused("custodian.secret_open", path=path)
            return _line(file.read(_MOST), path)
    except FileNotFoundError:
        raise Missing("custodian.no_secret", path=path) from None
    except OSError as error:
        raise MediumError("custodian.secret_unread", path=path) from error


def _line(data: bytes, path: Path | str) -> str:
    """Return the one line that a secret is."""
    try:
        text = data.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        text = ""
    if not text or "\n" in text:
        raise Missing("custodian.no_secret", path=path)
    return text

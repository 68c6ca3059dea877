"""Which back-end ``office.toml`` means: built in, or brought by an installed package at the seam ``sekisho.keks``.

A package brings a function of an address and :class:`Surroundings` that returns a
:class:`~sekisho.custodian.kek.Kek`, under the scheme of its addresses. Building connects to nothing and asks for nothing: that
comes with the first use, so that a loss can be reported while a server is down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from sekisho.custodian.kek import FileKek, Kek
from sekisho.custodian.keks.address import KekAddress, parse_kek_address
from sekisho.custodian.keks.secret import ask_on_terminal, secret_source
from sekisho.errors import Missing, Misuse
from sekisho.plugins import load

_HERE = "sekisho.custodian.keks.choice"
_BUILT_IN = {
    "file": f"{_HERE}:file_kek",
    "passphrase": f"{_HERE}:passphrase_kek",
    "pkcs11": f"{_HERE}:pkcs11_kek",
    "openbao+https": f"{_HERE}:openbao_kek",
    "awskms": f"{_HERE}:awskms_kek",
}
_INNER = frozenset({"file", "passphrase", "pkcs11"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a back-end may use of its office.

    Attributes:
        folder: for keys in files; in no backup.
        scope: what tells this office's keys from others' in one place: letters, digits.
        ask: asks a person for a secret, by a key of the catalogue.
    """

    folder: Path
    scope: str
    ask: Callable[[str], str] = ask_on_terminal


def open_kek(text: str, around: Surroundings) -> Kek:
    """Return the back-end of an address.

    Raises:
        Misuse: there is none of this name, or what it says of it is not what such a back-end needs.
        Missing: the library that it needs is not installed.
    """
    address = parse_kek_address(text)
    try:
        build = cast("Callable[[KekAddress, Surroundings], Kek]", load("sekisho.keks", address.scheme, _BUILT_IN))
    except LookupError:
        raise Misuse("custodian.kek_address", address=text) from None
    try:
        return build(address, around)
    except ImportError as error:
        raise Missing("custodian.kek_library", scheme=address.scheme, library=error.name) from error


def file_kek(address: KekAddress, around: Surroundings) -> Kek:
    """Build what ``file`` means."""
    address.only()
    _must_be_bare(address)
    return FileKek(around.folder)


def passphrase_kek(address: KekAddress, around: Surroundings) -> Kek:
    """Build what ``passphrase``, ``passphrase?file=…``, ``?credential=…`` and ``?fd=…`` mean."""
    from sekisho.custodian.keks.passphrase import PassphraseKek  # noqa: PLC0415 - what is not used is not imported

    address.only("file", "credential", "fd")
    _must_be_bare(address)
    passphrase, asked = secret_source(address, "", partial(around.ask, "ask_passphrase"))
    again = partial(around.ask, "ask_passphrase_again") if asked else None
    return PassphraseKek(around.folder, passphrase, again=again)


def pkcs11_kek(address: KekAddress, around: Surroundings) -> Kek:
    """Build what ``pkcs11:TOKEN?module=…`` means."""
    from sekisho.custodian.keks.pkcs11 import Pkcs11Kek  # noqa: PLC0415 - an extra

    address.only("pin-file", "pin-credential", "pin-fd", needed=["module"])
    if not address.path or address.host:
        raise Misuse("custodian.kek_address", address=address.text)
    pin, _ = secret_source(address, "pin-", partial(around.ask, "ask_pin"))
    return Pkcs11Kek(address.options["module"], address.path, pin, scope=around.scope)


def openbao_kek(address: KekAddress, around: Surroundings) -> Kek:
    """Build what ``openbao+https://host/?token-file=…`` means."""
    from sekisho.custodian.keks.openbao import OpenBaoKek  # noqa: PLC0415 - an extra

    address.only("mount", "ca-file", "token-file", "token-credential")
    if not address.host or address.path:
        raise Misuse("custodian.kek_address", address=address.text)
    token, _ = secret_source(address, "token-")
    mount, authority = address.options.get("mount", "transit"), address.options.get("ca-file")
    return OpenBaoKek(address.host, token, scope=around.scope, mount=mount, ca_file=authority)


def awskms_kek(address: KekAddress, around: Surroundings) -> Kek:
    """Build what ``awskms:KEYID?region=…&inner=…`` means; the inner back-end's own address is percent-encoded."""
    from sekisho.custodian.keks.awskms import AwsKmsKek  # noqa: PLC0415 - an extra

    address.only("inner", needed=["region"])
    inner = address.options.get("inner", "file")
    if not address.path or address.host or parse_kek_address(inner).scheme not in _INNER:
        raise Misuse("custodian.kek_address", address=address.text)
    return AwsKmsKek(address.path, address.options["region"], inner=open_kek(inner, around), scope=around.scope)


def _must_be_bare(address: KekAddress) -> None:
    if address.path or address.host:
        raise Misuse("custodian.kek_address", address=address.text)

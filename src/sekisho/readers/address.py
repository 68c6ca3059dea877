"""The address of a database, as it stands on a command line: who reads, where, and with which options; never a password.

    postgresql://user@host:5432/database?sslmode=verify-full&sslrootcert=/etc/ssl/office.pem
    postgresql:///database?host=/run/postgresql
    mysql://user@host:3306/database?option_file=/home/me/.my.cnf
    sqlite:///folder/file.db          (four slashes for a path from the root)

Options are those below and no others, so that nothing in an address makes a driver do what is not written here. What a
connection uses comes from the address alone: variables of the environment lead to no other host.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from sekisho.errors import Misuse

Scheme: TypeAlias = Literal["postgresql", "mysql", "sqlite"]

Ask: TypeAlias = Callable[[Path], str | None]
"""Asks for the password to what a path names; None if nobody is there to answer."""

_SCHEMES: Mapping[str, Scheme] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}
_OPTIONS: Mapping[Scheme, frozenset[str]] = {
    "postgresql": frozenset({"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "timeout"}),
    "mysql": frozenset({"socket", "sslmode", "sslrootcert", "option_file", "timeout"}),
    "sqlite": frozenset(),
}
_SSL_MODES = frozenset({"disable", "require", "verify-ca", "verify-full"})
_SECRETS = frozenset({"password", "passwd", "pwd", "sslpassword"})
_LOOKS_LIKE_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
_DEFAULT_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a database is.

    Attributes:
        scheme: what it speaks.
        user: who reads; empty for the driver's default.
        host: the server's name; empty for a socket of this machine.
        port: None for the usual one.
        database: its name; for SQLite the file.
        options: see the module.
    """

    scheme: Scheme
    user: str = ""
    host: str = ""
    port: int | None = None
    database: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_here(self) -> bool:
        """Tell whether nothing leaves this machine on the way."""
        return self.host in _HERE or self.host.startswith("/")

    @property
    def ssl_mode(self) -> str:
        """How the connection is encrypted: always, on a network, unless the address says otherwise."""
        return self.options.get("sslmode", "disable" if self.is_here else "require")

    @property
    def seconds(self) -> int:
        """How long one answer may take."""
        return int(self.options.get("timeout", _DEFAULT_SECONDS))

    @property
    def path(self) -> Path:
        """What reports call it; as a path it has one slash where the address has two."""
        if self.scheme == "sqlite":
            return Path(self.database)
        who = f"{quote(self.user)}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        where = f"{host}:{self.port}" if self.port else host
        return Path(f"{self.scheme}://{who}{where}/{self.database}")


def is_address(text: str) -> bool:
    """Tell whether a word on a command line means a database and not a file."""
    return _LOOKS_LIKE_ADDRESS.match(text) is not None and text.split(":", 1)[0].lower() in _SCHEMES


def parse_address(text: str) -> Address:
    """Read an address.

    Raises:
        Misuse: it is none, has an option that there is not, or holds a password; its text is never repeated.
    """
    try:
        parts = urlsplit(text)
        scheme, port = _SCHEMES[parts.scheme], parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except (KeyError, ValueError):
        raise Misuse("readers.database_url") from None
    if parts.password is not None or _SECRETS.intersection(map(str.lower, options)):
        raise Misuse("readers.password_in_url")
    user, host = unquote(parts.username or ""), unquote(parts.hostname or "")
    database = unquote(parts.path.removeprefix("/"), errors="surrogateescape")
    host = options.pop("host", host) if scheme == "postgresql" else host
    address = Address(scheme=scheme, user=user, host=host, port=port, database=database, options=options)
    if not _is_sound(address) or parts.fragment or (scheme == "sqlite" and parts.netloc):
        raise Misuse("readers.database_url")
    return address


def _is_sound(address: Address) -> bool:
    """Tell whether an address names one database on one server, and nothing that a driver would take apart again."""
    known = _OPTIONS[address.scheme]
    words = (address.user, address.host, address.database, *address.options.values())
    return (
        bool(address.database)
        and address.options.keys() <= known
        and address.options.get("sslmode", "disable") in _SSL_MODES
        and re.fullmatch(r"[1-9][0-9]{0,5}", address.options.get("timeout", "1")) is not None
        and not any("\0" in word or "\n" in word for word in words)
        and "," not in address.host  # libpq would take it for several hosts
    )

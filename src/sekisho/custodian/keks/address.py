"""How ``office.toml`` names a back-end of key-encryption keys: a scheme, a place, options; never a secret.

    file
    passphrase?credential=kek
    pkcs11:TOKEN?module=/usr/lib/softhsm/libsofthsm2.so&pin-file=/etc/sekisho/pin
    openbao+https://host:8200/?mount=transit&token-file=/run/sekisho/token&ca-file=/etc/sekisho/ca.pem
    awskms:KEYID?region=ap-northeast-1&inner=file

Options name files and credentials in which secrets stand. What would be a secret itself is refused: the settings are in
every backup, and an argument is seen by everybody on the machine.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sekisho.errors import Misuse

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class KekAddress:
    """Where a back-end is, taken apart.

    Attributes:
        text: as it was written.
        scheme: which back-end; the name at the seam.
        host: the server, with its port; empty where there is none.
        path: what stands between scheme or host and the options.
        options: the options, name → value.
    """

    text: str
    scheme: str
    host: str
    path: str
    options: dict[str, str]

    def only(self, *names: str, needed: Collection[str] = ()) -> None:
        """Demand that no other options are given, and that some are.

        Raises:
            Misuse: names the option.
        """
        for name in self.options:
            if name not in {*names, *needed}:
                raise Misuse("custodian.kek_option", address=self.text, option=name, known=", ".join([*needed, *names]))
        for name in needed:
            if name not in self.options:
                raise Misuse("custodian.kek_option_missing", address=self.text, option=name)


def parse_kek_address(text: str) -> KekAddress:
    """Take the name of a back-end apart.

    Raises:
        Misuse: it is none, has an option twice, or a user or password before the host.
    """
    scheme, _, rest = text.partition(":")
    if not rest:
        scheme, _, query = text.partition("?")
        rest = f"?{query}" if query else ""
    parts = _split(text, rest)
    pairs = _pairs(text, parts.query)
    if not _SCHEME.match(scheme) or parts.fragment or "@" in parts.netloc or len(dict(pairs)) != len(pairs):
        raise Misuse("custodian.kek_address", address=text)
    return KekAddress(text=text, scheme=scheme, host=parts.netloc, path=parts.path.strip("/"), options=dict(pairs))


def _split(text: str, rest: str) -> SplitResult:
    try:
        return urlsplit(rest, scheme="", allow_fragments=True)
    except ValueError:
        raise Misuse("custodian.kek_address", address=text) from None


def _pairs(text: str, query: str) -> list[tuple[str, str]]:
    if not query:
        return []
    try:
        return parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise Misuse("custodian.kek_address", address=text) from None

"""Speaking to the one address that the office named, and to nothing that a name server or an answer would lead to instead.

No proxy of the environment is asked, no redirection followed. A host's addresses are resolved once, each must be one of the
public network unless the channel allows private ones, and the connection is made to the very address that was looked at: a name
that answers otherwise the second time gains nothing. All of it together takes at most :data:`MOST_SECONDS`.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sekisho.custody.senders.message import Unsent

MOST_SECONDS = 15
"""How long one message may take."""

_MOST_ANSWER_BYTES = 65536
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that was ever given out (RFC 4291): translators of a network of one's own, site-local addresses lie elsewhere."""
_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that the office named, taken apart.

    Attributes:
        secure: whether it is spoken to under TLS.
        host: its name or number.
        port: its port.
        path: what is asked of it, with its query.
    """

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str, *, plain: bool = False) -> "Target":
        """Take an address apart.

        Args:
            url: ``https://host[:port]/path``.
            plain: whether ``http`` will do.

        Raises:
            ValueError: it is none, names a user, or asks for no TLS where that is asked for.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"https", *({"http"} if plain else ())} or not parts.hostname or "@" in parts.netloc:
            raise ValueError("no address to post to")
        if not all("!" <= character <= "~" for character in url):
            raise ValueError("no address to post to")
        secure = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(secure=secure, host=parts.hostname, port=parts.port or (443 if secure else 80), path=path)


def exchange(
    target: Target,
    method: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str],
    private: bool,
    ca_file: Path | None = None,
) -> int:
    """Send a request and return the status of its answer; what else the answer says is not believed.

    Raises:
        Unsent: there was none.
    """
    try:
        with _connected(target, private=private, ca_file=ca_file) as connection:
            connection.request(method, target.path, body or None, dict(headers))
            response = connection.getresponse()
            response.read(_MOST_ANSWER_BYTES)
            return response.status
    except ssl.SSLCertVerificationError:
        raise Unsent("certificate") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise Unsent("no_answer") from None


@contextlib.contextmanager
def at_most(current: Callable[[], socket.socket | None], seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Cut a connection off after some time, however slowly the other end dribbles.

    Args:
        current: returns its socket, which TLS replaces.
        seconds: after how many.
    """

    def cut() -> None:
        with contextlib.suppress(OSError):
            if sock := current():
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not that of TLS, which another thread is reading

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public network, also if it only wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address not in _UNICAST or address in _DOCUMENTATION:
            return False
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int, *, private: bool) -> list[tuple[socket.AddressFamily, str]]:
    """Return where a host is; if one of its addresses is not public, none of them is believed.

    Raises:
        Unsent: it has no address, or one that may not be spoken to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unsent("no_such_host") from None
    places: list[tuple[socket.AddressFamily, str]] = [(family, str(where[0])) for family, _, _, _, where in found]
    if not private and not all(is_public(ipaddress.ip_address(where.partition("%")[0])) for _, where in places):
        raise Unsent("private_address", final=True)
    return places


@contextlib.contextmanager
def _connected(target: Target, *, private: bool, ca_file: Path | None) -> Iterator[http.client.HTTPConnection]:
    sock = _socket(resolve(target.host, target.port, private=private), target.port)
    with contextlib.ExitStack() as ending:
        ending.callback(sock.close)
        if target.secure:
            context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
            sock = context.wrap_socket(sock, server_hostname=target.host, do_handshake_on_connect=False)
            ending.callback(sock.close)
        ending.enter_context(at_most(lambda: sock))
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        default = target.port == (443 if target.secure else 80)
        connection = http.client.HTTPConnection(target.host, 80 if default else target.port, timeout=MOST_SECONDS)
        connection.sock = sock  # as it was looked at; the class would resolve the name again
        yield connection


def _socket(places: list[tuple[socket.AddressFamily, str]], port: int) -> socket.socket:
    """Connect to the first of some addresses that answers, within the time for all of them."""
    for family, where in places:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(MOST_SECONDS / len(places))
        try:
            sock.connect((where, port))
        except OSError:
            sock.close()
            continue
        sock.settimeout(MOST_SECONDS)
        return sock
    raise Unsent("no_answer")

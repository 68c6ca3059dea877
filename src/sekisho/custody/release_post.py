"""Posting a request for a release: to the one address that an office's card names, and to nowhere else.

No proxy is taken from the environment and no redirection followed. Certificates are verified; without TLS only this machine
itself is spoken to. The share does not depend on any of it: who speaks for the office is decided by its log's key.
"""

import http.client
import ssl
from urllib.parse import urlsplit

from sekisho.custodian.answers import MOST_ANSWER_BYTES
from sekisho.custodian.card import Card
from sekisho.errors import Missing, Refused

_PATH = "/release"
_PATIENCE_SECONDS = 30
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def post(card: Card, body: bytes) -> bytes:
    """Send a body to the custodian that a card names; return what it answers.

    Raises:
        Missing: the card names no address, or nothing answers there.
        Refused: the address is on another machine and without TLS.
    """
    address = urlsplit(card.url)
    host = address.hostname or ""
    if not host:
        raise Missing("custodian.no_address")
    if address.scheme != "https" and host not in _LOOPBACK:
        raise Refused("custodian.no_tls", host=host)
    try:
        return _exchanged(_connection(address.scheme, host, address.port), address.path.rstrip("/") + _PATH, body)
    except (OSError, http.client.HTTPException, ValueError):
        raise Missing("custodian.no_answer", host=host) from None


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=_PATIENCE_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=_PATIENCE_SECONDS)


def _exchanged(connection: http.client.HTTPConnection, path: str, body: bytes) -> bytes:
    try:
        connection.request("POST", path, body, {"Content-Type": "text/plain", "Accept": "application/json"})
        response = connection.getresponse()
        data = response.read(MOST_ANSWER_BYTES + 1)
    finally:
        connection.close()
    if response.getheader("Content-Type", "").partition(";")[0] != "application/json":
        raise http.client.HTTPException("not an answer of a custodian")
    return data

"""The browser opener: one HTML page that opens a capsule from its medium, filled here for an office and a copy.

The page comes whole from ``opener/`` (``npm run build`` there; CI builds it again and compares). Three things are put into
it and nothing else is touched: the office's card, the address that its policy lets it connect to, and in the self-opening
form the capsule. They are data, not program, so what the page's policy allows to run is what was built.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib import resources
from urllib.parse import urlsplit

NAME = "OPEN.html"
MOST_EMBEDDED = 64_000_000
"""Bytes of capsule that a page may bear: above it browsers take longer and longer."""

_CARD = b'<script type="application/json" id="office">null</script>'
_CAPSULE = b"<!--capsule-->"
_NOWHERE = b"connect-src 'none'"
_ELEMENT = b'<script type="application/octet-stream;base64" class="capsule">%b</script>\n'
_PART = (3 << 20) // 4 * 3  # in Base64 this is 3 MiB, the longest text that browsers decode quickly
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


def template() -> bytes:
    """Return the page as it was built, for no office."""
    return (resources.files("sekisho.capsule") / "opener" / NAME).read_bytes()


def version() -> str:
    """Return the SHA-256 of the page as it was built: what a reproducible build is compared with."""
    return hashlib.sha256(template()).hexdigest()


def fill(card: bytes, *, url: str = "", capsule: bytes | None = None, page: bytes | None = None) -> bytes:
    """Return the page of an office.

    Args:
        card: the office's card, JSON.
        url: where releases are asked for; empty: the page connects to nothing.
        capsule: what a self-opening page bears.
        page: another page with the same slots, for a test.

    Raises:
        ValueError: the address is none that a policy can name, or the capsule is longer than a page may bear.
    """
    if capsule is not None and len(capsule) > MOST_EMBEDDED:
        raise ValueError("too long for a page")
    # In JSON "<" stands only inside strings, where this spells the same; so no text can end the element.
    data = _CARD.replace(b"null", card.strip().replace(b"<", rb"\u003c"))
    page = _once(template() if page is None else page, _CARD, data)
    if url:
        page = _once(page, _NOWHERE, b"connect-src " + origin(url).encode())
    return _once(page, _CAPSULE, b"".join(_elements(capsule or b"")))


def origin(url: str) -> str:
    """Return the part of an address that a policy names: scheme, host and port.

    Raises:
        ValueError: not an http or https address of a plain host.
    """
    parts = urlsplit(url.lower())
    host, _, port = parts.netloc.partition("]:") if parts.netloc.startswith("[") else parts.netloc.partition(":")
    host = f"{host}]" if port and host.startswith("[") else host
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or not (port or "0").isdecimal():
        raise ValueError("not an address that a page can be allowed")
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _elements(capsule: bytes) -> Iterator[bytes]:
    for at in range(0, len(capsule), _PART):
        yield _ELEMENT % base64.b64encode(capsule[at : at + _PART])


def _once(page: bytes, slot: bytes, content: bytes) -> bytes:
    before, found, after = page.partition(slot)
    if not found:
        raise ValueError("the page has no such slot")
    return before + content + after

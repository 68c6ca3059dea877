"""The one name everything public hangs on.

The stanza, signature namespaces, log origin and plugin all derive from ``DOMAIN``. It stays the reserved
``sekisho.example`` until the project owns a domain that it can keep for decades: a capsule sealed under a
name can only be opened by a program that knows that name.
"""

DOMAIN = "sekisho.example"

STANZA = f"{DOMAIN}/rel1"
"""Type of the release stanza in a capsule's header (``docs/reference/rel1.md``)."""


def namespace(purpose: str) -> str:
    """Return the SSH signature namespace for statements of one purpose, such as ``handover``."""
    return f"{purpose}@{DOMAIN}"

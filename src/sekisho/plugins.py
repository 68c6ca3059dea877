"""The one look-up of seams: built-in names first, installed entry points only for a name that is not ours.

Scanning entry points costs 50 to 90 ms, so a command that uses only what ships with Sekisho never pays it.
"""

import contextlib
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points


def load(seam: str, name: str, built_in: Mapping[str, str]) -> object:
    """Return the object that ``name`` means at a seam such as ``sekisho.readers``.

    Args:
        seam: the entry point group.
        name: what the user or a file's content asks for.
        built_in: our own implementations, name → ``module:attribute``.

    Raises:
        LookupError: neither built in nor installed.
    """
    if name in built_in:
        module, _, attribute = built_in[name].partition(":")
        return getattr(import_module(module), attribute)
    for entry in entry_points(group=seam, name=name):
        return entry.load()
    raise LookupError(f"{seam}: {name}")


def installed(seam: str) -> Iterator[object]:
    """Yield what installed packages bring to a seam, for when nothing of ours will do; what does not load is left out.

    Args:
        seam: the entry point group.
    """
    for entry in entry_points(group=seam):
        with contextlib.suppress(ImportError, AttributeError):
            yield entry.load()

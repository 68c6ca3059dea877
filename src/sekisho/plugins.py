"""The one look-up of seams: built-in names first, installed entry points only for a name that is not ours.

Scanning entry points costs 50 to 90 ms, so a command that uses only what ships with Sekisho never pays it.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


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


def entry_points(*, group: str, name: str | None = None) -> "Iterable[EntryPoint]":
    """Return the entry points of installed packages; importing what finds them costs 30 ms by itself."""
    from importlib import metadata  # noqa: PLC0415 - who asks only for what is built in does not pay for it

    found = metadata.entry_points(group=group)
    return found if name is None else found.select(name=name)

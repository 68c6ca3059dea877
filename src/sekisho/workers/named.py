"""Places of work by their names: ``none``, ``local:N``, ``dask://host:port``, ``dask+tls://host:port``, ``ray://host:port``."""

import re

from sekisho.errors import Misuse
from sekisho.workers.executor import Executor, InProcess

# Below it, starting processes takes longer than they save.
WORTH_WORKERS = 64 << 20

_PLACE = re.compile(r"(?P<kind>dask|dask\+tls|ray)://(?P<where>\[?[^/\s]+:\d+)/?")
_LOCAL = re.compile(r"local(?::(?P<count>[1-9]\d{0,3}))?")


def executor_of(text: str) -> Executor:
    """Return the place of work of that name; it is left like any context manager.

    Args:
        text: as the module says; ``local`` alone takes every core.

    Raises:
        Misuse: the text names no place.
        Missing: its package is not installed, nobody answers there, or another version of Sekisho does.
    """
    if text == "none":
        return InProcess()
    if local := _LOCAL.fullmatch(text):
        from sekisho.workers.local import LocalWorkers  # noqa: PLC0415 - the others do not need it

        return LocalWorkers(int(local["count"]) if local["count"] else None)
    cluster = _PLACE.fullmatch(text)
    if cluster is None:
        raise Misuse("workers.address", address=text)
    if cluster["kind"] == "ray":
        from sekisho.workers.ray import Ray  # noqa: PLC0415 - an extra

        return Ray(text)
    from sekisho.workers.dask import Dask  # noqa: PLC0415 - an extra

    return Dask(("tls://" if cluster["kind"] == "dask+tls" else "tcp://") + cluster["where"])


def default_executor(size: int) -> Executor:
    """Return where so many bytes are best worked at when nobody said: here if they are few, else on every core."""
    return executor_of("local" if size >= WORTH_WORKERS else "none")

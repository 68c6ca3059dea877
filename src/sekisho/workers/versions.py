"""One version everywhere: two versions of Sekisho could find different things, and their sum would be no report."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from sekisho.errors import Missing

PACKAGE: Final = "sekisho"


def must_be_ours(found: Mapping[str, object], address: str) -> None:
    """Compare the versions that workers told with that of this process.

    Args:
        found: what ``importlib.metadata.version`` returned or raised on each worker.
        address: of the cluster.

    Raises:
        Missing: a worker has another version, or none; or there is no worker.
    """
    here = version(PACKAGE)
    if not found:
        raise Missing("workers.no_workers", address=address)
    for worker, there in sorted(found.items()):
        if isinstance(there, PackageNotFoundError):
            raise Missing("workers.not_installed", worker=worker, here=here)
        if there != here:
            raise Missing("workers.version", worker=worker, there=there, here=here)

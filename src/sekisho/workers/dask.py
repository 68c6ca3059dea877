"""A Dask cluster that is there already, as a place of work.

A worker that dies is the scheduler's affair: it gives the unit to another one, and gives up on a unit when so many
workers died with it as its ``allowed-failures`` says (3 unless set otherwise).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sekisho.errors import Missing, SekishoError
from sekisho.workers.executor import IN_FLIGHT, lost
from sekisho.workers.sealed import Seal
from sekisho.workers.versions import PACKAGE, must_be_ours

if TYPE_CHECKING:
    from distributed import Client

U = TypeVar("U")
R = TypeVar("R")

_ANSWERS_WITHIN = 20
_LOOKS_EVERY = 5
_WORKERS_COME_BACK_WITHIN = 60


class Dask(AbstractContextManager["Dask"]):
    """Does units on the workers of a Dask scheduler."""

    same_folder = False

    def __init__(self, address: str) -> None:
        """Connect, and compare the versions.

        Args:
            address: ``tcp://host:port`` or ``tls://host:port``; certificates come from Dask's own configuration.

        Raises:
            Missing: no Dask here, no answer there, no workers, or another version on one of them.
        """
        self._address = address
        self._client = _connected(address)
        try:
            must_be_ours(self._client.run(version, PACKAGE, on_error="return"), address)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster; what is still running there is dropped."""
        self._client.close()

    def map(self, do: Callable[[U], R], units: Iterable[U]) -> Iterator[R | SekishoError]:
        """See :class:`~sekisho.workers.executor.Executor`."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

        seal, waiting = Seal(), iter(units)
        work = seal.around(do)
        running: deque[Any] = deque()
        try:
            while True:
                room = max(1, IN_FLIGHT * sum(self._client.nthreads().values())) - len(
                    running
                )  # fewer than were there, when workers died
                running += [self._client.submit(work, unit, pure=False) for unit in islice(waiting, max(0, room))]
                if not running:
                    return
                future = running.popleft()
                try:
                    yield seal.open(self._result(future))
                except KilledWorker:
                    yield lost()
        finally:
            self._client.cancel(list(running))

    def _result(self, future: Any) -> Any:  # noqa: ANN401 - whatever the unit gave
        """Wait as long as there is somebody to wait for."""
        from distributed import TimeoutError as NotYet  # noqa: PLC0415 - an extra

        alone_for = 0
        while alone_for < _WORKERS_COME_BACK_WITHIN:
            try:
                return future.result(timeout=_LOOKS_EVERY)
            except NotYet:
                alone_for = 0 if self._client.nthreads() else alone_for + _LOOKS_EVERY
        raise Missing("workers.no_workers", address=self._address)


def _connected(address: str) -> "Client":
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Missing("workers.no_package", package="distributed", extra="dask") from error
    try:
        return Client(address, timeout=_ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Missing("workers.unreachable", address=address) from error

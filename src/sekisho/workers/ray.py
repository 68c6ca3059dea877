"""A Ray cluster that is there already, as a place of work, by way of Ray Client.

Ray gives the unit of a worker that died to another one, once.
"""

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sekisho.errors import Missing, SekishoError
from sekisho.workers.executor import IN_FLIGHT, lost
from sekisho.workers.sealed import Seal
from sekisho.workers.versions import PACKAGE, must_be_ours

if TYPE_CHECKING:
    from types import ModuleType

U = TypeVar("U")
R = TypeVar("R")

_LOOKS_EVERY = 5
_WORKERS_COME_BACK_WITHIN = 60


class Ray(AbstractContextManager["Ray"]):
    """Does units on the nodes of a Ray cluster."""

    same_folder = False

    def __init__(self, address: str) -> None:
        """Connect, and compare the versions.

        Args:
            address: ``ray://host:port`` of the head's client server, port 10001 unless set otherwise.

        Raises:
            Missing: no Ray here, no answer there, or another version on one of the nodes.
        """
        self._address = address
        self._ray = _connected(address)
        try:
            must_be_ours(self._versions(), address)
        except BaseException:
            self._ray.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster; what is still running there is dropped."""
        self._ray.shutdown()

    def map(self, do: Callable[[U], R], units: Iterable[U]) -> Iterator[R | SekishoError]:
        """See :class:`~sekisho.workers.executor.Executor`."""
        seal, waiting = Seal(), iter(units)
        work = seal.around(do)  # an argument of each call and no object of the store: that may be spilled, key and all
        call = self._ray.remote(_apply).options(max_retries=1)
        running: deque[Any] = deque()
        try:
            while True:
                room = max(1, IN_FLIGHT * self._cores()) - len(running)  # fewer than were there, when workers died
                running += [call.remote(work, unit) for unit in islice(waiting, max(0, room))]
                if not running:
                    return
                result = self._result(running.popleft())
                yield lost() if result is None else seal.open(result)
        finally:
            for reference in running:
                self._ray.cancel(reference, force=True)

    def _result(self, reference: object) -> Any:  # noqa: ANN401 - whatever the unit gave
        """Wait as long as there is somebody to wait for; return None for a unit that killed its workers."""
        errors, alone_for = self._ray.exceptions, 0
        while alone_for < _WORKERS_COME_BACK_WITHIN:
            try:
                return self._ray.get(reference, timeout=_LOOKS_EVERY)
            except errors.GetTimeoutError:
                alone_for = 0 if self._cores() else alone_for + _LOOKS_EVERY
            except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError, errors.ObjectLostError):
                return None
        raise Missing("workers.no_workers", address=self._address)

    def _cores(self) -> int:
        return int(self._ray.cluster_resources().get("CPU", 0))

    def _versions(self) -> dict[str, object]:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415 - an extra

        ask = self._ray.remote(version)  # of the standard library, so that it runs where there is no Sekisho
        asked = {
            node["NodeManagerAddress"] + " " + node["NodeID"][:8]: ask.options(
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            ).remote(PACKAGE)
            for node in self._ray.nodes()
            if node["Alive"] and node["Resources"].get("CPU")
        }
        return {node: self._answer(reference) for node, reference in asked.items()}

    def _answer(self, reference: object) -> object:
        try:
            return self._ray.get(reference)
        except PackageNotFoundError as error:
            return error


def _connected(address: str) -> "ModuleType":
    try:
        import ray  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Missing("workers.no_package", package="ray", extra="ray") from error
    try:
        _init(ray, address)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise Missing("workers.unreachable", address=address) from error
    module: ModuleType = ray
    return module


def _init(ray: "ModuleType", address: str) -> None:
    """Connect; twice, because a head starts a server for each client, which under load takes longer than Ray waits."""
    with contextlib.suppress(ConnectionError):
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        return
    ray.shutdown()
    ray.init(address, log_to_driver=False, logging_level=logging.ERROR)


def _apply(work: Callable[[U], bytes], unit: U) -> bytes:
    return work(unit)

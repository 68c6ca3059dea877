"""Where units of work are done: here, in processes beside this one, or on a cluster. Whoever asks cannot tell which.

An executor maps a function over units and gives the results in their order. The function and its units travel to other
processes, so they are importable and picklable; results come back the same way. What a unit could not do is a result
too: a :class:`~sekisho.errors.SekishoError` in its place, also where the process that had the unit died with it twice.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from sekisho.errors import SekishoError, Unreadable

U = TypeVar("U")
R = TypeVar("R")

IN_FLIGHT = 4  # units a worker: enough that none waits, few enough that results do not pile up


class Executor(AbstractContextManager["Executor"], Protocol):
    """Does units of work until it is left.

    Attributes:
        same_folder: a relative path means the same to the workers.
    """

    same_folder: bool

    def map(self, do: Callable[[U], R], units: Iterable[U]) -> Iterator[R | SekishoError]:
        """Yield what ``do`` returns for each unit, in their order, with so much in flight as there are workers for.

        Args:
            do: a pure function: a unit whose worker died is done again.
            units: taken as they are needed.

        Raises:
            Missing: no worker is left.
        """
        ...


class InProcess(AbstractContextManager["InProcess"]):
    """Does one unit after another in this process."""

    same_folder = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing to clean up."""

    def map(self, do: Callable[[U], R], units: Iterable[U]) -> Iterator[R | SekishoError]:
        """See :class:`Executor`."""
        return (attempt(do, unit) for unit in units)


def attempt(do: Callable[[U], R], unit: U) -> R | SekishoError:
    """Return what ``do`` returns, or the error that it raised for people to read."""
    try:
        return do(unit)
    except SekishoError as error:
        return error
    except MemoryError:
        return lost()


def answer(do: Callable[[Any], object], unit: object) -> tuple[object, Exception | None]:
    """Return what travels back: the result, or a fault of ours to be raised where the work was asked for."""
    try:
        return attempt(do, unit), None
    except Exception as error:  # noqa: BLE001 - nothing is raised here, where a cluster would log it with the unit
        return None, _portable(error)


def _portable(error: Exception) -> Exception:
    """Return an error that says where it was, and nothing of what it held: that may be somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return RuntimeError(f"{type(error).__name__} in a worker: {places}")


def lost() -> Unreadable:
    """Return the error of a unit that ended, twice, the process that did it."""
    return Unreadable("workers.lost")

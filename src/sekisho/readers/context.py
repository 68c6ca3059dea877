"""What a reader is given beside the bytes: options, what it may cost, and the way to what lies inside."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob, MemoryBlob, Place, inside
from sekisho.readers.limits import Budget, LimitReached, Limits
from sekisho.readers.view import Unread, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for.

    Attributes:
        ocr: read images and pages without text by tesseract, where it is installed.
        limits: what one file may cost.
    """

    ocr: bool = False
    limits: Limits = field(default_factory=Limits)


class Reader(Protocol):
    """Reads one format: a module of this room, or an object that an installed package names as ``sekisho.readers``."""

    def detect(self, head: bytes, blob: Blob) -> bool:
        """Tell by content whether this is its format.

        Args:
            head: the first 64 KiB.
            blob: all of it.
        """
        ...

    def views(self, blob: Blob, context: "Context") -> Iterator[View]:
        """Yield everything it holds; whatever goes wrong is told by the caller."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a reader stands.

    Attributes:
        options: what the user asked for.
        budget: what the outermost file may still cost.
        depth: how many files this one lies in.
        walk: yields the views of a blob.
    """

    options: Options
    budget: Budget
    depth: int
    walk: "Callable[[Blob, Context], Iterator[View]]" = field(repr=False)

    def member(self, outer: Blob, name: str, chunks: Iterable[bytes]) -> Iterator[View]:
        """Yield the views of something inside a file; what is wrong with it hides nothing beside it.

        Args:
            outer: the file.
            name: what the thing is called there.
            chunks: its bytes; unpacking them may fail.

        Raises:
            LimitReached: the file costs too much.
        """
        place = inside(outer, name)
        yield from guarded(place, lambda: self._member(place, chunks))

    def _member(self, place: Place, chunks: Iterable[bytes]) -> Iterator[View]:
        self.budget.entry(place.path)
        if self.depth >= self.options.limits.depth:
            raise Unreadable("readers.limit_depth", path=place.path, limit=self.options.limits.depth)
        blob = MemoryBlob(place.path, place.name, self.budget.collect(chunks, place.path))
        yield from self.walk(blob, replace(self, depth=self.depth + 1))


def guarded(place: Place | Blob, views: Callable[[], Iterator[View]]) -> Iterator[View]:
    """Yield views; whatever goes wrong meanwhile is one of them.

    Parsers of foreign formats raise what they like on damaged input, some of them what is no ``Exception`` at all.

    Raises:
        LimitReached: the whole file costs too much, which is told of the outermost file.
    """
    try:
        yield from views()
    except LimitReached:
        raise
    except Unreadable as error:
        yield Unread(path=place.path, name=place.name, error=error)
    except MemoryError:
        yield unread(place, "readers.memory")
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic in Rust is none of Python's exceptions
        yield unread(place, "readers.damaged")


def unread(place: Place | Blob, key: str, **values: object) -> Unread:
    """Return the view of what could not be read."""
    return Unread(path=place.path, name=place.name, error=Unreadable(key, path=place.path, **values))

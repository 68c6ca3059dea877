"""Files in object stores, such as ``s3://bucket/key``, read by byte range through fsspec.

Nothing here is asked unless a URL names it. Who may read, each machine tells the store by its own configuration (for S3
the usual one of AWS: environment, profile, role); credentials never travel with a unit of work. A store other than
Amazon's is named by ``AWS_ENDPOINT_URL`` or with the URL itself, and that does travel.
"""

import hashlib
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PosixPath
from typing import Any, BinaryIO, Self

from sekisho.errors import Missing, Unreadable
from sekisho.readers.blob import key_of

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://")
_RANGE_BYTES = 8 << 20
_COPIED_BYTES = 8 << 20


class Url(PosixPath):
    """The URL of a file or folder in a store, wherever a path may stand.

    Two slashes behind the scheme are one in a path, so they are given back where it is written.
    """

    __slots__ = ("endpoint",)

    endpoint: str | None

    def __new__(cls, text: str, endpoint: str | None = None) -> Self:
        """Make one.

        Args:
            text: the URL.
            endpoint: the address of the S3 store, if the configuration does not say it.
        """
        made = super().__new__(cls, text)
        made.endpoint = endpoint
        return made

    def __init__(self, text: str, endpoint: str | None = None) -> None:
        if hasattr(super(), "with_segments"):  # from Python 3.12 on the parts are kept here
            super().__init__(text)  # type: ignore[call-arg]  # from 3.12 on
        del endpoint

    def with_segments(self, *parts: object) -> "Url":
        """Return a URL beside or below this one."""
        return Url("/".join(map(str, parts)), self.endpoint)

    def __str__(self) -> str:
        return super().__str__().replace(":/", "://", 1)

    def __reduce__(self) -> tuple[type[Self], tuple[str, str | None]]:
        return type(self), (str(self), self.endpoint)

    def absolute(self) -> Self:
        """Return this URL: it means the same anywhere."""
        return self


def is_url(text: str) -> bool:
    """Tell whether a text is a URL rather than a path."""
    return _SCHEME.match(text) is not None


def path_of(text: str, *, endpoint: str | None = None) -> Path:
    """Return what a text on a command line names: a URL, or a file or folder of this machine."""
    return Url(text, endpoint) if is_url(text) else Path(text)


class RemoteFile(io.RawIOBase, BinaryIO):
    """A file of a store, open for reading."""

    def __init__(self, url: Url) -> None:
        """Open it.

        Raises:
            OSError: there is none, or it may not be read.
            Unreadable: the store does not answer.
        """
        super().__init__()
        self._url = url
        self._store = _store(url)
        self._file = _asked(url, self._store.open, str(url), "rb", block_size=_RANGE_BYTES)
        self._copy: int | None = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """Return the place."""
        return int(self._file.tell())

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes, fewer only at the end."""
        data: bytes = _asked(self._url, self._file.read, -1 if size is None else size)
        return data

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - anything that bytes can be written to
        """Fill a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def fileno(self) -> int:
        """Return a copy in memory, for programs that read a descriptor; nothing is written to a disk."""
        if self._copy is None:
            self._copy = os.memfd_create("sekisho")
            self.seek(0)
            while data := self.read(_COPIED_BYTES):
                os.write(self._copy, data)
        return self._copy

    def close(self) -> None:
        """Close it, and forget the copy."""
        if not self.closed:
            self._file.close()
            if self._copy is not None:
                os.close(self._copy)
        super().close()

    def state(self) -> tuple[int, int, int]:
        """Return size, time and a digest of what the store tells states of the file apart by, such as an ETag."""
        self._store.invalidate_cache()
        told = _asked(self._url, self._store.info, str(self._url))
        key = _asked(self._url, self._store.ukey, str(self._url))
        modified = told.get("LastModified")
        seconds = modified.timestamp() if isinstance(modified, datetime) else 0
        digest = hashlib.sha256(str(key).encode()).digest()
        return int(told["size"]), int(seconds * 1e9), int.from_bytes(digest[:8])


@dataclass(frozen=True, slots=True, eq=False)
class RemoteBlob:
    """A file of a store."""

    path: Url

    @property
    def name(self) -> str:
        """The file's name without ending."""
        return self.path.stem

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the file.

        Raises:
            Unreadable: there is none, it may not be read, or the store does not answer.
        """
        try:
            with RemoteFile(self.path) as file:
                yield file
        except OSError as error:
            raise Unreadable(key_of(error), path=self.path) from error


def files_below(url: Url) -> Iterator[tuple[Url, int]]:
    """Yield the file at a URL, or every file below it, with its size.

    Raises:
        FileNotFoundError: there is nothing.
        Unreadable: the store does not answer, or does not say.
    """
    store = _store(url)
    try:
        found = _asked(url, store.find, str(url), detail=True)
    except PermissionError:
        raise Unreadable("readers.not_allowed", path=url) from None
    if not found:
        raise FileNotFoundError(str(url))
    scheme = str(url).partition("://")[0]
    for name, told in sorted(found.items()):
        yield Url(f"{scheme}://{name.lstrip('/')}", url.endpoint), int(told["size"] or 0)


def _store(url: Url) -> Any:  # noqa: ANN401 - fsspec is untyped
    try:
        import fsspec  # noqa: PLC0415 - an extra

        scheme = str(url).partition("://")[0]
        options = {"endpoint_url": url.endpoint} if url.endpoint and scheme in ("s3", "s3a") else {}
        return _asked(url, fsspec.filesystem, scheme, **options)
    except ImportError as error:
        raise Missing("readers.no_store", path=url, package=error.name or "fsspec") from error


def _asked(url: Url, function: Any, *arguments: object, **options: object) -> Any:  # noqa: ANN401 - fsspec is untyped
    """Call a function of a store, and say in our words what its library says in its own."""
    try:
        return function(*arguments, **options)
    except (OSError, ImportError):
        raise
    except Exception as error:
        raise Unreadable("readers.store", path=url, reason=type(error).__name__) from error

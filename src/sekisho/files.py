"""Files that are whole or not there: temporary name, flush, fsync, rename, fsync of the folder.

A process may be killed at any instruction. A file has no name before it is whole where the file system can do that
(``O_TMPFILE``), and a kill then leaves nothing. Elsewhere, on a stick for one, it leaves a file or folder named
``.sekisho-….partial``, readable by its owner alone (0600, 0700). Its maker holds an advisory lock on it for as long as it
lives, so whoever finds one that nobody holds may remove it; :class:`Leftovers` remembers where they were made, so that the
next run does.

What somebody else could have put where a file is expected is opened by :func:`open_file` and by nothing else.
"""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import stat
import weakref
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

_PREFIX, _SUFFIX = ".sekisho-", ".partial"
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK})
_CANNOT_SYNC = frozenset({errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP})
_NO_UNNAMED_FILES = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.EISDIR, errno.EINVAL})
_HANDLES = Path("/proc/self/fd")
_NO_FILE = frozenset({errno.ELOOP, errno.EISDIR, errno.ENXIO})

_ADDRESS = re.compile(r"^((?:postgresql|mysql|sqlite)):/(?!/)")


class NotAFile(OSError):
    """No file of its own stands there: a link, a pipe, a device, a folder, or one of several names of a file."""


def open_file(path: Path, *, change: bool = False, follow: bool = False) -> FileIO:
    """Open a regular file; never wait for a pipe, and never take for the file what it only leads to.

    Args:
        path: the file.
        change: to be written too; then it must have no second name, under which it would change as well.
        follow: take a link for the file that it leads to.

    Raises:
        NotAFile: something else is there.
        OSError: nothing is there, or it cannot be opened.
    """
    flags = (os.O_RDWR if change else os.O_RDONLY) | (0 if follow else os.O_NOFOLLOW)
    try:
        handle = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise NotAFile(error.errno, error.strerror, str(path)) from error
        raise
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or (change and found.st_nlink != 1):
        os.close(handle)
        raise NotAFile(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    return FileIO(handle, "rb+" if change else "rb")


def printable(path: Path | str) -> str:
    r"""Return a path as text that any screen and any JSON takes: bytes that are no UTF-8 as ``\x83``."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _ADDRESS.sub(r"\1://", text, count=1)  # a path makes one slash of two


@contextlib.contextmanager
def replacing(path: Path, *, overwrite: bool = False, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Write ``path`` whole or not at all.

    The file appears under its name only when the block ends without an error; an error, or a kill, leaves the
    destination as it was.

    Args:
        path: the destination; its folder must exist.
        overwrite: replace an existing file; otherwise one that exists is never touched.
        mode: permission bits of the finished file.

    Raises:
        FileExistsError: the destination exists and ``overwrite`` is off.
        OSError: the disk said no.
    """
    if not overwrite:
        _must_be_free(path)
    unnamed = _make_unnamed_file(path.parent)
    partial, handle = (_partial_name(path), unnamed) if unnamed is not None else _make_partial_file(path)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            if unnamed is not None and not overwrite:
                _give_name(unnamed, path)
            else:
                if unnamed is not None:
                    _give_name(unnamed, partial)
                _appear(partial, path, overwrite=overwrite)
            if unnamed is None:
                # FAT gives the new name a length of 0 and the true one some time later, which a stick that is pulled does
                # not live to see; waiting for the folder does not bring that forward, waiting for the file does.
                os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes, *, overwrite: bool = False, mode: int = 0o600) -> None:
    """Write ``data`` to ``path`` whole or not at all; see :func:`replacing`."""
    with replacing(path, overwrite=overwrite, mode=mode) as file:
        file.write(data)


@contextlib.contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Fill a folder that appears under its name only when the block ends without an error.

    Yields:
        a folder with mode 0700 beside the destination; whoever fills it syncs the files they write.

    Raises:
        FileExistsError: the destination exists; a folder is never replaced.
    """
    _must_be_free(path)
    partial, handle = _make_partial_folder(path)
    try:
        yield partial
        _sync(handle)
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        os.close(handle)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite a small file with random bytes, durably, and remove it; the caller syncs the folder.

    On flash memory and on file systems that copy on write, old blocks may stay all the same.
    """
    with path.open("r+b", buffering=0) as file:
        file.write(os.urandom(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; a file system that cannot sync folders is left as it is."""
    handle = _open_folder(folder)
    try:
        _sync(handle)
    finally:
        os.close(handle)


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter (0700), or narrow an existing one to that, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(path.stat().st_mode) != 0o700:
        path.chmod(0o700)
    return path


class Leftovers:
    """A journal of the folders in which partial files were made, kept across runs.

    Whoever notes a folder holds a shared lock on the journal from then until it is closed or its process ends; a sweep
    forgets folders only under the exclusive one. So no folder is forgotten in which somebody who lives may still make a
    partial, whether it is there already or not.
    """

    def __init__(self, journal: Path, *, own: Sequence[Path] = ()) -> None:
        """Keep the journal in a file.

        Args:
            journal: the file.
            own: folders that are swept without being noted, besides the journal's own.
        """
        self._journal = journal
        self._own = {journal.parent, *own}
        self._handle: int | None = None
        self._release: weakref.finalize[[int], Leftovers] | None = None

    def note(self, folder: Path) -> None:
        """Remember durably, before a partial is made in it, that ``folder`` may hold one."""
        if self._handle is None:
            self._handle = self._locked(fcntl.LOCK_SH)
            self._release = weakref.finalize(self, os.close, self._handle)
        line = b"\0" + os.fsencode(folder.resolve()) + b"\0"  # set apart from one that a full disk cut short
        if os.write(self._handle, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._journal))
        os.fsync(self._handle)

    def close(self) -> None:
        """End the making of partials in what was noted, so that a sweep may forget it."""
        if self._release is not None:
            self._release()
        self._handle = self._release = None

    def sweep(self) -> list[Path]:
        """Remove every partial whose maker is no longer alive; return what was removed.

        A folder stays in the journal while it cannot be reached (a stick that is not plugged in), something in it could
        not be removed, or somebody who noted a folder lives.
        """
        removed: list[Path] = []
        for folder in sorted(self._own):
            _sweep_folder(folder, removed)
        if not self._journal.exists():
            return removed
        try:
            handle = self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            for folder in self._noted():
                _sweep_folder(folder, removed)
            return removed
        try:
            noted = self._noted()
            pending = [folder for folder in noted if not _sweep_folder(folder, removed)]
            if pending != noted:
                write_whole(self._journal, b"".join(os.fsencode(f) + b"\0" for f in pending), overwrite=True)
        finally:
            os.close(handle)
        return removed

    def _noted(self) -> list[Path]:
        return [Path(os.fsdecode(line)) for line in sorted({*self._journal.read_bytes().split(b"\0")} - {b""})]

    def _locked(self, how: int) -> int:
        """Open the journal under a lock; once that is had, it may be one that a sweep has replaced."""
        while True:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(self._journal, flags, 0o600)
            try:
                fcntl.flock(handle, how)
                if _is_at(handle, self._journal):
                    return handle
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)


def _sweep_folder(folder: Path, removed: list[Path]) -> bool:
    """Remove the dead partials in one folder, append them to ``removed``; true if it was seen that none is left."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return False
    partials = [folder / name for name in sorted(names) if name.startswith(_PREFIX) and name.endswith(_SUFFIX)]
    gone = [partial for partial in partials if _remove_if_dead(partial)]
    removed += gone
    return gone == partials


def _remove_if_dead(partial: Path) -> bool:
    """Remove a partial that nobody holds; true if it is gone. One that refuses is no reason to leave the others.

    The lock is held while removing, so a maker notices (:func:`_is_at`).
    """
    with contextlib.suppress(OSError):
        handle = os.open(partial, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                shutil.rmtree(partial, ignore_errors=True)  # as much of it as can be
            else:
                partial.unlink()
        finally:
            os.close(handle)
    try:
        partial.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        pass
    return False


def _make_unnamed_file(folder: Path) -> int | None:
    """Open a file that has no name and is gone with its last handle; none where there is no such thing."""
    try:
        handle = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno in _NO_UNNAMED_FILES:
            return None
        raise
    if not _HANDLES.is_dir():
        os.close(handle)
        return None
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _give_name(handle: int, path: Path) -> None:
    """Give an unnamed file a name that is free."""
    folder = _open_folder(path.parent)
    try:
        os.link(_HANDLES / str(handle), path.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _make_partial_file(path: Path) -> tuple[Path, int]:
    while True:
        partial = _partial_name(path)
        handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_at(handle, partial):
            return partial, handle
        os.close(handle)


def _make_partial_folder(path: Path) -> tuple[Path, int]:
    while True:
        partial = _partial_name(path)
        partial.mkdir(mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            handle = _open_folder(partial)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_at(handle, partial):
                return partial, handle
            os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Tell whether an open file still stands under its name: another run's sweep may have taken it in between."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _partial_name(path: Path) -> Path:
    return path.with_name(f"{_PREFIX}{token_hex(8)}{_SUFFIX}")


def _must_be_free(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _appear(partial: Path, path: Path, *, overwrite: bool) -> None:
    """Give a finished file its name; without ``overwrite`` by a hard link, which cannot replace."""
    if overwrite:
        partial.replace(path)
        return
    try:
        os.link(partial, path)
    except OSError as error:
        # FAT and exFAT have no hard links; there a rename after the check at the start is the best there is.
        if error.errno not in _NO_HARD_LINKS:
            raise
        partial.rename(path)
    else:
        partial.unlink()


def _open_folder(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise

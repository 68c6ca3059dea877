"""What a workbook holds, as the program beside this module says it: see :mod:`~sekisho.readers.workbook_child`."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from sekisho.errors import Unreadable

_PROGRAM = Path(__file__).with_name("workbook_child.py")


def unpacked(file: BinaryIO, path: Path, *asked: str) -> Generator[Any, None, None]:
    """Yield what the program says about a workbook, message by message.

    Args:
        file: the workbook, open; its position is moved.
        path: for messages.
        asked: the program's arguments.

    Raises:
        Unreadable: the workbook is damaged, encrypted, or needs more memory than it may take.
    """
    command = [sys.executable, "-P", str(_PROGRAM), *asked]
    with (
        _descriptor(file) as stdin,
        subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,  # noqa: S603 - ours
    ):
        assert process.stdout is not None, "it was asked for"
        try:
            for line in process.stdout:
                message = json.loads(line) if line.endswith(b"\n") else None
                if message == "end":
                    return
                if isinstance(message, dict) and "error" in message:
                    raise Unreadable(message["error"], path=path)
                if message is not None:
                    yield message
            if process.wait() >= 0:
                raise RuntimeError("the program that unpacks workbooks does not run")
            raise Unreadable("readers.memory", path=path)  # calamine aborts where memory runs out; the kernel kills
        finally:
            process.kill()


@contextlib.contextmanager
def _descriptor(file: BinaryIO) -> Iterator[int]:
    """Give a descriptor at the workbook's start; one held in memory stays there."""
    try:
        number = file.fileno()
    except io.UnsupportedOperation:
        with os.fdopen(os.memfd_create("workbook"), "wb") as copy:
            file.seek(0)
            copy.write(file.read())
            copy.flush()
            os.lseek(copy.fileno(), 0, os.SEEK_SET)
            yield copy.fileno()
        return
    os.lseek(number, 0, os.SEEK_SET)  # the program shares the position, and knows nothing of a buffer here
    yield number

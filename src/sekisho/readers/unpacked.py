"""What a workbook holds, as the program beside this module says it: see :mod:`~sekisho.readers.workbook_child`."""

import contextlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from sekisho.errors import Unreadable

_LONGEST_SILENCE = 600.0  # seconds; the largest sheet that fits is unpacked in one
_PROGRAM = Path(__file__).with_name("workbook_child.py")


def unpacked(file: BinaryIO, path: Path, *asked: str, program: Path | None = None) -> Generator[Any, None, None]:
    """Yield what the program says about a workbook, message by message.

    Args:
        file: the workbook, open; its position is moved.
        path: for messages.
        asked: the program's arguments.
        program: another that speaks as this one does, about another kind of file.

    Raises:
        Unreadable: the workbook is damaged, encrypted, needs more memory than it may take, or silences the program.
    """
    command = [sys.executable, "-P", str(program or _PROGRAM), *asked]
    silent = threading.Event()
    with (
        _descriptor(file) as stdin,
        subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,  # noqa: S603 - ours
    ):
        assert process.stdout is not None, "it was asked for"
        try:
            for line in _lines(process, process.stdout, silent):
                message = json.loads(line) if line.endswith(b"\n") else None
                if message == "end":
                    return
                if isinstance(message, dict) and "error" in message:
                    raise Unreadable(message["error"], path=path)
                if message is not None:
                    yield message
            if silent.is_set():
                raise Unreadable("readers.limit_seconds", path=path, limit=f"{_LONGEST_SILENCE:,.0f}")
            if process.wait() >= 0:
                raise RuntimeError("the program that unpacks workbooks does not run")
            raise Unreadable("readers.memory", path=path)  # calamine aborts where memory runs out; the kernel kills
        finally:
            process.kill()


def _lines(process: "subprocess.Popen[bytes]", output: IO[bytes], silent: threading.Event) -> Iterator[bytes]:
    """Yield what the program says; one that says nothing for long is ended, while one that waits for us is not."""

    def end() -> None:
        silent.set()
        process.kill()

    while True:
        timer = threading.Timer(_LONGEST_SILENCE, end)
        timer.daemon = True
        timer.start()
        try:
            line = output.readline()
        finally:
            timer.cancel()
        if not line:
            return
        yield line


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

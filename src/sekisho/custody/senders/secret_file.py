"""Secrets of senders: one line in a file that only its owner can read; never an argument, never the settings."""

import os
import stat
from pathlib import Path

from sekisho.errors import MediumError, Missing, Refused

_MOST = 4096


def read_secret(folder: Path, name: str) -> str:
    """Return the one line of a file.

    Args:
        folder: the office's.
        name: the file's path, relative to it or absolute.

    Raises:
        Missing: there is no such file, or it is not one line.
        Refused: others may read it.
        MediumError: the disk refused.
    """
    path = folder / name
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
                raise Refused("custody.secret_open", path=path)
            lines = file.read(_MOST).decode().splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        raise Missing("custody.no_secret", path=path) from None
    except OSError as error:
        raise MediumError("custody.secret_unread", path=path) from error
    if len(lines) != 1 or not lines[0].strip():
        raise Missing("custody.no_secret", path=path)
    return lines[0].strip()

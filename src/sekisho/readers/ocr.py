"""Optical character recognition by the tesseract program, where it is installed; nothing is written to a disk."""

import os
import shutil
import subprocess
from pathlib import Path

from sekisho.errors import Unreadable

_PROGRAM = "tesseract"
_SECONDS = 120


def read_image(image: bytes, path: Path) -> str:
    """Return the words of an image.

    Args:
        image: in any format that tesseract reads.
        path: for messages.

    Raises:
        Unreadable: there is no tesseract with Japanese, or it does not read this image.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise Unreadable("readers.no_ocr", path=path)
    command = [program, "stdin", "stdout", "-l", "jpn+eng", "--psm", "3"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # its threads cost more than they bring
    try:
        done = subprocess.run(  # noqa: S603 - the program's own path, no words of the image
            command, input=image, capture_output=True, timeout=_SECONDS, check=True, env=environment
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("readers.limit_seconds", path=path, limit=_SECONDS) from None
    except (subprocess.CalledProcessError, OSError):
        raise Unreadable("readers.ocr_failed", path=path) from None
    return done.stdout.decode("utf-8", "replace")

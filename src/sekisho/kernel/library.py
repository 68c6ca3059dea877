"""The compiled kernel: found and loaded once, or told to be absent.

``hatch_build.py`` compiles the C sources of this folder to one shared library beside them. Where there is none, because
no compiler was at hand, or where ``SEKISHO_KERNEL=numpy`` is set, :func:`kernel` returns None and the callers do the
same with NumPy. Calls release the interpreter's lock.
"""

import ctypes
import os
import sys
from functools import cache
from pathlib import Path

from sekisho.kernel.functions import Kernel

INTERFACE = 1

_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
PATH = Path(__file__).with_name(f"libsekisho{_SUFFIX}")


@cache
def kernel() -> Kernel | None:
    """Return the compiled kernel, None where there is none or the environment asks for NumPy."""
    return None if os.environ.get("SEKISHO_KERNEL") == "numpy" else load(PATH)


def load(path: Path) -> Kernel | None:
    """Load a library; None if it is missing, of another machine or of another version."""
    try:
        library = ctypes.CDLL(str(path))
        return Kernel(library) if library.sekisho_interface() == INTERFACE else None
    except (OSError, AttributeError):
        return None

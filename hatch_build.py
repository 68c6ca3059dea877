"""Compile the kernel while Sekisho is built or installed: one shared library beside its C sources.

The compiler is ``$CC``, cc, gcc or clang, or the one in the package ziglang where that is installed. None is no error:
Sekisho then does the same with NumPy, more slowly. A wheel with the library in it is one for this platform alone.
"""

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FLAGS = ["-O3", "-fPIC", "-shared", "-std=c11", "-fvisibility=hidden"]
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


class KernelHook(BuildHookInterface[Any]):
    """Compiles before anything is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and have the library packed."""
        del version
        library = compiled(Path(self.root, "src", "sekisho", "kernel"))
        if library is None:
            self.app.display_warning("No C compiler that works: Sekisho will scan with NumPy, more slowly.")
        elif self.target_name == "wheel":
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"
            build_data["artifacts"].append(f"src/sekisho/kernel/{library.name}")


def compiled(folder: Path) -> Path | None:
    """Return the library of a folder's sources, compiled again if they have changed; None if nothing can compile them."""
    library, stamp = folder / f"libsekisho{SUFFIX}", folder / f"libsekisho{SUFFIX}.inputs"
    inputs = _fingerprint(folder)
    if library.exists() and stamp.exists() and stamp.read_text() == inputs:
        return library
    library.unlink(missing_ok=True)
    new = folder / f"libsekisho.{os.getpid()}{SUFFIX}"
    for compiler in _compilers():
        command = [*compiler, *FLAGS, *map(str, sorted(folder.glob("*.c"))), "-o", str(new)]
        if _runs(command):
            new.replace(library)  # a scan that runs meanwhile keeps the old one
            stamp.write_text(inputs)
            return library
    new.unlink(missing_ok=True)
    return None


def _compilers() -> list[list[str]]:
    names = [os.environ.get("CC", ""), "cc", "gcc", "clang"]
    found = [shlex.split(name) for name in names if name and shutil.which(shlex.split(name)[0])]
    zig = [[sys.executable, "-m", "ziglang", "cc"]] if importlib.util.find_spec("ziglang") else []
    return [*found, *zig]


def _runs(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError:
        return False
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0


def _fingerprint(folder: Path) -> str:
    """Name everything the library is made from."""
    sources = sorted([*folder.glob("*.c"), *folder.glob("*.h")])
    parts = [sysconfig.get_platform(), *FLAGS, *(path.read_text() for path in sources)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

"""A token in software (SoftHSM 2): one for the whole run, because its library is initialised once a process."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conftest import need

_MODULES = [*Path("/usr/lib").glob("softhsm/libsofthsm2.so"), *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftToken:
    """A token, ready to use."""

    module: Path
    label: str
    pin_file: Path
    store: Path

    @property
    def address(self) -> str:
        return f"pkcs11:{self.label}?module={self.module}&pin-file={self.pin_file}"


@contextmanager
def soft_token(folder: Path) -> Iterator[SoftToken]:
    """Yield a token in a folder; this process and those that it starts find it by ``$SOFTHSM2_CONF``."""
    program = shutil.which("softhsm2-util")
    need(program and _MODULES, "no SoftHSM: apt-get install softhsm2")
    assert program, "it was needed"
    store = folder / "tokens"
    store.mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {store}\nobjectstore.backend = file\nlog.level = ERROR\n")
    pin = folder / "pin"
    pin.touch(0o600)
    pin.write_text("9876\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    try:
        command = [program, "--init-token", "--free", "--label", "office", "--so-pin", "87654321", "--pin", "9876"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield SoftToken(module=_MODULES[0], label="office", pin_file=pin, store=store)
    finally:
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before

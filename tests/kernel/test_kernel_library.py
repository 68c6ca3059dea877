import subprocess
import sys

from conftest import need
from sekisho.kernel.library import PATH, load


def _kernel_under(setting: str) -> str:
    program = "from sekisho.kernel.library import kernel; print(kernel() is not None)"
    environment = {"SEKISHO_KERNEL": setting, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_it_is_used_where_it_was_built() -> None:
    need(PATH.exists(), "the kernel was not built: install gcc, then Sekisho again")

    assert _kernel_under("") == "True"


def test_the_environment_can_ask_for_numpy() -> None:
    assert _kernel_under("numpy") == "False"


def test_what_is_missing_or_no_library_is_none() -> None:
    assert load(PATH.with_name("absent.so")) is None
    assert load(PATH.with_name("library.py")) is None

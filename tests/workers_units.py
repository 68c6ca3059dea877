"""Units of work for the tests of executors: importable, so that any process can do them."""

import os
import signal
import time
from pathlib import Path

from sekisho.errors import Unreadable


def double(number: int) -> int:
    return 2 * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise Unreadable("readers.changed", path=Path("three.csv"))
    return number


def be_wrong_with(_value: str) -> int:
    raise ValueError(_value)


def die_once(number_and_mark: tuple[int, Path]) -> int:
    """Die with the first try of a unit whose mark does not exist yet."""
    number, mark = number_and_mark
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_at_two(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process_id(_number: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def wait_for_ever(mark: Path) -> None:
    mark.write_text(str(os.getpid()))
    time.sleep(600)

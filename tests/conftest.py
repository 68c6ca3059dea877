"""What every test may use: vectors, time, and the one way to skip."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from sekisho.clock import ManualClock

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors"

# CI answers for a commit, so it draws the same examples each time; whoever runs the tests by hand draws new ones.
# Neither watches the clock: how long an example takes says more of the machine than of the code.
settings.register_profile("hand", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("SEKISHO_TEST_ALL") == "1" else "hand")


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at the evening of the case, 17:00 in Amagasaki."""
    return ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))


def console_blocks(page: Path) -> list[str]:
    """Return the commands of a page's console blocks; lines that go on (a here document) belong to theirs."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return ["".join(line.removeprefix("$ ") for line in block.splitlines(keepends=True)) for block in blocks]


def need(condition: object, reason: str) -> None:
    """Skip with a reason that says what would un-skip it; under SEKISHO_TEST_ALL=1 (CI) fail instead."""
    if condition:
        return
    if os.environ.get("SEKISHO_TEST_ALL") == "1":
        pytest.fail(f"SEKISHO_TEST_ALL=1, yet: {reason}")
    pytest.skip(reason)

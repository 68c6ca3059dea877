"""Killed at any moment, one by one or with many callers, a ledger keeps everything that it acknowledged.

``SEKISHO_KILL_ROUNDS=150 python -m pytest tests/ledger/test_ledger_kill_rounds.py -s`` is the long form.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).with_name("kill_rounds_worker.py")
ROUNDS = int(os.environ.get("SEKISHO_KILL_ROUNDS", "12"))


def test_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, str(WORKER), str(tmp_path), str(ROUNDS), "6"]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    print(found)  # noqa: T201 - the long form's result
    assert (found["rounds"], found["lost"], found["broken"]) == (ROUNDS, 0, 0)
    assert found["size"] >= found["acknowledged"] > 20 * ROUNDS

"""kill -9 at random moments of seal, open and lost: what comes after a restart is consistent, and no plaintext stays.

The exhaustive tests, one kill at every durable step, are in ``tests/custody``; here real commands in processes of their
own are killed at moments drawn from a fixed seed, as a pulled plug would.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town

KILLS = 10
PLAINTEXT = "ワダ シゲル".encode()

# The town's evening, in another process.
PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sekisho.cli.main import run
from sekisho.cli.session import Session
from sekisho.clock import ManualClock
evening = ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
sys.exit(run(sys.argv[2:], Session(home=Path(sys.argv[1]), clock=evening)))
"""

# Its export is killed when all is written, and the folder has not got its name.
KILLED_EXPORT = """
import os, signal
from sekisho.ledger import export
export.sync_folder = lambda _: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def _command(town: Town, *arguments: object) -> list[str]:
    return [sys.executable, "-c", PROGRAM, str(town.root / "office"), *map(str, arguments)]


def _moments(command: list[str]) -> list[float]:
    """Let a command live once; return ten moments in the part of its life that is not its start."""
    begin = time.monotonic()
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    life = time.monotonic() - begin
    dice = random.Random(2022_06_21)
    return [life * dice.uniform(0.3, 1.0) for _ in range(KILLS)]


def _kill(command: list[str], after: float) -> None:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(after)
        process.kill()


def _approved(town: Town, cut: str, medium: str) -> str:
    """Ask for a copy and approve it; return the request."""
    (town.root / medium).mkdir()
    asked = town.json("request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium",
                      medium, "--until", "2022-06-21T21:00", "--opens", 100, "--allow-save", "--key",
                      town.key("officer"))["request"]  # fmt: skip
    for approver in ("chief", "security"):
        town.json("approve", asked, "--key", town.key(approver), "--yes")
    return str(asked)


def _seal(town: Town, asked: str, medium: str) -> tuple[object, ...]:
    return ("seal", asked, "--medium", f"{medium}={town.root / medium}", "--key", town.key("officer"))


def _open(town: Town, slip: str, medium: str, out: Path) -> tuple[object, ...]:
    return ("open", "--yes", capsule(town, medium, slip), "-i", town.identity, "--key", town.key("chief"), "--key",
            town.key("security"), "--out", out)  # fmt: skip


def _no_plaintext(town: Town, *outside: Path) -> None:
    """Nothing of a person lies anywhere but in the sources and in finished folders."""
    allowed = {town.root / "people.csv", *outside}
    for path in town.root.rglob("*"):
        if path.is_file() and not any(path == each or each in path.parents for each in allowed):
            assert PLAINTEXT not in path.read_bytes(), path
    assert list(town.root.rglob("*.partial")) == []


def test_a_seal_that_was_killed_is_finished_by_the_same_command(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    moments = _moments(_command(town, *_seal(town, _approved(town, cut, "USB-00"), "USB-00")))
    for number, moment in enumerate(moments, 1):
        medium = f"USB-{number:02d}"
        seal = _seal(town, _approved(town, cut, medium), medium)
        _kill(_command(town, *seal), moment)
        (sealed,) = town.json(*seal)["copies"]
        assert [path.name for path in (town.root / medium).glob("*.age")] == [sealed["capsule"]]
        assert town.json("inspect", "--slip", sealed["slip"])["state"] == "sealed"
        carry(town, sealed["slip"])
        assert town.say(*_open(town, sealed["slip"], medium, town.root / f"out-{number}")).code == 0
    _no_plaintext(town, *town.root.glob("out-*"))
    town.json("ledger", "export", town.root / "export")
    assert town.say("ledger", "verify", town.root / "export").code == 0


def test_an_opening_that_was_killed_leaves_all_or_nothing(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    (copy,) = town.json(*_seal(town, _approved(town, cut, "USB-00"), "USB-00"))["copies"]
    slip = copy["slip"]
    carry(town, slip)
    moments = _moments(_command(town, *_open(town, slip, "USB-00", town.root / "out-0")))
    for number, moment in enumerate(moments, 1):
        out = town.root / f"out-{number}"
        _kill(_command(town, *_open(town, slip, "USB-00", out)), moment)
        assert not out.exists() or (out / "rows.csv").read_bytes().startswith("整理番号".encode())
    assert town.say(*_open(town, slip, "USB-00", town.root / "out-last")).code == 0
    _no_plaintext(town, *town.root.glob("out-*"))
    given = [
        entry for entry in town.json("ledger", "show", "--slip", slip)["entries"] if entry["type"] == "release.given"
    ]
    assert len(given) == town.json("inspect", "--slip", slip)["opens"]


def test_a_loss_that_was_killed_is_finished_and_never_undone(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]

    def sealed(medium: str) -> str:
        (copy,) = town.json(*_seal(town, _approved(town, cut, medium), medium))["copies"]
        carry(town, copy["slip"])
        return str(copy["slip"])

    moments = _moments(_command(town, "lost", sealed("USB-00"), "--key", town.key("security")))
    for number, moment in enumerate(moments, 1):
        medium = f"USB-{number:02d}"
        slip = sealed(medium)
        _kill(_command(town, "lost", slip, "--key", town.key("security")), moment)
        before = town.json("inspect", "--slip", slip)["state"]
        (copy,) = town.json("lost", slip, "--key", town.key("security"))["copies"]
        assert before in {"out", "lost"}
        assert copy["destroyed_at"]
        assert town.say(*_open(town, slip, medium, town.root / "never")).code == 3
    assert not (town.root / "never").exists()


def test_what_a_kill_leaves_of_an_export_is_swept_by_the_next_start(town: Town) -> None:
    cut = town.json("cut", town.root / "rows.toml")["id"]
    (copy,) = town.json(*_seal(town, _approved(town, cut, "USB-00"), "USB-00"))["copies"]
    (town.root / "elsewhere").mkdir()
    out = town.root / "elsewhere" / "out"
    for arguments in (("ledger", "export", out), ("prove", copy["slip"], "--out", out)):
        subprocess.run([sys.executable, "-c", KILLED_EXPORT + PROGRAM, *_command(town, *arguments)[3:]], check=False)
        assert [path.suffix for path in out.parent.iterdir()] == [".partial"]
        assert town.say("custodian", "status").code == 0
        assert list(out.parent.iterdir()) == []

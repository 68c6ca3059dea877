"""The page on backing up is true: what it copies comes back, what is missing is found, and the office can seal again."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_town import Said, Town, capsule, carry, found_town, seal_copies

from conftest import ROOT, console_blocks

FIRST_DAY, COPY, RESTORE, COMPARE = console_blocks(ROOT / "docs" / "how-to" / "back-up.md")


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def _type(town: Town, commands: str, *, elsewhere: str = "ledger") -> str:
    """Type what the page says; return what was said."""
    places = {"SEKISHO_HOME": "office", "KEYS": "safe", "BACKUP": "backup", "ELSEWHERE": elsewhere}
    places = {name: str(town.root / place) for name, place in places.items()}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"set -u\n{commands}"],
        cwd=town.root,
        env=os.environ | places | {"PATH": path, "LANG": "C.UTF-8", "LC_ALL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _open(town: Town, slip: str, out: str) -> Said:
    return town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--key", town.key("chief"),
                    "--key", town.key("security"), "--out", town.root / out)  # fmt: skip


def test_a_restored_office_works_and_the_newest_checkpoint_tells_what_it_lacks(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    assert "Wrote" in _type(town, FIRST_DAY + COPY)
    assert _open(town, slip, "opened").code == 0
    town.json("ledger", "export", town.root / "newer")
    shutil.rmtree(town.root / "office")
    assert slip in _type(town, RESTORE)
    assert "GOOD restored verifies" in _type(town, COMPARE)
    shutil.rmtree(town.root / "restored")
    assert re.search(
        r"newer/checkpoint has \d+ entries, more than this export", _type(town, COMPARE, elsewhere="newer")
    )
    assert _open(town, slip, "again").code == 9
    assert town.json("lost", slip)["copies"][0]["slip"] == slip


def test_a_restored_office_seals_again_once_what_was_out_is_destroyed(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    _type(town, FIRST_DAY + COPY)
    shutil.rmtree(town.root / "office")
    _type(town, RESTORE)
    with pytest.raises(AssertionError, match="epoch"):
        seal_copies(town, "USB-2")
    town.json("custodian", "destroy", slip, "--key", town.key("chief"), "--key", town.key("security"))
    assert seal_copies(town, "USB-3")


@pytest.mark.parametrize(("anchor", "code"), [("missing", 5), ("newer", 5), ("older", 0)])
def test_what_the_page_says_of_the_anchor_is_so(town: Town, anchor: str, code: int) -> None:
    shutil.copy(town.root / "office" / "anchor", town.root / "older")
    (slip,) = seal_copies(town, "USB-1")
    _type(town, FIRST_DAY + COPY)
    carry(town, slip)
    shutil.copy(town.root / "office" / "anchor", town.root / "newer")
    shutil.rmtree(town.root / "office")
    _type(town, RESTORE)
    (town.root / "office" / "anchor").unlink()
    if anchor != "missing":
        shutil.copy(town.root / anchor, town.root / "office" / "anchor")
    assert town.say("custodian", "status").code == code

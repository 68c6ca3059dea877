"""A kill before any step of a report leaves a copy that was not reported, or one that no release ever opens again.

And one before any step of the list of people leaves no list, or all of it, and nothing personal beside it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from brute_force import listed

from conftest import ROOT
from invented_office import Town, signing_key
from sekisho.errors import Refused
from sekisho.loss.evidence import gather
from sekisho.loss.incident.stating import facts_of
from sekisho.loss.lost import report_lost, slips_on

pytest_plugins = ("office_fixtures",)

Found = tuple[str, str, int, int]
WORKER = Path(__file__).with_name("loss_worker.py")


def killed(deed: str, model: Path, root: Path, slip: str) -> list[Path]:
    """Do a deed in copies of a town, each killed before another step; return them, the last one not killed."""
    command = [sys.executable, str(WORKER), deed, str(model), str(root), slip]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return [root / str(step) for step in range(1, int(done.stdout) + 2)]


def left(town: Town, slip: str) -> Found:
    """Return how a copy stands after a start: its state, its ticket's, and how often loss and destruction are recorded."""
    return town.state(slip), town.ticket(slip), len(town.leaves("copy.lost")), len(town.leaves("ticket.destroyed"))


def started_again(root: Path, slip: str) -> Town:
    """Start after a kill: whatever happened, this must hold."""
    town = Town(root)
    town.verify()
    assert town.partials() == []
    assert len(list((town.home / "keks").iterdir())) == 1
    if town.state(slip) == "lost":
        with pytest.raises(Refused):
            town.open(slip)
    return town


class Night:
    """A town in which the copy on USB-1 is lost."""

    def __init__(self, out: Town, root: Path) -> None:
        self.model = out.root
        self.root = root
        (self.slip,), (self.other,) = (slips_on(out.office, medium) for medium in ("USB-1", "USB-2"))
        out.office.close()

    def check(self, deed: str, after: Found, look: Callable[[Town], None]) -> None:
        """Report the loss, killed before each step; start again after each kill: it is recorded or not, then ``look``."""
        copies, found = killed(deed, self.model, self.root, self.slip), list[Found]()
        for copy in copies:
            town = started_again(copy, self.slip)
            found.append(left(town, self.slip))
            look(town)
            town.office.close()
            shutil.rmtree(copy)
        assert [one for one in pairwise(found) if one[0] != one[1]] == [(("out", "live", 0, 0), after)]
        acknowledged = {Path(path).stem for path in self.root.glob("*.acknowledged")}
        assert copies[-1].name in acknowledged
        assert {each for copy, each in zip(copies, found, strict=True) if copy.name in acknowledged} == {after}


@pytest.fixture
def night(out: Town, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(out, tmp_path_factory.mktemp("night"))


def test_a_killed_stop_is_none_or_whole_and_a_key_officer_may_come_after_it(night: Night) -> None:
    def destroyed_afterwards(town: Town) -> None:
        report_lost(town.office, [night.slip], key_officer=signing_key("security"))
        assert left(town, night.slip) == ("lost", "destroyed", 1, 1)
        assert gather(town.office, [night.slip]).copies[0].state == "statement.never_destroyed"

    night.check("stop", ("lost", "suspended", 1, 0), destroyed_afterwards)


def test_a_killed_destruction_is_none_or_finished_and_the_other_copy_opens(night: Night) -> None:
    def other_opens(town: Town) -> None:
        assert town.open(night.other).manifest.people == 3

    night.check("destroy", ("lost", "destroyed", 1, 1), other_opens)


def test_a_killed_list_is_none_or_whole_and_was_asked_for(night: Night) -> None:
    whole = []
    for copy in killed("list", night.model, night.root, night.slip):
        town, path = started_again(copy, night.slip), copy / "who.csv"
        whole.append(path.exists())
        if path.exists():
            assert len(listed(path)) == 3
            assert len(town.leaves("people.shown")) == 1
        town.office.close()
        shutil.rmtree(copy)
    assert whole == sorted(whole)
    assert set(whole) == {False, True}


def test_killed_between_commits_a_loss_has_its_incident_and_all_of_what_was_stated_or_nothing(night: Night) -> None:
    found = []
    for copy in killed("state", night.model, night.root, night.slip):
        town = started_again(copy, night.slip)
        lost = town.state(night.slip) == "lost"
        assert [entry.fields["incident"] for entry in town.leaves("incident.opened")] == [1] * lost
        stated = [fact.key for fact in facts_of(town.office, 1).stated] if lost else []
        assert stated in ([], ["noticed_at"], ["noticed_at", "cause", "malicious"])
        found.append((lost, len(stated)))
        town.office.close()
        shutil.rmtree(copy)
    assert found == sorted(found)
    assert set(found) == {(False, 0), (True, 1), (True, 3)}

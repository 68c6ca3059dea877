"""A kill before any step leaves the ledger sound, no share without its leaf, and nothing that starting does not finish."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from custodian_office import EVENING, FIRST, SECOND, Office, holding, opened

from sekisho.custodian import escrow
from sekisho.custodian.custodian import Issued

WORKER = Path(__file__).with_name("custodian_worker.py")
LATE = EVENING + timedelta(days=9)
Found = TypeVar("Found")


def killed(deed: str, model: Path, root: Path) -> list[Path]:
    """Do a deed in copies of an office, each killed before another step; return the copies, the last one not killed."""
    command = [sys.executable, str(WORKER), "killed", deed, str(model), str(root)]
    steps = int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return [root / str(step) for step in range(1, steps + 2)]


class Night:
    """An office with three copies: one to be opened or destroyed, one that lives on, one that is only issued."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.words: list[str] = []
        (root / "model").mkdir()
        with opened(root / "model") as office:
            self.asked, self.kept, self.issued = office.live(), office.live(not_after=LATE), self.last(office)
            office.approve(office.request(self.asked), FIRST, SECOND)
            self.more(office)
            (self.first_key,) = office.keks().values()

    def last(self, office: Office) -> Issued:
        """Issue the ticket that nobody committed."""
        return office.issue()

    def more(self, office: Office) -> None:
        """Do what else is to have happened before."""

    def check(self, deed: str, look: Callable[[Office], Found]) -> list[Found]:
        """Do a deed, killed before each of its steps; start again after each kill and return what is found there."""
        return [self._checked(home, look) for home in killed(deed, self.root / "model", self.root)]

    def acknowledged(self, step: int) -> str:
        path = self.root / f"{step}.acknowledged"
        return path.read_text() if path.exists() else ""

    def _checked(self, home: Path, look: Callable[[Office], Found]) -> Found:
        """Start an office after a kill: whatever happened, this must hold."""
        with opened(home) as office:
            office.destruction.finish()
            found = look(office)
            office.verify()
            assert office.open(self.kept, nonce=99) == self.kept.share
            given = [*office.leaves("release.given", self.asked.cid), *office.leaves("escrow.released", self.asked.cid)]
            assert len(given) == office.opens(self.asked)
        assert not any(holding(home, each.share) for each in (self.asked, self.kept, self.issued))
        assert not any(holding(home, line.encode()) for line in self.words)
        return found


class Pooled(Night):
    """A night on which the ticket that nobody committed is at a station."""

    def last(self, office: Office) -> Issued:
        (issued,) = office.pool(count=1)
        return issued


class Escrowed(Night):
    """A night on which the copy that was asked for has an escrow, whose holders wrote its words down outside the office."""

    def more(self, office: Office) -> None:
        self.words = office.escrow(self.asked.cid).lines()
        (self.root / "words").write_text("\n".join(self.words))


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path)


def changes_once(found: list[Found], before: Found, after: Found) -> bool:
    """Tell whether what is found is first the one and then the other."""
    turns = [one for one in pairwise(found) if one[0] != one[1]]
    return turns == [(before, after)]


def test_a_killed_issue_leaves_a_whole_ticket_or_none(night: Night) -> None:
    def rows_and_leaves(office: Office) -> tuple[int, int]:
        (rows,) = office.connection.execute("SELECT count(*) FROM ticket").fetchone()
        return rows, len(office.leaves("ticket.issued"))

    assert changes_once(night.check("issue", rows_and_leaves), (3, 3), (4, 4))


def test_a_killed_first_issue_leaves_an_office_that_can_issue(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with opened(tmp_path / "model"):
        pass
    for home in killed("issue", tmp_path / "model", tmp_path):
        with opened(home) as office:
            assert office.open(office.live())
            assert len(office.leaves("epoch.begun")) == len(office.keks()) == 1


def test_a_killed_commit_leaves_a_copy_that_lives_or_does_not(night: Night) -> None:
    def state_and_leaves(office: Office) -> tuple[str, int]:
        return office.state(night.issued), len(office.leaves("capsule.sealed"))

    assert changes_once(night.check("commit", state_and_leaves), ("issued", 2), ("live", 3))


def test_a_killed_release_has_its_leaf_before_its_share(night: Night) -> None:
    found = night.check("give", lambda office: office.opens(night.asked))
    assert changes_once(found, 0, 1)
    handed_out = [step for step in range(1, len(found) + 1) if night.acknowledged(step)]
    assert {night.acknowledged(step) for step in handed_out} == {hashlib.sha256(night.asked.share).hexdigest()}
    assert {found[step - 1] for step in handed_out} == {1}


def test_a_killed_destruction_is_finished_at_the_next_start(night: Night) -> None:
    def state_and_leaves(office: Office) -> tuple[str, int, int]:
        intended, ended = (len(office.leaves(f"ticket.{kind}")) for kind in ("destroy_intended", "destroyed"))
        return office.state(night.asked), intended, ended

    found = night.check("destroy", state_and_leaves)
    assert changes_once(found, ("live", 0, 0), ("destroyed", 1, 1))
    for step, (state, _, _) in enumerate(found, 1):
        assert bool(holding(night.root / str(step), night.first_key)) == (state == "live")


def test_a_killed_pool_is_issued_whole_or_not_at_all(night: Night) -> None:
    """Its shares leave only after its leaf is durable."""

    def tickets_and_leaves(office: Office) -> tuple[int, int]:
        (rows,) = office.connection.execute("SELECT count(*) FROM pool_ticket").fetchone()
        return rows, len(office.leaves("pool.issued"))

    found = night.check("pool", tickets_and_leaves)
    assert changes_once(found, (0, 0), (2, 1))
    assert all(found[step - 1] == (2, 1) for step in range(1, len(found) + 1) if night.acknowledged(step))


def test_a_killed_commit_of_a_station_brings_a_ticket_to_life_or_does_not(tmp_path: Path) -> None:
    night = Pooled(tmp_path)

    def state_and_leaves(office: Office) -> tuple[str, int]:
        return office.state(night.issued), len(office.leaves("capsule.sealed"))

    assert changes_once(night.check("adopt", state_and_leaves), ("issued", 2), ("live", 3))


def test_a_killed_rotation_is_finished_at_the_next_start(night: Night) -> None:
    def keys_and_leaves(office: Office) -> tuple[list[str], int]:
        return sorted(office.keks()), len(office.leaves("epoch.rotated"))

    found = night.check("rotate", keys_and_leaves)
    assert changes_once(found, (["000001.kek"], 0), (["000002.kek"], 1))
    for step, (keys, _) in enumerate(found, 1):
        assert bool(holding(night.root / str(step), night.first_key)) == (keys == ["000001.kek"])


def test_a_killed_expiry_is_finished_at_the_next_start(night: Night) -> None:
    def state_and_leaves(office: Office) -> tuple[str, str, int]:
        return office.state(night.asked), office.state(night.issued), len(office.leaves("ticket.destroyed"))

    found = night.check("expire", state_and_leaves)
    assert changes_once(found, ("live", "issued", 0), ("destroyed", "destroyed", 2))


def test_a_killed_escrow_has_its_leaf_before_its_words(night: Night) -> None:
    def made_and_leaves(office: Office) -> tuple[int, int]:
        return len(escrow.of_copy(office.connection, night.kept.cid)), len(office.leaves("escrow.made"))

    found = night.check("escrow", made_and_leaves)
    assert changes_once(found, (0, 0), (1, 1))
    assert all(found[step - 1] == (1, 1) for step in range(1, len(found) + 1) if night.acknowledged(step))


def test_a_killed_opening_by_envelopes_has_its_leaf_before_its_share(tmp_path: Path) -> None:
    night = Escrowed(tmp_path)
    found = night.check("envelopes", lambda office: office.opens(night.asked))
    assert changes_once(found, 0, 1)
    handed_out = [step for step in range(1, len(found) + 1) if night.acknowledged(step)]
    assert {night.acknowledged(step) for step in handed_out} == {hashlib.sha256(night.asked.share).hexdigest()}
    assert {found[step - 1] for step in handed_out} == {1}


def test_a_killed_void_counts_for_all_its_envelopes_or_none(tmp_path: Path) -> None:
    night = Escrowed(tmp_path)

    def left_and_leaves(office: Office) -> tuple[int, int]:
        (found,) = escrow.of_copy(office.connection, night.asked.cid)
        return found.left, len(office.leaves("escrow.voided"))

    assert changes_once(night.check("void", left_and_leaves), (3, 0), (1, 2))


def test_killed_while_its_keys_move_an_office_has_them_at_one_place_or_the_other(night: Night) -> None:
    def where(office: Office) -> tuple[str, int, int]:
        office.finish()
        return office.kek.kind, len(office.leaves("keks.destroyed")), len(office.keks())

    found = night.check("move", where)
    assert changes_once(found, ("file", 0, 1), ("passphrase", 1, 0))
    for step, (kind, _, _) in enumerate(found, 1):
        assert bool(holding(night.root / str(step), night.first_key)) == (kind == "file")

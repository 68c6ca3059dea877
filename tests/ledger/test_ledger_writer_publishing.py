"""What need not be signed at once costs one wait for the disk; whenever it is cut off, what is missing is signed later."""

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from ledger_office import EVENING, SIGNER, Office

from conftest import need
from sekisho.clock import ManualClock
from sekisho.errors import LedgerBroken, NotFound
from sekisho.ledger import store
from sekisho.ledger.checkpoint import TreeHead, sign_head
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.ledger.writer import LONGEST_REST, Ledger

WORKER = Path(__file__).with_name("ledger_worker.py")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def append(ledger: Ledger, count: int = 1, *, publish: bool = False) -> None:
    with ledger.transaction(publish=publish) as tx:
        for _ in range(count):
            tx.append("copy.sealed")


def root(ledger: Ledger, size: int) -> bytes:
    return store.root_at(ledger.connection, size)


@pytest.mark.parametrize(("mode", "waits"), [("commit", (1, 0)), ("publish", (1, 2))])
def test_the_disk_is_waited_for_once_a_commit_and_twice_more_for_the_anchor(
    tmp_path: Path, mode: str, waits: tuple[int, int]
) -> None:
    strace = shutil.which("strace")
    need(strace, "the program strace is not installed: apt-get install strace")
    counts = []
    for count in (1, 21):
        (tmp_path / str(count)).mkdir()
        worker = [sys.executable, str(WORKER), mode, str(tmp_path / str(count)), str(count)]
        traced = [str(strace), "-f", "-e", "trace=fdatasync,fsync", *worker]
        done = subprocess.run(traced, capture_output=True, check=False)
        need(done.returncode == 0, "strace may not trace here: allow ptrace")
        counts.append([len(re.findall(rb"\b" + call + rb"\(", done.stderr)) for call in (b"fdatasync", b"fsync")])
    assert [after - before for before, after in zip(*counts, strict=True)] == [20 * each for each in waits]


def test_without_a_checkpoint_an_entry_is_durable_and_not_yet_provable(office: Office) -> None:
    with office.opened() as ledger:
        append(ledger, publish=True)
        append(ledger, 2)
        with contextlib.closing(office.connect()) as other:
            assert store.load_tree(other).size == 3
        assert ledger.checkpoint().size == 1
        with pytest.raises(NotFound):
            ledger.proof(2)
        ledger.publish()
        assert ledger.signed_sizes() == [0, 1, 3]
        assert ledger.proof(2)


@pytest.mark.parametrize("how", ["the next transaction", "the next opening", "asked for", "another program"])
def test_what_is_under_no_checkpoint_gets_one(office: Office, how: str) -> None:
    with office.opened() as ledger:
        append(ledger, 2)
        if how == "asked for":
            ledger.publish()
        if how == "the next transaction":
            append(ledger, 0, publish=True)
        if how == "another program":
            office.fill(0)
            append(ledger)
    with office.opened() as ledger:
        assert 2 in ledger.signed_sizes()


def test_nothing_is_signed_twice(office: Office) -> None:
    with office.opened() as ledger:
        append(ledger, publish=True)
        before = office.anchor.stat()
        ledger.publish()
        assert (office.anchor.stat().st_ino, ledger.signed_sizes()) == (before.st_ino, [0, 1])


def test_the_clock_does_not_keep_anything_from_being_signed(tmp_path: Path) -> None:
    clock = ManualClock(EVENING)
    with Office(tmp_path, clock).opened() as ledger:
        append(ledger)
        for step in (LONGEST_REST * 2, -LONGEST_REST * 3, timedelta()):
            clock.advance(step)
            ledger.publish()
        assert ledger.checkpoint().size == 1


def test_a_note_that_a_power_cut_took_is_signed_again_word_for_word(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commit does not wait for the disk; the anchor, which does, says what it was."""
    with office.opened() as ledger, monkeypatch.context() as patch:
        patch.setattr(store, "add_checkpoint", lambda *_, **__: None)
        append(ledger, 3, publish=True)
        append(ledger, 4)
        assert ledger.signed_sizes() == [0]
        signed = sign_head(TreeHead.parse(office.anchor.read_text(encoding="utf-8")), SIGNER).note
    with office.opened() as ledger:
        assert ledger.signed_sizes() == [0, 3, 7]
        assert ledger.checkpoint(3).note == signed


def test_a_backup_older_than_the_last_checkpoint_is_refused_also_when_more_followed(office: Office) -> None:
    with office.opened() as ledger:
        append(ledger, 2, publish=True)
        append(ledger, 3)
    shutil.copy(office.database, office.root / "backup")
    with office.opened() as ledger:
        append(ledger, publish=True)
    for path in office.root.glob("sekisho.db*"):
        path.unlink()
    (office.root / "backup").rename(office.database)
    with pytest.raises(LedgerBroken, match="forked"), office.opened():
        pass


def test_a_savepoint_that_is_undone_leaves_no_gap(office: Office) -> None:
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            tx.append("copy.sealed", copy="C-1")
            tx.connection.execute("SAVEPOINT one")
            tx.append("copy.sealed", copy="C-2")
            tx.connection.execute("ROLLBACK TO one")
            tx.connection.execute("RELEASE one")
            assert tx.append("copy.sealed", copy="C-3") == 1
            tx.connection.execute("SAVEPOINT one")
            tx.append("copy.sealed", copy="C-4")
            tx.connection.execute("ROLLBACK TO one")
        append(ledger, publish=True)
        assert [entry.copy for entry in ledger.entries()] == ["C-1", "C-3", None]
        assert root(ledger, 3) == root_of(map(leaf_hash, store.bodies(ledger.connection)))


class Crashing(RuleBasedStateMachine):
    """A ledger through nights of appending, publishing and dying between any two steps: every signed root stays a beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.held = contextlib.ExitStack()
        self.roots: list[bytes] = [root_of([])]
        self.notes: dict[int, str] = {}

        self.office = Office(Path(self.held.enter_context(tempfile.TemporaryDirectory())), ManualClock(EVENING))
        self.opened = self.held.enter_context(contextlib.ExitStack())
        self.ledger = self.opened.enter_context(self.office.opened())

    def teardown(self) -> None:
        self.held.close()

    @rule(count=st.integers(0, 20), publish=st.booleans(), back=st.integers(-3600, 3600))
    def appended(self, count: int, publish: bool, back: int) -> None:
        assert isinstance(self.office.clock, ManualClock)
        self.office.clock.advance(timedelta(seconds=back))
        append(self.ledger, count, publish=publish)
        leaves = [leaf_hash(body) for body in store.bodies(self.ledger.connection)]
        assert len(leaves) == len(self.roots) - 1 + count
        self.roots += [root_of(leaves[:size]) for size in range(len(self.roots), len(leaves) + 1)]

    @rule(step=st.sampled_from(["commit", "anchor", "note"]), publish=st.booleans())
    def crashed(self, step: str, publish: bool) -> None:
        """Die in a transaction: before its commit, before the anchor moves, before the note is stored."""
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(_Died):
            if step == "anchor":
                patch.setattr(type(self.ledger._anchor), "swap", _die)
            if step == "note":
                patch.setattr(store, "add_checkpoint", _die)
            with self.ledger.transaction(publish=publish) as tx:
                tx.append("copy.sealed")
                if step == "commit":
                    raise _Died
        self.opened.close()
        if step != "commit":
            with contextlib.closing(self.office.connect()) as connection:
                self.roots.append(root_of([leaf_hash(body) for body in store.bodies(connection)]))
        self.ledger = self.opened.enter_context(self.office.opened())

    @rule()
    def opened_again(self) -> None:
        self.opened.close()
        self.ledger = self.opened.enter_context(self.office.opened())
        assert self.ledger.checkpoint().size == len(self.roots) - 1

    @invariant()
    def every_signed_root_is_a_beginning_and_signed_once(self) -> None:
        assert store.load_tree(self.ledger.connection).size == len(self.roots) - 1
        for checkpoint in self.ledger.checkpoints():
            assert self.notes.setdefault(checkpoint.size, checkpoint.note) == checkpoint.note
            assert checkpoint.root == self.roots[checkpoint.size] == root(self.ledger, checkpoint.size)
            assert checkpoint.size == 0 or self.ledger.consistency(checkpoint) is not None
        assert set(self.notes) == set(self.ledger.signed_sizes())


class _Died(BaseException):
    """Ends a transaction as a kill does."""


def _die(*_: object, **__: object) -> None:
    raise _Died


TestCrashing = Crashing.TestCase
TestCrashing.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)

"""Where an office has witnesses no share leaves before they cosigned its leaf; and a release counts once, however often it is tried."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from custodian_office import EVENING, FIRST, LOG_KEY, SECOND, Office
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sekisho.clock import ManualClock
from sekisho.custodian.answers import GIVEN
from sekisho.custodian.custodian import Issued
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.errors import LedgerBroken, NoKey, Refused, SekishoError
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof
from witnesses import Witnesses

LOG = VerifierKey.of(LOG_KEY.key, name="custody.city.example/ledger")
TWO = ("audit.example/w1", "pref.example/w2")


@dataclass
class Watched:
    """An office and its witnesses."""

    root: Path
    needed: int = 1
    names: tuple[str, ...] = TWO
    clock: ManualClock = field(default_factory=lambda: ManualClock(EVENING))

    def __post_init__(self) -> None:
        self.witnesses = Witnesses(self.root, LOG, self.names)
        (self.root / "office").mkdir(exist_ok=True)
        self.open()

    def open(self) -> None:
        cosigning = lambda ledger: Cosigning(ledger, self.witnesses.quorum(self.needed), self.witnesses.post)  # noqa: E731
        self.office = Office(self.root / "office", clock=self.clock, witnesses=cosigning)

    def restart(self) -> None:
        self.office.close()
        self.open()

    def given(self) -> list[int]:
        return [entry.index for entry in self.office.ledger.entries() if entry.type == GIVEN]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def watched(**changes: object) -> Watched:
        made.append(Watched(tmp_path, **changes))  # type: ignore[arg-type]  # named where it is called
        return made[-1]

    yield watched
    for each in made:
        each.office.close()


def test_a_share_leaves_once_the_quorum_cosigned_its_leaf(make: Callable[..., Watched]) -> None:
    watched = make(needed=2)
    office = watched.office
    issued = office.live()
    assert office.open(issued) == issued.share
    assert watched.witnesses.asked == list(TWO)
    release = office.give(_approved(office, issued, nonce=1))
    proof = Proof.parse(office.releases.proofs([release])[0])
    checkpoint = proof.verify(entry=release.leaf, key=LOG)
    watched.witnesses.quorum(2).demand(checkpoint.note)
    assert checkpoint.size > release.index


def test_no_share_leaves_while_witnesses_are_down_and_a_retry_counts_once(make: Callable[..., Watched]) -> None:
    watched = make(needed=2)
    issued = watched.office.live(max_opens=1)
    watched.witnesses.down.add(TWO[1])
    request = _approved(watched.office, issued)
    release = watched.office.give(request)
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            release.share()
        assert refused.value.key == "ledger.not_cosigned"
    assert watched.office.releases.shares([release, release])[0].key == "ledger.not_cosigned"  # type: ignore[union-attr]
    watched.restart()
    watched.clock.advance(timedelta(hours=1))  # the approvals are old by now; the release they gave is not
    watched.witnesses.down.clear()
    again = watched.office.give(request)
    assert (again.index, again.goes_on) == (release.index, True)
    assert again.share() == issued.share
    assert len(watched.given()) == 1
    assert watched.office.custodian.tickets(issued.cid)[0].opens == 1
    with pytest.raises(Refused) as refused:
        watched.office.give(request)
    assert refused.value.key == "custodian.answered"


def test_a_share_that_waited_leaves_once_however_many_asked_for_it(make: Callable[..., Watched]) -> None:
    watched = make(names=TWO[:1])
    issued = watched.office.live()
    watched.witnesses.down.add(TWO[0])
    request = _approved(watched.office, issued)
    with pytest.raises(Refused):
        watched.office.give(request).share()
    waiting = [watched.office.give(request) for _ in range(3)]  # as two programs, or one body twice in a round, do
    watched.witnesses.down.clear()
    shares = watched.office.releases.shares(waiting[:2])
    assert shares[0] == issued.share
    assert getattr(shares[1], "key", None) == "custodian.answered"
    with pytest.raises(Refused):
        waiting[2].share()
    assert len(watched.given()) == 1


def test_the_same_challenge_again_goes_on(make: Callable[..., Watched]) -> None:
    watched = make(names=TWO[:1])
    issued = watched.office.live()
    watched.witnesses.down.add(TWO[0])
    request = _approved(watched.office, issued)
    with pytest.raises(Refused):
        watched.office.give(request).share()
    again = watched.office.request(issued)
    assert again.id == request.id
    assert watched.office.releases.waits_for_witnesses(again)
    watched.witnesses.down.clear()
    assert watched.office.give(again).share() == issued.share
    assert watched.office.request(issued).id != request.id


@pytest.mark.parametrize("what", ["suspend", "destroy", "window"])
def test_what_ends_a_copy_ends_what_waits(make: Callable[..., Watched], what: str) -> None:
    watched = make(names=TWO[:1])
    issued = watched.office.live()
    watched.witnesses.down.add(TWO[0])
    request = _approved(watched.office, issued)
    release = watched.office.give(request)
    with pytest.raises(Refused):
        release.share()
    if what == "suspend":
        watched.office.suspend(issued.cid)
    elif what == "destroy":
        watched.office.begin(issued.cid)
    else:
        watched.clock.advance(timedelta(days=4))
    watched.witnesses.down.clear()
    with pytest.raises(Refused):
        watched.office.give(request)
    if what != "window":
        with pytest.raises(Refused):
            release.share()


def test_a_database_from_a_backup_gives_nothing(make: Callable[..., Watched], tmp_path: Path) -> None:
    """Its log goes on otherwise than its witness saw: the office alone could not tell."""
    watched = make(names=TWO[:1])
    issued = watched.office.live()
    watched.office.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = {path: path.read_bytes() for path in (tmp_path / "office").rglob("*") if path.is_file()}
    assert watched.office.open(issued) == issued.share
    watched.office.close()
    for path, content in backup.items():
        path.write_bytes(content)
    for name in ("sekisho.db-wal", "sekisho.db-shm"):
        (tmp_path / "office" / name).unlink(missing_ok=True)
    watched.open()
    watched.clock.advance(timedelta(minutes=1))
    request = watched.office.request(issued)
    with pytest.raises(LedgerBroken) as broken:
        watched.office.releases._cosigning.cover(0)
    assert broken.value.key == "ledger.witness_ahead"
    watched.office.approve(request, FIRST, SECOND)
    with pytest.raises(Refused):  # as many entries by now, but others
        watched.office.give(request).share()


def test_a_proof_without_the_witnesses_one_trusts_is_refused(make: Callable[..., Watched]) -> None:
    watched = make(names=TWO[:1])
    release = watched.office.give(_approved(watched.office, watched.office.live()))
    note = Proof.parse(watched.office.releases.proofs([release])[0]).verify(entry=release.leaf, key=LOG).note
    watched.witnesses.quorum().demand(note)
    with pytest.raises(NoKey):
        Witnesses(watched.root, LOG, ("strange.example/w",)).quorum().demand(note)


class Machine(RuleBasedStateMachine):
    """Witnesses come and go, programs are started anew, and whoever may asks again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.watched = Watched(Path(self.folder.name), needed=2)
        self.issued = self.watched.office.live(max_opens=2)
        self.left = 0
        self.nonce = 0
        self.request = _approved(self.watched.office, self.issued)

    @rule(name=st.sampled_from(TWO))
    def toggle(self, name: str) -> None:
        self.watched.witnesses.down ^= {name}

    @rule()
    def restart(self) -> None:
        self.watched.restart()

    @rule()
    def ask_anew(self) -> None:
        self.nonce += 1
        self.request = _approved(self.watched.office, self.issued, nonce=self.nonce)

    @rule()
    def give(self) -> None:
        try:
            share = self.watched.office.give(self.request).share()
        except SekishoError:
            return
        assert share == self.issued.share
        assert not self.watched.witnesses.down
        self.left += 1

    @invariant()
    def no_share_without_a_leaf_of_its_own_that_two_cosigned(self) -> None:
        given = self.watched.given()
        assert self.left <= len(given) <= 2
        cosigned = self.watched.office.releases._cosigning
        assert sum(cosigned.covering(index) is not None for index in given) >= self.left

    def teardown(self) -> None:
        self.watched.office.close()
        self.folder.cleanup()


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


def _approved(office: Office, issued: Issued, *, nonce: int = 0) -> ReleaseRequest:
    request = office.request(issued, nonce=nonce)
    office.approve(request, FIRST, SECOND)
    return request

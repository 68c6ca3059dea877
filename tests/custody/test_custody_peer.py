"""Several custodians: no office alone, and no administrator with all that one office has, opens a copy; so many of them do."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import pytest

from invented_office import IDENTITY, PHONE, Town, register_text, signing_key
from sekisho.age.header import read_header
from sekisho.capsule import rel1
from sekisho.capsule.opening import Ask, OpenCapsule, look_at, open_capsule
from sekisho.custodian.kek import FileKek
from sekisho.custodian.tickets import share_of
from sekisho.custody import peer as peers
from sekisho.custody.office import Office, Settings
from sekisho.custody.peer import Dual, OpenPeer, Terms
from sekisho.custody.releasing import LocalDesk
from sekisho.custody.sealing import seal_request
from sekisho.errors import Misuse, NoKey, NotFound, Refused, SekishoError
from sekisho.ledger.cosigning import Cosigning
from sekisho.loss.evidence import gather, issue_evidence
from sekisho.loss.lost import report_lost
from witnesses import Witnesses

pytest_plugins = ("office_fixtures",)

KEYS = (signing_key("chief"), signing_key("security"))


@dataclass
class Desks:
    """Each capsule's custodians, reached by their kid; those that are not here refuse."""

    offices: tuple[Office, ...]
    asked: list[bytes] = field(default_factory=list)

    def share(self, ask: Ask, /) -> bytes:
        self.asked.append(ask.binding.kid)
        for office in self.offices:
            if office.custodian.kid == ask.binding.kid:
                return LocalDesk(office, KEYS).share(ask)
        raise Refused("custodian.suspended")


def make_peer(root: Path, town: Town, name: str) -> Town:
    """Make another office with people of its own."""
    root.mkdir()
    settings = Settings(name=name, phone=PHONE, zone="Asia/Tokyo", origin=f"{root.name}.example/ledger")
    Office.make(root / "home", settings, town.clock).close()
    peer = Town(root, town.clock)
    peer.learn(register_text())
    return peer


@pytest.fixture
def others(town: Town, tmp_path: Path) -> Iterator[tuple[Town, Town]]:
    made = (make_peer(tmp_path / "audit", town, "監査事務局"), make_peer(tmp_path / "pref", town, "県"))
    yield made
    for each in made:
        each.leave()


def sealed(town: Town, *others: Town, needed: int = 2) -> str:
    """Seal a copy that other offices guard too, and let its carrier take it out."""
    request = town.approved(max_opens=2)
    dual = Dual(needed, tuple(OpenPeer(each.office, KEYS) for each in others))
    folders = {medium: town.stick(medium) for medium in request.statement.media}
    (row,) = seal_request(town.office, request.id, folders, sealer=signing_key("officer"), dual=dual)
    town.carry(row.slip, "officer", "carrier", "supervisor")
    return row.slip


def opened(town: Town, slip: str, *desks: Office) -> tuple[OpenCapsule, Desks]:
    source = Desks(desks)
    return open_capsule(io.BytesIO(town.capsule(slip).read_bytes()), IDENTITY, source), source


def given(office: Office) -> int:
    return sum(entry.type == "release.given" for entry in office.ledger.entries())


def test_two_offices_release_and_it_opens(town: Town, others: tuple[Town, Town]) -> None:
    slip = sealed(town, others[0])
    capsule, source = opened(town, slip, town.office, others[0].office)
    assert capsule.manifest.cid == town.cid(slip).hex()
    assert source.asked == [town.office.custodian.kid, others[0].office.custodian.kid]
    assert [given(each) for each in (town.office, others[0].office)] == [1, 1]
    (leaf,) = town.leaves("capsule.sealed")
    assert (leaf.fields["needed"], leaf.fields["custodians"]) == (2, [kid.hex() for kid in source.asked])


def test_any_two_of_three_release_whoever_is_away(town: Town, others: tuple[Town, Town]) -> None:
    offices = (town.office, *(each.office for each in others))
    slip = sealed(town, *others)
    for pair in combinations(offices, 2):
        assert opened(town, slip, *pair)[0].manifest.slip == slip
    assert [given(each) for each in offices] == [2, 2, 2]


@pytest.mark.parametrize("peers_too", [False, True], ids=["2 of 2", "2 of 3"])
def test_no_single_administrator_can_release(town: Town, others: tuple[Town, Town], *, peers_too: bool) -> None:
    """With everything one office has, the recipient's key and the stick: database, key-encryption keys, log key, officers."""
    guards = others if peers_too else others[:1]
    slip = sealed(town, *guards)
    with pytest.raises(Refused):
        opened(town, slip, town.office)
    header = read_header(io.BytesIO(town.capsule(slip).read_bytes()))
    masked = rel1.unwrap(rel1.read_stanzas(header), IDENTITY)
    shares = []
    for office in (town.office, *(each.office for each in guards)):
        (ticket,) = office.custodian.tickets(town.cid(slip))
        share = share_of(ticket, FileKek(office.home.keks))  # as who has the machine takes it
        with pytest.raises(NoKey):
            masked.unmask(share)
        with pytest.raises(NoKey):
            masked.unmask(share, share)
        with pytest.raises(NoKey):
            masked.unmask(share, bytes(16))
        shares.append(share)
    assert len(masked.unmask(*shares[:2])) == 16


def test_a_peer_decides_by_its_own_persons_and_bars_those_of_the_copy(town: Town, others: tuple[Town, Town]) -> None:
    slip = sealed(town, others[0])
    ask = Ask(*_first_part(town, slip, others[0].office))
    for approvers in ((signing_key("chief"),), (signing_key("officer"), signing_key("chief")), ()):
        with pytest.raises(SekishoError):
            LocalDesk(others[0].office, approvers).share(ask)
    assert given(others[0].office) == 0
    assert len(LocalDesk(others[0].office, KEYS).share(ask)) == 16


def _first_part(town: Town, slip: str, office: Office) -> tuple[rel1.Binding, bytes, bytes]:
    closed = look_at(io.BytesIO(town.capsule(slip).read_bytes()))
    part = next(each for each in closed.stanzas[0].parts if each.binding.kid == office.custodian.kid)
    return part.binding, part.kcv, closed.header_sha256


def test_a_peer_stops_and_destroys_by_itself(town: Town, others: tuple[Town, Town]) -> None:
    slip, other = sealed(town, others[0]), others[0].office
    peers.stop_for_peer(other, town.cid(slip))
    with pytest.raises(Refused):
        opened(town, slip, town.office, other)
    with pytest.raises(Refused):
        peers.destroy_for_peer(other, town.cid(slip), keys=KEYS[:1])
    peers.destroy_for_peer(other, town.cid(slip), keys=KEYS)
    assert [ticket.wrapped for ticket in other.custodian.tickets(town.cid(slip))] == [None]
    with pytest.raises(NotFound):
        peers.stop_for_peer(town.office, town.cid(slip))


def test_a_peer_that_fails_leaves_nothing_that_opens(town: Town, others: tuple[Town, Town]) -> None:
    class Failing(OpenPeer):
        def commit(self, _: bytes, __: peers.Digests, /) -> None:
            raise Refused("custodian.not_issued")

    request = town.approved()
    folders = {medium: town.stick(medium) for medium in request.statement.media}
    dual = Dual(2, (Failing(others[0].office, KEYS),))
    with pytest.raises(Refused):
        seal_request(town.office, request.id, folders, sealer=signing_key("officer"), dual=dual)
    assert not list(town.stick("USB-1").glob("*.age"))
    again = Dual(2, (OpenPeer(others[0].office, KEYS),))
    (row,) = seal_request(town.office, request.id, folders, sealer=signing_key("officer"), dual=again)
    town.carry(row.slip, "officer", "carrier", "supervisor")
    assert opened(town, row.slip, town.office, others[0].office)


def test_what_cannot_be_is_refused(town: Town, others: tuple[Town, Town]) -> None:
    other = OpenPeer(others[0].office, KEYS)
    for needed, guards in ((1, (other,)), (3, (other,)), (2, ())):
        with pytest.raises(Misuse):
            Dual(needed, guards)
    slip = sealed(town, others[0])
    (ticket,) = town.office.custodian.tickets(town.cid(slip))
    terms = Terms(cid=ticket.cid, office="x.example/ledger", policy=ticket.policy, recipient=ticket.recipient)
    with pytest.raises(Refused):  # its number on the telephone is taken
        other.issue(terms)
    with pytest.raises(Refused):
        OpenPeer(others[1].office, KEYS[:1]).issue(terms)


@pytest.mark.parametrize("approvals", [0, 1])
def test_no_terms_of_another_office_have_a_peer_release_by_fewer_than_two(
    town: Town, others: tuple[Town, Town], approvals: int
) -> None:
    (ticket,) = town.office.custodian.tickets(town.cid(sealed(town, others[0])))
    policy = replace(ticket.policy, approvals=approvals)
    terms = Terms(cid=ticket.cid, office="x.example/ledger", policy=policy, recipient=ticket.recipient)
    with pytest.raises(Refused) as refused:
        OpenPeer(others[1].office, KEYS).issue(terms)
    assert refused.value.key == "custody.peer_too_easy"


def test_a_share_leaves_a_peer_after_its_witnesses_saw_the_leaf(
    town: Town, others: tuple[Town, Town], tmp_path: Path
) -> None:
    (ticket,) = town.office.custodian.tickets(town.cid(sealed(town, others[0])))
    terms = Terms(cid=ticket.cid, office="x.example/ledger", policy=ticket.policy, recipient=ticket.recipient)
    peer = others[1]
    witnesses = Witnesses(tmp_path, peer.office.ledger.key)
    object.__setattr__(peer.office, "cosigning", Cosigning(peer.office.ledger, witnesses.quorum(), send=witnesses.post))
    witnesses.down.add("audit.example/w1")
    with pytest.raises(Refused) as refused:
        OpenPeer(peer.office, KEYS).issue(terms)
    assert refused.value.key == "ledger.not_cosigned"
    assert witnesses.asked == ["audit.example/w1"]


def test_after_a_loss_nothing_is_claimed_for_the_other_custodians(
    town: Town, others: tuple[Town, Town], tmp_path: Path
) -> None:
    slip = sealed(town, *others)
    report_lost(town.office, [slip], key_officer=signing_key("security"))
    findings = gather(town.office, [slip])
    (copy,) = findings.copies
    assert copy.state == "statement.never_destroyed_peers"
    assert copy.residual == ("statement.reader_peers",)
    issue_evidence(town.office, findings, tmp_path / "evidence")
    assert opened(town, slip, *(each.office for each in others))  # as the statement said could be


def test_where_all_are_needed_one_destroyed_share_shuts_it_for_good(town: Town, others: tuple[Town, Town]) -> None:
    slip = sealed(town, others[0])
    report_lost(town.office, [slip], key_officer=signing_key("security"))
    (copy,) = gather(town.office, [slip]).copies
    assert (copy.state, copy.residual) == ("statement.never_destroyed", ("statement.reader_nobody",))

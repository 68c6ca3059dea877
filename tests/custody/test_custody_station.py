"""A station without the office: it seals with tickets issued ahead, and what it brings back is checked to the last byte."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from invented_office import Town, signing_key, unwritable
from sekisho.age.keys import recipient_from_text
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.opener_gate import gate
from sekisho.clock import ManualClock
from sekisho.custodian import pool as pools_of
from sekisho.custodian.policy import Policy
from sekisho.custody.approved import Approved
from sekisho.custody.pooling import commit_from_station, issue_pool, pools, write_order
from sekisho.custody.sealing import index_path
from sekisho.custody.station import Station
from sekisho.custody.station_files import CommitStatement, read_commit, read_pool, sign_commit
from sekisho.errors import MediumError, Misuse, NoKey, Refused, SekishoError, Unreadable
from sekisho.loss.evidence import gather
from sekisho.signing.keys import SigningKey

pytest_plugins = ("office_fixtures",)

BOTH = [signing_key("chief"), signing_key("security")]
OFFICER = signing_key("officer")
DAYS = timedelta(days=5)


class Outside:
    """A station, the files that go between, and its media."""

    def __init__(self, town: Town, root: Path) -> None:
        self.town, self.root, self.clock = town, root, town.clock
        root.mkdir()
        self.station = Station.make(root / "station", self.clock)

    def restart(self) -> None:
        self.station = Station.open(self.root / "station", self.clock)

    def pool(self, *, count: int = 3, name: str = "pool.age") -> Path:
        path = self.root / name
        station = recipient_from_text(self.station.standing().recipient)
        issue_pool(
            self.town.office, station, path, count=count, expires_at=self.town.office.ledger.time() + DAYS, keys=BOTH
        )
        return path

    def order(self, number: int, *, name: str = "order.age") -> Path:
        path = self.root / name
        write_order(self.town.office, number, recipient_from_text(self.station.standing().recipient), path)
        return path

    def seal(self, order: Path, *media: str, sealer: SigningKey = OFFICER) -> bytes:
        return self.station.seal(order, {medium: self.town.stick(medium) for medium in media}, sealer=sealer)

    def sealed(self, *media: str, **changes: object) -> bytes:
        """Go the whole way: pool, order, seal."""
        request = self.town.approved(media=media, **changes)
        self.station.load(self.pool())
        return self.seal(self.order(request.id), *media)

    def shares(self, path: Path, identity: X25519Identity) -> list[bytes]:
        with path.open("rb") as file:
            return [bytes.fromhex(each.share) for each in read_pool(file, [identity]).tickets]

    def identity(self) -> X25519Identity:
        return self.station._identity()


@pytest.fixture
def outside(town: Town, tmp_path: Path) -> Outside:
    return Outside(town, tmp_path / "outside")


def refusal(town: Town, data: bytes, error: type[SekishoError] = Refused) -> str:
    """Return the key of the refusal of a commit that changes nothing."""
    size = town.size
    with pytest.raises(error) as caught:
        commit_from_station(town.office, data)
    assert town.size == size
    return caught.value.key


def changed(data: bytes, change: Callable[[CommitStatement], CommitStatement]) -> bytes:
    """Return a commit that says something else, signed again by the officer."""
    statement, _ = read_commit(data)
    return sign_commit(change(statement), OFFICER)


def lying_in(root: Path, secret: bytes) -> list[str]:
    forms = (secret, secret.hex().encode())
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


# The whole way.


def test_what_a_station_sealed_opens_once_the_office_has_heard_of_it(outside: Outside) -> None:
    town = outside.town
    data = outside.sealed("USB-1", "USB-2")
    slips = town.slips
    assert [town.state(slip) for slip in slips] == ["approved", "approved"]
    rows = commit_from_station(town.office, data)
    assert [row.slip for row in rows] == slips
    for slip in slips:
        assert (town.state(slip), town.ticket(slip)) == ("sealed", "live")
        town.carry(slip, "officer", "carrier")
        assert town.open(slip).manifest.slip == slip
    findings = gather(town.office, slips)
    assert [each.verdict for each in findings.copies] == ["B", "B"]
    assert findings.affected.at_least > 0
    (made,) = pools(town.office)
    assert (made.waiting, made.used, made.destroyed) == (1, 2, 0)


def test_before_the_commit_nobody_opens_it(outside: Outside) -> None:
    outside.sealed("USB-1")
    (slip,) = outside.town.slips
    assert outside.town.row(slip).cid is None
    with pytest.raises(SekishoError):
        outside.town.open(slip)


def test_the_label_for_a_finder_lies_beside_it(outside: Outside) -> None:
    outside.sealed("USB-1")
    assert "拾得した方へ_IF-FOUND.txt" in {path.name for path in outside.town.stick("USB-1").iterdir()}


def test_the_opener_beside_it_takes_the_number_on_its_slip(outside: Outside) -> None:
    rows = commit_from_station(outside.town.office, outside.sealed("USB-1", "USB-2"))
    leaves = outside.town.leaves("copy.written")
    for row, leaf in zip(rows, leaves, strict=True):
        page = (outside.town.stick(row.medium) / "OPEN.html").read_bytes()
        shown = re.search(rb'id="office">([^<]*)<', page)
        record = outside.town.record(row.slip)
        assert shown
        (one,) = json.loads(shown[1])["gates"]
        assert gate(record.pin, base64.b64decode(one["salt"])).hash == one["hash"]
        assert record.opener == leaf.fields["opener"] == hashlib.sha256(page).hexdigest()


def test_ordered_again_the_number_is_the_same_and_what_stands_on_the_medium_counts(outside: Outside) -> None:
    request = outside.town.approved(media=("USB-1",))
    outside.station.load(outside.pool())
    outside.seal(outside.order(request.id), "USB-1")
    (outside.town.stick("USB-1") / "OPEN.html").unlink()  # as where a kill came before it was written
    (row,) = commit_from_station(
        outside.town.office, outside.seal(outside.order(request.id, name="again.age"), "USB-1")
    )
    record, page = outside.town.record(row.slip), outside.town.stick("USB-1") / "OPEN.html"
    assert record.opener == hashlib.sha256(page.read_bytes()).hexdigest()
    assert page.read_bytes().count(b'"rounds"') == 1


def test_another_opener_than_was_ordered_is_refused(outside: Outside) -> None:
    data = changed(outside.sealed("USB-1"), lambda old: replace(old, copies=[replace(old.copies[0], opener="0" * 64)]))
    assert refusal(outside.town, data) == "custody.content_changed"


def test_a_pool_is_in_the_ledger_before_its_shares_leave(outside: Outside) -> None:
    outside.pool(count=2)
    (leaf,) = outside.town.leaves("pool.issued")
    assert isinstance(leaf.fields["tickets"], list)
    assert len(leaf.fields["tickets"]) == 2
    with pytest.raises(Misuse):
        outside.pool()
    assert len(outside.town.leaves("pool.issued")) == 1


@pytest.mark.parametrize("count", [0, 1001])
def test_an_impossible_pool_is_refused(outside: Outside, count: int) -> None:
    with pytest.raises(Refused):
        outside.pool(count=count)


def test_a_pool_that_the_disk_refused_expires_unused(outside: Outside) -> None:
    expires = outside.clock.now() + DAYS
    with pytest.raises(MediumError):
        issue_pool(
            outside.town.office,
            outside.identity().recipient,
            unwritable() / "pool.age",
            count=2,
            expires_at=expires,
            keys=BOTH,
        )
    outside.clock.time = expires + timedelta(seconds=1)
    outside.town.restart()
    assert [made.destroyed for made in pools(outside.town.office)] == [2]


def test_one_person_issues_no_pool(outside: Outside) -> None:
    with pytest.raises(Refused):
        issue_pool(
            outside.town.office,
            outside.identity().recipient,
            outside.root / "x",
            count=1,
            expires_at=outside.clock.now() + DAYS,
            keys=BOTH[:1],
        )


# What stays at the station.


def test_a_used_ticket_and_a_loaded_pool_leave_nothing_to_decrypt(outside: Outside) -> None:
    request = outside.town.approved(media=("USB-1",))
    key, path = outside.identity(), outside.pool()
    shares = outside.shares(path, key)
    outside.station.load(path)
    with pytest.raises(NoKey):
        outside.station.load(path)
    outside.seal(outside.order(request.id), "USB-1")
    station = outside.root / "station"
    assert not any(lying_in(station, share) for share in shares)
    assert not lying_in(station, key.to_secret_text().encode())
    assert len(list((station / "keks").glob("*.kek"))) == 1
    state = json.loads((station / "station.json").read_text())
    assert [bool(ticket["wrapped"]) for ticket in state["tickets"]] == [False, True, True]


def test_tickets_whose_day_is_over_are_gone_at_both_ends(outside: Outside) -> None:
    town = outside.town
    outside.station.load(outside.pool())
    outside.clock.advance(DAYS + timedelta(seconds=1))
    outside.restart()
    assert outside.station.standing().fresh == 0
    town.restart()
    (made,) = pools(town.office)
    assert (made.waiting, made.used, made.destroyed) == (0, 0, 3)
    assert [leaf.fields["reason"] for leaf in town.leaves("ticket.destroyed")] == ["expired"] * 3


def test_tickets_of_a_pool_outlive_the_day_of_those_that_nobody_committed(outside: Outside) -> None:
    outside.pool()
    outside.clock.advance(timedelta(days=3))
    outside.town.restart()
    assert outside.town.leaves("ticket.destroyed") == []


def test_without_a_ticket_nothing_is_sealed(outside: Outside) -> None:
    request = outside.town.approved(media=("USB-1", "USB-2"))
    outside.station.load(outside.pool(count=1))
    order = outside.order(request.id)
    with pytest.raises(Refused) as caught:
        outside.seal(order, "USB-1", "USB-2")
    assert caught.value.key == "custody.no_ticket_left"


def test_sealing_an_order_again_takes_no_other_ticket(outside: Outside) -> None:
    request = outside.town.approved(media=("USB-1",))
    outside.station.load(outside.pool())
    order = outside.order(request.id)
    first = outside.seal(order, "USB-1")
    outside.restart()
    assert outside.seal(order, "USB-1") == first
    assert outside.station.standing().fresh == 2


def test_what_is_not_on_its_medium_any_more_is_sealed_anew(outside: Outside) -> None:
    request = outside.town.approved(media=("USB-1",))
    outside.station.load(outside.pool())
    order = outside.order(request.id)
    old, _ = read_commit(outside.seal(order, "USB-1"))
    for path in outside.town.stick("USB-1").glob("*.age"):
        path.unlink()
    new, _ = read_commit(outside.seal(order, "USB-1"))
    assert old.copies[0].cid != new.copies[0].cid
    assert len(commit_from_station(outside.town.office, sign_commit(new, OFFICER))) == 1


def test_an_order_for_another_station_is_not_opened(outside: Outside, tmp_path: Path) -> None:
    request = outside.town.approved(media=("USB-1",))
    other = Outside(outside.town, tmp_path / "other")
    order = outside.order(request.id)
    with pytest.raises(NoKey):
        other.seal(order, "USB-1")


def test_there_is_one_station_or_none_in_a_folder(outside: Outside, clock: ManualClock) -> None:
    with pytest.raises(Misuse):
        Station.make(outside.root / "station", clock)
    with pytest.raises(SekishoError):
        Station.open(outside.root, clock)
    (outside.root / "station" / "station.json").write_text("{}")
    with pytest.raises(Unreadable):
        outside.restart()


# What is brought back.


def test_a_commit_counts_once(outside: Outside) -> None:
    data = outside.sealed("USB-1")
    commit_from_station(outside.town.office, data)
    assert refusal(outside.town, data) == "custody.commit_twice"


@pytest.mark.parametrize("old", ['"size":', '"capsule":"', '"header":"', '"manifest":"', '"cid":"', "ssh-ed25519 "])
def test_an_altered_commit_is_refused(outside: Outside, old: str) -> None:
    data = outside.sealed("USB-1").decode()
    place = data.index(old.replace('"', '\\"')) + len(old.replace('"', '\\"'))
    digit = "1" if data[place] != "1" else "2"
    altered = data[:place] + digit + data[place + 1 :]
    assert refusal(outside.town, altered.encode(), NoKey)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"statement":"{}","signature":""}'])
def test_what_is_no_commit_is_refused(town: Town, data: bytes) -> None:
    with pytest.raises(SekishoError):
        commit_from_station(town.office, data)


def test_an_expired_ticket_is_not_brought_to_life(outside: Outside) -> None:
    data = outside.sealed(
        "USB-1", not_after=outside.clock.now() + timedelta(days=20), due=outside.clock.now() + timedelta(days=21)
    )
    outside.clock.advance(DAYS + timedelta(seconds=1))
    assert refusal(outside.town, data) == "custodian.pool_expired"


def test_nor_after_the_clock_was_set_back(outside: Outside) -> None:
    data = outside.sealed(
        "USB-1", not_after=outside.clock.now() + timedelta(days=20), due=outside.clock.now() + timedelta(days=21)
    )
    outside.clock.advance(DAYS + timedelta(seconds=1))
    outside.town.restart()
    outside.clock.advance(-DAYS)
    assert refusal(outside.town, data) in {"custodian.pool_expired", "custodian.not_issued"}


def test_a_ticket_that_is_none_of_a_pool_is_not_brought_to_life(outside: Outside) -> None:
    town = outside.town
    data = outside.sealed("USB-1")
    (other,) = town.sealed("USB-9")
    statement, _ = read_commit(data)
    with pytest.raises(NoKey), town.office.ledger.transaction() as tx:
        pools_of.adopt(
            town.office.custodian, tx, town.cid(other), pools_policy(town), recipient="age1", header=bytes(32)
        )
    assert statement.copies


def pools_policy(town: Town) -> Policy:
    (row, *_) = [town.row(slip) for slip in town.slips]
    return Approved(town.office, row.request).policy()


def test_a_refused_commit_leaves_another_copys_index_of_people_alone(outside: Outside) -> None:
    town = outside.town
    data = outside.sealed("USB-1")
    (other,) = town.sealed("USB-9")
    path = index_path(town.office, town.cid(other))
    before = path.read_bytes()
    statement, _ = read_commit(data)
    approved = Approved(town.office, statement.request)
    copies = []
    for each in statement.copies:
        manifest = approved.manifest(each.slip, town.cid(other), sealed_at=each.sealed_at, signer=statement.signer)
        digest = hashlib.sha256(manifest.encode()).hexdigest()
        copies.append(replace(each, cid=town.cid(other).hex(), manifest=digest))
    forged = changed(data, lambda old: replace(old, copies=copies))
    assert refusal(town, forged, NoKey) == "custodian.foreign_ticket"
    assert path.read_bytes() == before


def test_another_custodians_commit_is_refused(outside: Outside) -> None:
    data = changed(outside.sealed("USB-1"), lambda old: replace(old, kid="00" * 8))
    assert refusal(outside.town, data, NoKey) == "custody.other_custodian"


def test_who_may_not_seal_commits_nothing(outside: Outside) -> None:
    statement, _ = read_commit(outside.sealed("USB-1"))
    carrier = signing_key("carrier")
    data = sign_commit(replace(statement, signer=carrier.public.line), carrier)
    assert refusal(outside.town, data) == "custody.no_role"
    assert refusal(outside.town, sign_commit(statement, carrier), NoKey) == "custody.commit_of_another"


@pytest.mark.parametrize("field", ["manifest", "sealed_at", "sealed_to", "name"])
def test_what_was_not_approved_is_refused_though_the_officer_signs_it(outside: Outside, field: str) -> None:
    values = {"manifest": "00" * 32, "sealed_at": "2022-06-21T09:09:09Z", "sealed_to": ["00" * 32], "name": "x.age"}

    def change(old: CommitStatement) -> CommitStatement:
        return replace(old, copies=[replace(old.copies[0], **{field: values[field]})])

    assert refusal(outside.town, changed(outside.sealed("USB-1"), change)) == "custody.content_changed"


def test_one_copy_twice_in_a_commit_is_refused(outside: Outside) -> None:
    data = changed(outside.sealed("USB-1"), lambda old: replace(old, copies=[*old.copies, *old.copies]))
    assert refusal(outside.town, data) == "custody.commit_twice"


def test_a_copy_that_was_sealed_here_meanwhile_is_not_sealed_twice(outside: Outside) -> None:
    town = outside.town
    request = town.approved(media=("USB-1",))
    outside.station.load(outside.pool())
    data = outside.seal(outside.order(request.id), "USB-1")
    for path in town.stick("USB-1").glob("*.age"):
        path.unlink()
    town.seal(request)
    assert refusal(town, data) == "custody.commit_twice"

"""A registered medium is out as long as a copy on it is, without anybody saying it a second time."""

from datetime import timedelta
from pathlib import Path

import pytest
from custody_media import Sticks

from invented_media import Ports, device
from invented_office import Town, copied, signing_key
from sekisho.custody.handing import erase
from sekisho.custody.media_records import MediumState
from sekisho.custody.media_register import keep_apart, take_back
from sekisho.custody.offering import accept, offer
from sekisho.custody.returning import return_copy
from sekisho.errors import Refused

pytest_plugins = ("office_fixtures",)


@pytest.fixture(scope="module")
def sealed(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with a copy on the registered USB-1, in the store."""
    sticks = Sticks(copied(model, tmp_path_factory.mktemp("sealed")), Ports())
    sticks.register()
    sticks.seal(sticks.town.approved())
    sticks.town.leave()
    return sticks.town.root


@pytest.fixture
def sticks(sealed: Path, tmp_path: Path) -> Sticks:
    sticks = Sticks(copied(sealed, tmp_path), Ports())
    sticks.ports.plug(sticks.folder("USB-1"), device("0001"))
    return sticks


def moves(town: Town) -> list[str]:
    return [leaf.type for leaf in town.office.ledger.entries() if leaf.type in {"medium.issued", "medium.returned"}]


def test_it_leaves_with_the_copy_and_comes_back_with_it(sticks: Sticks) -> None:
    town, (slip,) = sticks.town, sticks.town.slips
    commits = len(town.office.ledger.signed_sizes())
    town.carry(slip, "officer", "carrier")
    assert len(town.office.ledger.signed_sizes()) == commits + 1
    assert sticks.record().state is MediumState.ISSUED
    town.carry(slip, "carrier", "supervisor")
    return_copy(town.office, slip, giver=signing_key("supervisor"), receiver=signing_key("chief"))
    assert sticks.record().state is MediumState.IN_STORE
    assert moves(town) == ["medium.issued", "medium.returned"]
    (issued,), (handed, *_) = town.leaves("medium.issued"), town.leaves("copy.handed_over")
    assert issued.fields["statement"] == handed.fields["statement"]
    assert town.office.ledger.details(issued.index)["to"] == "carrier"
    assert b"carrier" not in issued.body()
    town.verify()


def test_an_offer_moves_nothing_and_its_acceptance_does(sticks: Sticks) -> None:
    town, (slip,) = sticks.town, sticks.town.slips
    until = town.clock.now() + timedelta(hours=1)
    offer(town.office, slip, giver=signing_key("officer"), to="carrier", until=until)
    assert sticks.record().state is MediumState.IN_STORE
    accept(town.office, slip, receiver=signing_key("carrier"))
    assert sticks.record().state is MediumState.ISSUED


def test_no_second_copy_is_asked_for_on_a_stick_that_is_away(sticks: Sticks) -> None:
    sticks.town.carry(sticks.town.slips[0], "officer", "carrier")
    with pytest.raises(Refused) as caught:
        sticks.town.request()
    assert caught.value.key == "custody.medium_not_in_store"


def test_it_is_not_back_while_another_copy_on_it_is_away(sticks: Sticks) -> None:
    sticks.seal(sticks.town.approved())
    town, (first, second) = sticks.town, sticks.town.slips
    for slip in (first, second):
        town.carry(slip, "officer", "carrier")
    for slip, state in ((first, MediumState.ISSUED), (second, MediumState.IN_STORE)):
        return_copy(town.office, slip, giver=signing_key("carrier"), receiver=signing_key("chief"))
        assert sticks.record().state is state
    assert moves(town) == ["medium.issued", "medium.returned"]


def test_what_a_contractor_erased_is_out_until_staff_have_the_stick(sticks: Sticks) -> None:
    town, (slip,) = sticks.town, sticks.town.slips
    town.carry(slip, "officer", "carrier")
    erase(town.office, slip, sticks.folder("USB-1"), holder=signing_key("carrier"), witness=signing_key("supervisor"))
    assert (town.state(slip), sticks.record().state) == ("closed", MediumState.ISSUED)
    assert take_back(town.office, "USB-1", keeper=signing_key("chief")).state is MediumState.IN_STORE


def test_what_is_kept_apart_stays_so_wherever_its_copy_goes(sticks: Sticks) -> None:
    town, (slip,) = sticks.town, sticks.town.slips
    keep_apart(town.office, "USB-1")
    town.carry(slip, "officer", "carrier")
    return_copy(town.office, slip, giver=signing_key("carrier"), receiver=signing_key("chief"))
    assert (sticks.record().state, moves(town)) == (MediumState.QUARANTINE, [])

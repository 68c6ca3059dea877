"""The evening of 21 June 2022 in Amagasaki, replayed: what went wrong then is refused, counted, alarmed or stopped now.

Times, numbers of sticks and tiers of contracts are the public ones of the case (press of June 2022, the city's committee of
28 November 2022); the people, the firms and the town are invented, and the clock stands until it is moved.

    17:00  one person alone copies to two sticks        18:00-19:30  four people work at the call centre, nothing is erased
    22:30  they part after a drink, the bag is with one  03:00  it is gone    56 h 40 min later it is found
"""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from invented_office import Town, copied, register_text, signing_key
from sekisho.clock import from_local
from sekisho.custody import records
from sekisho.custody.alarming import fire
from sekisho.custody.alarms import Task
from sekisho.custody.contracts import report_contract
from sekisho.custody.handing import find, hand_over
from sekisho.custody.offering import offer
from sekisho.custody.records import Request
from sekisho.custody.refolding import refold
from sekisho.custody.returning import audit_copy
from sekisho.custody.sealing import seal_request
from sekisho.custody.tracking import overdue
from sekisho.errors import Misuse, Refused
from sekisho.loss.evidence import gather
from sekisho.loss.lost import lose, report_lost
from sekisho.loss.seen import record_last_seen
from sekisho.loss.statement import statement_json

pytest_plugins = ("office_fixtures",)

ZONE = "Asia/Tokyo"
MAIN, SPARE = "USB-017", "USB-018"
PLACE = "callcentre-floor"
"""Where the site has no network, and where alone the copy may be opened."""


def at(text: str) -> datetime:
    return from_local(text, ZONE)


def go_to(town: Town, text: str) -> None:
    town.clock.time = at(text)


def named_below(register: str) -> str:
    """Put the third company under a contract of the call centre: what was never asked of the city."""
    return register + (
        '[[contract]]\nid = "R4-1234-1"\ncompany = "third"\nparent = "R4-1234"\npersons = ["stranger"]\n'
        "starts = 2022-04-01\nends = 2023-03-31\n"
    )


def asked(town: Town, *media: str, carrier: str = "carrier") -> Request:
    """Ask for copies for this evening: opened between 17 and 21 at the call centre, back at 22."""
    return town.request(
        media=media,
        carrier=carrier,
        not_before=at("2022-06-21T17:00"),
        not_after=at("2022-06-21T21:00"),
        due=at("2022-06-21T22:00"),
        place=PLACE,
        max_opens=1,
    )


def approved(town: Town, *media: str, carrier: str = "carrier") -> Request:
    request = asked(town, *media, carrier=carrier)
    town.approve(request.id, "chief", "security")
    return request


def refused(town: Town, act: object) -> str:
    size = town.size
    with pytest.raises(Refused) as caught:
        act()  # type: ignore[operator]  # whatever is tried
    assert town.size == size
    return caught.value.key.partition(".")[2]


@pytest.fixture(scope="module")
def site(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half past seven at the call centre: both sticks were carried there, one was opened, neither was erased."""
    town = copied(model, tmp_path_factory.mktemp("evening"))
    for medium in (MAIN, SPARE):
        (slip,) = [row.slip for row in town.seal(approved(town, medium))]
        town.carry(slip, "officer", "carrier")
    go_to(town, "2022-06-21T18:00")
    main = town.slips[0]
    keys = {name: signing_key(name) for name in ("carrier", "supervisor")}
    hand_over(town.office, main, giver=keys["carrier"], receiver=keys["supervisor"], place=PLACE)
    assert town.open(main).read("rows.csv")
    go_to(town, "2022-06-21T19:30")
    hand_over(town.office, main, giver=keys["supervisor"], receiver=keys["carrier"], place=PLACE)
    town.leave()
    return town.root


@pytest.fixture
def evening(site: Path, tmp_path: Path) -> Town:
    town = copied(site, tmp_path)
    go_to(town, "2022-06-21T19:30")
    return town


# The person whom nobody had named.


def test_the_sub_sub_contractors_engineer_is_refused_when_he_is_to_carry(town: Town) -> None:
    assert refused(town, lambda: asked(town, MAIN, carrier="stranger")) == "outside_chain"


def test_he_is_refused_when_it_is_sealed_after_the_city_heard_that_it_had_not_consented(town: Town) -> None:
    town.learn(named_below(register_text()))
    request = approved(town, MAIN, carrier="stranger")
    town.learn(register_text())
    assert refused(town, lambda: town.seal(request)) == "outside_chain"
    assert not list(town.stick(MAIN).iterdir())


def test_he_is_refused_when_he_is_to_take_the_stick_over(town: Town) -> None:
    (slip,) = [row.slip for row in town.seal(approved(town, MAIN))]
    assert refused(town, lambda: town.carry(slip, "officer", "stranger")) == "outside_chain"
    town.carry(slip, "officer", "carrier")
    until = at("2022-06-21T22:00")
    for colleague in ("stranger", "agent"):  # of another company, and of the same one
        on = refused(
            town, lambda name=colleague: offer(town.office, slip, giver=signing_key("carrier"), to=name, until=until)
        )
        assert on == "outside_chain"


def test_whom_a_contract_names_carries_nothing_for_which_another_was_approved(town: Town) -> None:
    town.learn(named_below(register_text()))
    (slip,) = [row.slip for row in town.seal(approved(town, MAIN))]
    assert refused(town, lambda: town.carry(slip, "officer", "stranger")) == "not_named"


# The spare.


def test_the_second_stick_is_a_second_copy_with_approvals_and_a_ticket_of_its_own(evening: Town) -> None:
    rows = [evening.row(slip) for slip in evening.slips]
    assert [row.medium for row in rows] == [MAIN, SPARE]
    assert len({row.request for row in rows}) == len({row.slip for row in rows}) == len({row.cid for row in rows}) == 2
    assert len(evening.leaves("copy.written")) == len(evening.leaves("capsule.sealed")) == 2
    assert len(evening.leaves("copy.approved")) == 4


def test_a_spare_that_nobody_asked_for_is_not_written_beside_the_first(town: Town) -> None:
    request = approved(town, MAIN)
    folders = {medium: town.stick(medium) for medium in (MAIN, SPARE)}
    with pytest.raises(Misuse) as caught:
        seal_request(town.office, request.id, folders, sealer=signing_key("officer"))
    assert caught.value.key == "custody.medium_not_asked_for"
    assert [list(folder.iterdir()) for folder in folders.values()] == [[], []]


def test_a_copy_that_somebody_slips_into_an_approved_request_is_not_sealed(town: Town) -> None:
    request = approved(town, MAIN)
    (row,) = records.copies(town.office.ledger.connection, request.id)
    with town.office.ledger.transaction() as tx:
        extra = records.CopyRow(slip="000000", request=request.id, medium=SPARE, cid=None, copy=row.copy, capsule=None)
        records.add_copy(tx.connection, extra)
    assert refused(town, lambda: town.seal(request)) == "copies_not_approved"


def test_both_sticks_are_in_the_count_when_one_bag_is_lost(evening: Town) -> None:
    go_to(evening, "2022-06-22T03:00")
    assert [each.row.medium for each in overdue(evening.office)] == [MAIN, SPARE]


# The place and the window.


def test_it_opens_nowhere_but_at_the_call_centre(evening: Town) -> None:
    spare = evening.slips[1]
    go_to(evening, "2022-06-21T20:00")
    assert refused_opening(evening, spare) == "other_place"
    keys = signing_key("carrier"), signing_key("supervisor")
    hand_over(evening.office, spare, giver=keys[0], receiver=keys[1], place=PLACE)
    assert evening.open(spare).read("rows.csv")


def test_it_opens_no_more_when_the_evening_is_over(evening: Town) -> None:
    spare = evening.slips[1]
    keys = signing_key("carrier"), signing_key("supervisor")
    hand_over(evening.office, spare, giver=keys[0], receiver=keys[1], place=PLACE)
    go_to(evening, "2022-06-21T21:01")
    assert refused_opening(evening, spare) == "too_late"


def refused_opening(town: Town, slip: str) -> str:
    with pytest.raises(Refused) as caught:
        town.open(slip)
    return caught.value.key.partition(".")[2]


# Nobody erased it.


def test_at_ten_the_missing_erasure_is_told_to_four_people(evening: Town) -> None:
    main = evening.slips[0]
    fire(evening.office)
    go_to(evening, "2022-06-21T22:00")
    fire(evening.office)
    told = {
        person
        for leaf in evening.leaves("alarm.fired")
        if leaf.fields["task"] == Task.ERASE and leaf.copy == evening.cid(main).hex()
        for person in evening.office.ledger.details(leaf.index)["persons"].split()
    }
    assert told == {"carrier", "supervisor", "officer", "security"}
    at_ten = [leaf for leaf in evening.leaves("alarm.fired") if leaf.at == at("2022-06-21T22:00")]
    assert {leaf.fields["task"] for leaf in at_ten} >= {Task.ERASE, Task.RETURN}
    assert not any(b"carrier" in leaf.body() for leaf in at_ten)


# Three in the morning.


def test_at_three_the_slip_numbers_alone_stop_both_sticks_in_one_commit(evening: Town) -> None:
    go_to(evening, "2022-06-22T03:00")
    before = len(evening.office.ledger.signed_sizes())
    lose(evening.office, evening.slips)
    assert len(evening.office.ledger.signed_sizes()) == before + 1
    assert [evening.ticket(slip) for slip in evening.slips] == ["suspended", "suspended"]
    assert {leaf.at for leaf in evening.leaves("copy.lost")} == {at("2022-06-22T03:00")}
    assert {evening.state(slip) for slip in evening.slips} == {"lost"}


def test_the_city_knows_at_three_what_it_knew_after_159_days(evening: Town) -> None:
    main, spare = evening.slips
    go_to(evening, "2022-06-22T03:00")
    report_lost(evening.office, evening.slips, key_officer=signing_key("security"))
    record_last_seen(evening.office, evening.slips, at("2022-06-21T22:30"))
    copies = {each["slip"]: each for each in statement_json(gather(evening.office, [main, spare]))["copies"]}  # type: ignore[attr-defined]  # a document
    assert [len(copies[slip]["releases"]) for slip in (main, spare)] == [1, 0]
    (release,) = copies[main]["releases"]
    assert release["at"] == "2022-06-21T09:00:00Z"
    assert [copies[slip]["state"] for slip in (main, spare)] == ["opened_before_destroyed", "never_destroyed"]


def test_the_stick_that_is_found_after_56_hours_is_seen_to_be_unaltered_and_stays_shut(evening: Town) -> None:
    main = evening.slips[0]
    go_to(evening, "2022-06-22T03:00")
    report_lost(evening.office, evening.slips)
    evening.clock.advance(timedelta(hours=56, minutes=40))
    assert evening.clock.now().astimezone(ZoneInfo(ZONE)).isoformat() == "2022-06-24T11:40:00+09:00"
    row, identical = find(evening.office, main, evening.stick(MAIN), taker=signing_key("clerk"))
    assert (identical, row.copy.state, row.copy.holder, row.copy.revoked) == (True, "found", "clerk", True)
    assert audit_copy(evening.office, main, evening.stick(MAIN), by=signing_key("clerk")).capsule == "identical"
    assert refused_opening(evening, main) == "destroyed"
    assert refold(evening.office).differences == ()  # the whole evening, from its entries alone


# Months later.


def test_who_was_nobodys_employee_is_named_with_all_that_he_held(evening: Town) -> None:
    """The committee finds that the carrier's name should never have stood on the list."""
    evening.learn(register_text(persons='["supervisor"]'))
    report = report_contract(evening.office, "R4-1234")
    assert report.outside == ("carrier",)
    assert {part.slip for part in report.parts if part.person == "carrier"} == set(evening.slips)
    evening.verify()

"""Alarms of an office: what is due fires once, in the ledger before anything leaves, whoever looks and however late."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from invented_office import Town, register_text, signing_key
from sekisho.custody import alarm_records, jobs
from sekisho.custody.alarm_sending import run_round
from sekisho.custody.alarming import acknowledge, alarm_settings, fire
from sekisho.custody.alarms import Rung, Task
from sekisho.custody.certificates import Hands
from sekisho.custody.certifying import certify_copy
from sekisho.custody.declared_erasures import import_declaration
from sekisho.custody.handing import erase
from sekisho.custody.media_records import MediumRecord, MediumState, add_medium
from sekisho.custody.offering import offer
from sekisho.custody.office import Office
from sekisho.errors import NotFound, Refused, Unreadable
from sekisho.ledger.entry import Entry

pytest_plugins = ("office_fixtures",)

WINDOW_ENDS = timedelta(
    hours=7
)  # after which the copies of the town may not be opened any more; they are due an hour later


def fired(town: Town) -> list[tuple[str, str]]:
    """Task and rung of every alarm in the ledger, in its order."""
    return [(str(leaf.fields["task"]), str(leaf.fields["rung"])) for leaf in town.leaves("alarm.fired")]


def persons(town: Town, leaf: Entry) -> list[str]:
    return town.office.ledger.details(leaf.index)["persons"].split()


def test_an_evening_on_which_nobody_erases_is_told_to_four_people(out: Town) -> None:
    """The window ends at midnight; an hour later, when the copy is due back too, everybody knows."""
    fire(out.office)
    out.clock.advance(WINDOW_ENDS + timedelta(hours=1))
    fire(out.office)
    told = {
        person
        for leaf in out.leaves("alarm.fired")
        if leaf.fields["task"] == Task.ERASE
        for person in persons(out, leaf)
    }
    assert told == {"carrier", "supervisor", "officer", "security"}
    out.verify()


def test_a_leaf_names_the_copy_and_nobody(out: Town) -> None:
    out.clock.advance(WINDOW_ENDS)
    fire(out.office)
    leaf = next(leaf for leaf in out.leaves("alarm.fired") if leaf.fields["task"] == Task.ERASE)
    assert leaf.copy in {out.cid(slip).hex() for slip in out.slips}
    assert not {"carrier", "officer"} & set(str(leaf.body()).replace('"', " ").split())


def erase_both(town: Town) -> None:
    for slip in town.slips:
        stick = town.stick(town.row(slip).medium)
        erase(town.office, slip, stick, holder=signing_key("carrier"), witness=signing_key("supervisor"))


def test_what_is_erased_and_certified_in_time_alarms_nobody(out: Town) -> None:
    fire(out.office)
    out.clock.advance(timedelta(hours=2))
    erase_both(out)
    for slip in out.slips:
        certify_copy(out.office, slip, Hands(sanitiser=signing_key("carrier"), verifier=signing_key("supervisor")))
    for _ in range(100):
        fire(out.office)
        out.clock.advance(timedelta(hours=12))
    assert {task for task, _ in fired(out)} == {Task.SILENCE}


def test_an_erased_copy_wants_its_certificate_by_the_next_working_day(out: Town) -> None:
    fire(out.office)
    erase_both(out)
    fire(out.office)
    out.clock.advance(timedelta(hours=25))
    fire(out.office)
    assert fired(out).count((Task.CERTIFICATE, "due")) == len(out.slips)


def test_what_a_recipient_declares_is_no_certificate_of_the_office(out: Town) -> None:
    """The text of the browser page is anybody's: it must not silence the alarm for the certificate that is missing."""
    fire(out.office)
    erase_both(out)
    fire(out.office)
    for slip in out.slips:
        import_declaration(out.office, out.write(f"{slip}.txt", declaration(slip)), clerk=signing_key("clerk"))
    out.clock.advance(timedelta(hours=25))
    fire(out.office)
    assert fired(out).count((Task.CERTIFICATE, "due")) == len(out.slips)


def declaration(slip: str) -> str:
    lines = (
        "Certificate of erasure (unverified)",
        f"Slip: {slip}",
        "Opened: 2022-06-21T10:00:00Z",
        "Wiped: 2022-06-21T10:30:00Z",
        "Files saved: 0 (declared to be gone)",
        "People looked up: 2",
    )
    return "\n".join(lines)


def test_an_office_that_begins_to_look_is_not_asked_for_what_is_long_over(out: Town) -> None:
    erase_both(out)
    for _ in range(10):
        fire(out.office)
        out.clock.advance(timedelta(days=1))
    assert {task for task, _ in fired(out)} == {Task.SILENCE}


def test_a_medium_that_is_lent_is_asked_for_at_the_end_of_march(out: Town) -> None:
    lent = MediumRecord(
        id="0017-3", label="磯部さんのUSB", state=MediumState.ISSUED, lost_code="7Q2M-K9TX-4HCD", registered_at=""
    )
    with out.office.ledger.transaction() as tx:
        add_medium(tx.connection, lent)
    fire(out.office)
    out.clock.time = datetime(2023, 3, 31, 8, 14, tzinfo=UTC)
    fire(out.office)
    assert (Task.LENDING, "due") not in fired(out)
    out.clock.advance(timedelta(minutes=1))
    fire(out.office)
    assert (Task.LENDING, "due") in fired(out)
    told = [leaf.body().decode() for leaf in out.leaves("alarm.fired") if leaf.fields["task"] == Task.LENDING]
    assert all("0017-3" in body and "磯部" not in body for body in told)  # what people call a stick may be a name


def test_an_offer_that_nobody_answers_is_told_before_it_is_recorded_as_over(out: Town) -> None:
    slip = out.slips[0]
    until = out.office.ledger.time() + timedelta(hours=3)
    offer(out.office, slip, giver=signing_key("carrier"), to="supervisor", until=until)
    out.clock.advance(timedelta(hours=1))
    run_round(out.office)
    assert (Task.OFFER, "before") in fired(out)
    out.clock.advance(timedelta(hours=2))
    run_round(out.office)
    told = [leaf.index for leaf in out.leaves("alarm.fired") if leaf.fields["task"] == Task.OFFER]
    (over,) = out.leaves("copy.offer_expired")
    assert len(told) == 2
    assert max(told) < over.index
    assert out.row(slip).copy.offer is None


def test_each_rung_fires_once_in_a_week_with_a_night_in_which_the_machine_was_off(out: Town) -> None:
    out.write("home/alarms.toml", '[ladder]\nsuspend = "72h"\n[watch]\nsilence = "2h"\n')
    for hour in range(24 * 7):
        if not 6 <= hour < 33:
            fire(out.office)
            fire(out.office)
        out.clock.advance(timedelta(hours=1))
    alarms = alarm_records.every(out.office.ledger.connection)
    assert len(alarms) == len({(alarm.cause, alarm.rung) for alarm in alarms})
    ladder = [name for task, name in fired(out) if task == Task.RETURN]
    rungs = [rung for rung in Rung if rung is not Rung.LOST]
    assert sorted(ladder) == sorted(rung.name.lower() for rung in rungs for _ in out.slips)
    missed = ["treat_as_lost", "treat_as_lost", "officer", "officer", "supervisor", "supervisor", "due", "due"]
    assert ladder[:10] == [*missed, "before", "before"]
    assert ladder[10:] == ["suspend", "suspend"]
    assert {out.ticket(slip) for slip in out.slips} == {"suspended"}
    (silence,) = (leaf for leaf in out.leaves("alarm.fired") if leaf.fields["task"] == Task.SILENCE)
    assert persons(out, silence) == ["security"]
    out.verify()


def test_two_who_look_at_once_fire_nothing_twice(out: Town) -> None:
    """A timer and a service, both set up: whoever comes second finds it fired."""
    out.clock.advance(WINDOW_ENDS)
    begin, faults = threading.Barrier(3), list[BaseException]()

    def look() -> None:
        try:
            office = Office.open(out.home, out.clock)
            begin.wait()
            fire(office)
            office.close()
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(fired(out)) == len(set(alarm_keys(out))) > 0


def alarm_keys(town: Town) -> list[tuple[str, str]]:
    return [(str(leaf.fields["cause"]), str(leaf.fields["rung"])) for leaf in town.leaves("alarm.fired")]


def test_a_look_is_in_the_ledger_at_first_and_then_each_hour(out: Town) -> None:
    for _ in range(121):
        fire(out.office)
        out.clock.advance(timedelta(minutes=1))
    assert len(out.leaves("alarm.heartbeat")) == 3
    last = jobs.last_beat(out.office.ledger.connection, "alarm")
    assert last == out.clock.now() - timedelta(minutes=1)


def test_who_acknowledges_stops_the_rungs_below_and_what_stays_undone_still_climbs(out: Town) -> None:
    out.clock.advance(WINDOW_ENDS + timedelta(hours=1))
    first = next(alarm for alarm in fire(out.office) if alarm.task == Task.RETURN)
    known = acknowledge(out.office, first.index, key=signing_key("carrier"))
    assert known.acknowledged is not None
    with pytest.raises(Refused):
        acknowledge(out.office, first.index, key=signing_key("officer"))
    out.clock.advance(timedelta(hours=1))
    assert Rung.SUPERVISOR in {alarm.rung for alarm in fire(out.office) if alarm.cause == first.cause}
    (leaf,) = out.leaves("alarm.acknowledged")
    assert leaf.fields["alarm"] == first.index
    out.verify()


def test_a_stranger_acknowledges_nothing(out: Town) -> None:
    out.clock.advance(WINDOW_ENDS)
    alarm = fire(out.office)[0]
    with pytest.raises(Refused):
        acknowledge(out.office, alarm.index, key=signing_key("stranger"))
    with pytest.raises(NotFound):
        acknowledge(out.office, 0, key=signing_key("officer"))
    assert out.leaves("alarm.acknowledged") == []


@pytest.mark.parametrize(
    "text",
    [
        "[ladder]\nbefore = 2",
        '[ladder]\ntold = { never = ["owner"] }',
        '[people]\nsupervisor = ["Not An Id"]',
        '[[channel]]\nname = "a"\nsender = "mail"\n[[channel]]\nname = "a"\nsender = "ping"\n',
        "[calendar",
    ],
)
def test_settings_that_mean_nothing_are_told_with_their_place(out: Town, text: str) -> None:
    out.write("home/alarms.toml", text)
    with pytest.raises(Unreadable) as refused:
        alarm_settings(out.office)
    assert all("{" not in refused.value.what(language) for language in ("ja", "en"))


def test_a_copy_with_somebody_whose_contract_is_over_is_told_once_to_the_office(out: Town) -> None:
    fire(out.office)
    assert not any(task == Task.OUTSIDE for task, _ in fired(out))
    out.learn(register_text(persons='["supervisor"]'))
    fire(out.office)
    out.clock.advance(timedelta(hours=1))
    fire(out.office)
    leaves = [leaf for leaf in out.leaves("alarm.fired") if leaf.fields["task"] == Task.OUTSIDE]
    assert len(leaves) == len(out.slips)
    assert {person for leaf in leaves for person in persons(out, leaf)} == {"officer", "security"}

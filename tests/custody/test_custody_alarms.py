"""The ladder of alarms: who is told when, once each, in order, whatever happened to who looks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.custody.alarms import (
    CopyFacts,
    Facts,
    MediumFacts,
    Offer,
    Part,
    Policy,
    Rung,
    Task,
    due_alarms,
    open_tasks,
    rungs_of,
)
from sekisho.custody.calendar import Calendar

TOWN = Calendar(zone="Asia/Tokyo")
LADDER = Policy(suspend=timedelta(hours=72))
OUTSIDE = ["out", "opened"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC)


NOON = at("2022-06-21T12:00")
COPY = CopyFacts(
    slip="123455",
    copy="ab" * 16,
    state="opened",
    requester="officer",
    carrier="carrier",
    recipient="supervisor",
    holder="carrier",
    approvers=("chief", "security"),
    not_before=at("2022-06-21T17:00"),
    not_after=at("2022-06-21T21:00"),
    due=at("2022-06-21T22:00"),
    since=NOON,
)
FACTS = Facts(copies=(COPY,), security_officers=("security",))


def told(now: str, task: Task, facts: Facts = FACTS, policy: Policy = LADDER) -> list[tuple[str, tuple[str, ...]]]:
    """Rungs and people of the alarms of one task, as they fire at a moment."""
    alarms = due_alarms(at(now), facts, policy, TOWN)
    return [(alarm.rung.name, alarm.to) for alarm in alarms if alarm.task.task is task]


def moments(due: str, policy: Policy = LADDER) -> dict[str, datetime]:
    (task,) = (each for each in open_tasks(NOON, facts_due(due), policy, TOWN) if each.task is Task.RETURN)
    return {rung.name: moment for rung, moment in rungs_of(task, policy, TOWN)}


def facts_due(due: str) -> Facts:
    return replace(FACTS, copies=(replace(COPY, due=at(due)),))


# The evening of the case.


def test_at_ten_the_missing_erasure_is_told_to_four_people() -> None:
    """The window ended at nine; carrier, supervisor, who asked and who approved all hear of it at ten, not the next noon."""
    assert {person for _, to in told("2022-06-21T21:59", Task.ERASE) for person in to} == {"carrier", "officer"}
    four = {person for _, to in told("2022-06-21T22:00", Task.ERASE) for person in to}
    assert four == {"carrier", "supervisor", "officer", "security"}


def test_where_nobody_is_named_security_officer_the_approvers_are_told() -> None:
    assert {"chief", "security"} <= {
        person for _, to in told("2022-06-21T22:00", Task.ERASE, Facts(copies=(COPY,))) for person in to
    }


def test_at_ten_the_return_is_due_too() -> None:
    assert told("2022-06-21T20:00", Task.RETURN) == [("BEFORE", ("carrier",))]
    assert told("2022-06-21T22:00", Task.RETURN)[0] == ("DUE", ("carrier", "officer"))


def test_an_evening_on_which_all_was_erased_is_quiet() -> None:
    done = replace(FACTS, copies=(replace(COPY, state="closed", holder=""),))
    assert due_alarms(at("2022-06-30T12:00"), done, LADDER, TOWN) == []


# The ladder.


def test_the_rungs_lie_where_the_policy_says() -> None:
    assert moments("2022-06-22T10:00") == {
        "BEFORE": at("2022-06-22T08:00"),
        "DUE": at("2022-06-22T10:00"),
        "SUPERVISOR": at("2022-06-22T11:00"),
        "OFFICER": at("2022-06-22T17:15"),
        "TREAT_AS_LOST": at("2022-06-23T10:00"),
        "SUSPEND": at("2022-06-25T10:00"),
    }


@pytest.mark.parametrize(
    "due", ["2022-06-22T17:15", "2022-06-22T21:00", "2022-06-22T00:00", "2022-06-25T10:00", "2022-12-30T10:00"]
)
def test_after_hours_the_security_officer_is_told_with_the_supervisor(due: str) -> None:
    """On a day on which nobody works, nobody waits for its close."""
    ladder = moments(due)
    assert ladder["OFFICER"] == ladder["SUPERVISOR"] == at(due) + timedelta(hours=1)


def test_just_before_the_close_the_supervisor_still_comes_first() -> None:
    ladder = moments("2022-06-22T17:00")
    assert ladder["OFFICER"] == ladder["SUPERVISOR"] == at("2022-06-22T18:00")


def test_without_a_policy_nothing_is_suspended_by_itself() -> None:
    assert "SUSPEND" not in moments("2022-06-22T10:00", Policy())


def test_an_office_tells_whom_it_wants() -> None:
    everybody = replace(LADDER, told=dict.fromkeys(Rung, (Part.APPROVER,)))
    assert told("2022-06-21T22:00", Task.RETURN, policy=everybody)[0] == ("DUE", ("chief", "security"))


def test_who_acknowledges_a_rung_stops_it_and_those_below_but_none_above() -> None:
    (cause,) = {each.cause for each in open_tasks(NOON, FACTS, LADDER, TOWN) if each.task is Task.RETURN}
    known = replace(FACTS, acknowledged={cause: Rung.SUPERVISOR})
    assert [rung for rung, _ in told("2022-06-22T23:00", Task.RETURN, known)] == ["TREAT_AS_LOST", "OFFICER"]


def test_another_deadline_is_another_cause() -> None:
    first, second = (
        next(each.cause for each in open_tasks(NOON, facts_due(due), LADDER, TOWN) if each.task is Task.RETURN)
        for due in ("2022-06-22T10:00", "2022-06-22T11:00")
    )
    assert first != second


states = st.sampled_from(["sealed", "out", "opened", "erased", "returned", "found"])
hours = st.integers(0, 400)


@given(
    looks=st.lists(hours, min_size=1, max_size=12).map(sorted), state=states, policy=st.sampled_from([LADDER, Policy()])
)
def test_each_rung_fires_once_however_often_or_seldom_somebody_looks(
    looks: list[int], state: str, policy: Policy
) -> None:
    """Whoever looks once at the end has fired the same as who looked all the time; each time the highest came first."""
    facts = replace(FACTS, copies=(replace(COPY, state=state),))
    fired: list[tuple[str, Rung]] = []
    for hour in looks:
        alarms = due_alarms(NOON + timedelta(hours=hour), replace(facts, fired=fired), policy, TOWN)
        assert all(first.rung >= second.rung for first, second in pairwise(alarms))
        fired += [(alarm.cause, alarm.rung) for alarm in alarms]
    assert len(fired) == len(set(fired))
    end = NOON + timedelta(hours=looks[-1])
    at_once = {(alarm.cause, alarm.rung) for alarm in due_alarms(end, facts, policy, TOWN)}
    gone = {cause for cause, _ in fired if cause.startswith(Task.HAND_OVER)}
    assert at_once <= set(fired)
    assert {cause for cause, _ in set(fired) - at_once} <= gone


# The tasks.


def tasks(now: str, **changes: object) -> dict[Task, datetime]:
    facts = replace(FACTS, copies=(replace(COPY, **changes),))  # type: ignore[arg-type]  # the fields of what is changed
    return {each.task: each.due for each in open_tasks(at(now), facts, LADDER, TOWN)}


def test_a_sealed_copy_waits_to_be_handed_over_and_after_its_window_to_be_disposed_of() -> None:
    assert tasks("2022-06-21T16:00", state="sealed") == {Task.HAND_OVER: COPY.not_before}
    assert tasks("2022-06-21T21:00", state="sealed") == {Task.DISPOSE: at("2022-06-22T17:15")}


@pytest.mark.parametrize("state", OUTSIDE)
def test_a_copy_outside_has_its_window_its_erasure_and_its_return(state: str) -> None:
    due = {Task.WINDOW: COPY.not_after, Task.ERASE: COPY.not_after, Task.RETURN: COPY.due}
    assert tasks("2022-06-21T18:00", state=state) == due


def test_a_copy_erased_where_nobody_could_see_it_is_still_due_back() -> None:
    assert tasks("2022-06-21T21:30", state="erased") == {Task.RETURN: COPY.due}


@pytest.mark.parametrize("state", ["returned", "found"])
def test_what_is_back_but_not_erased_is_erased_by_the_next_working_day(state: str) -> None:
    friday = at("2022-06-24T18:00")
    assert tasks("2022-06-24T18:00", state=state, since=friday) == {Task.DISPOSE: at("2022-06-27T17:15")}


def test_a_closed_copy_wants_its_certificate() -> None:
    closed = at("2022-06-21T22:30")
    assert tasks("2022-06-21T23:00", state="closed", certified=False, since=closed) == {
        Task.CERTIFICATE: at("2022-06-22T17:15")
    }


@pytest.mark.parametrize("state", ["requested", "approved", "cancelled", "lost", "closed", "closed_lost"])
def test_what_nobody_holds_or_what_is_lost_already_asks_for_nothing(state: str) -> None:
    assert tasks("2022-06-30T12:00", state=state) == {}


def test_an_offer_that_expires_is_told_to_both_and_then_to_the_owner() -> None:
    offer = Offer(giver="officer", receiver="carrier", until=at("2022-06-21T17:00"))
    facts = replace(FACTS, copies=(replace(COPY, state="sealed", requester="clerk", offer=offer),))
    assert told("2022-06-21T15:00", Task.OFFER, facts) == [("BEFORE", ("carrier", "officer"))]
    assert told("2022-06-21T17:00", Task.OFFER, facts)[0] == ("DUE", ("carrier", "officer", "clerk"))


def test_a_medium_lent_past_the_fiscal_year_is_told_to_the_security_officer() -> None:
    facts = Facts(media=(MediumFacts(number="0017-3", since=at("2022-06-21T12:00")),), security_officers=("security",))
    assert due_alarms(at("2023-03-31T17:14"), facts, LADDER, TOWN) == []
    (alarm,) = due_alarms(at("2023-03-31T17:15"), facts, LADDER, TOWN)
    assert (alarm.task.task, alarm.task.subject, alarm.to) == (Task.LENDING, "0017-3", ("security",))


def test_nobody_having_looked_for_long_is_an_alarm_itself() -> None:
    quiet = Facts(last_run=NOON, security_officers=("security",))
    assert due_alarms(NOON + timedelta(minutes=15), quiet, LADDER, TOWN) == []
    (alarm,) = due_alarms(NOON + timedelta(minutes=16), quiet, LADDER, TOWN)
    assert (alarm.task.task, alarm.to) == (Task.SILENCE, ("security",))

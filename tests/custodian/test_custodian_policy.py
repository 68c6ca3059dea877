"""The decision: every combination of state, window, openings and approvals, and the strongest reason first."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from custodian_office import EVENING, policy
from hypothesis import given
from hypothesis import strategies as st

from sekisho.custodian.policy import APPROVALS_LAST, Policy, TicketState, decide, must_be_live
from sekisho.errors import Refused

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
STATES = list(TicketState)
WINDOWS = {"early": EVENING - SECOND, "open": EVENING + DAY, "late": EVENING + 3 * DAY + SECOND}
REASON = {
    TicketState.ISSUED: "custodian.issued",
    TicketState.SUSPENDED: "custodian.suspended",
    TicketState.DESTROYED: "custodian.destroyed",
}


def reason(given_policy: Policy, *, state: TicketState, opens: int, approvals: int, now: datetime) -> str | None:
    """Return the key of the refusal, or none."""
    try:
        decide(given_policy, number=5, state=state, opens=opens, approvals=approvals, now=now)
    except Refused as refused:
        return refused.key
    return None


@pytest.mark.parametrize(("state", "window", "opens", "approvals"), [*product(STATES, WINDOWS, range(4), range(4))])
def test_the_decision_table(state: TicketState, window: str, opens: int, approvals: int) -> None:
    expected = (
        REASON.get(state)
        or {"early": "custodian.too_early", "late": "custodian.too_late"}.get(window)
        or ("custodian.opened_out" if opens >= 2 else None)
        or ("custodian.approvals_missing" if approvals < 2 else None)
    )
    assert reason(policy(), state=state, opens=opens, approvals=approvals, now=WINDOWS[window]) == expected


TIMES = st.datetimes(datetime(2022, 1, 1), datetime(2023, 1, 1)).map(lambda time: time.replace(tzinfo=EVENING.tzinfo))
COUNTS = st.integers(0, 5)
POLICIES = st.builds(policy, not_before=TIMES, not_after=TIMES, max_opens=COUNTS, approvals=COUNTS)


@given(POLICIES, st.sampled_from(STATES), COUNTS, COUNTS, TIMES)
def test_a_release_is_given_exactly_when_all_holds(
    limits: Policy, state: TicketState, opens: int, approvals: int, now: datetime
) -> None:
    in_window = limits.not_before <= now <= limits.not_after
    allowed = state is TicketState.LIVE and in_window and opens < limits.max_opens and approvals >= limits.approvals
    assert (reason(limits, state=state, opens=opens, approvals=approvals, now=now) is None) == allowed


@given(TIMES, COUNTS, COUNTS)
def test_what_is_not_live_is_refused_whatever_else_holds(now: datetime, opens: int, approvals: int) -> None:
    for state, key in REASON.items():
        assert reason(policy(), state=state, opens=opens, approvals=approvals, now=now) == key
        with pytest.raises(Refused):
            must_be_live(state)


@pytest.mark.parametrize("now", [EVENING, EVENING + 3 * DAY])
def test_both_ends_of_the_window_belong_to_it(now: datetime) -> None:
    assert reason(policy(), state=TicketState.LIVE, opens=0, approvals=2, now=now) is None


def test_a_copy_that_may_never_be_opened_is_not() -> None:
    never = policy(max_opens=0)
    assert reason(never, state=TicketState.LIVE, opens=0, approvals=9, now=EVENING) == "custodian.opened_out"


def test_a_refusal_says_what_is_missing() -> None:
    with pytest.raises(Refused) as caught:
        decide(policy(), number=5, state=TicketState.LIVE, opens=0, approvals=1, now=EVENING)
    assert (caught.value.values, caught.value.exit_code) == ({"number": 5, "have": 1, "need": 2}, 3)


def test_approvals_last_a_quarter_of_an_hour() -> None:
    assert timedelta(minutes=15) == APPROVALS_LAST

"""Every state of a medium and every event: what follows, and that nothing leads back from retired."""

import itertools

import pytest

from sekisho.custody.media_records import MediumState
from sekisho.custody.media_states import Facts, MediumEvent, after
from sekisho.errors import Refused

STORE, ISSUED, APART, RETIRED = MediumState
E = MediumEvent

FOLLOWS = {
    (STORE, E.ISSUE): ISSUED,
    (STORE, E.QUARANTINE): APART,
    (STORE, E.RETIRE): RETIRED,
    (ISSUED, E.RETURN): STORE,
    (ISSUED, E.QUARANTINE): APART,
    (ISSUED, E.RETIRE): RETIRED,
    (APART, E.QUARANTINE): APART,
    (APART, E.RELEASE): STORE,
    (APART, E.RETIRE): RETIRED,
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(MediumState, MediumEvent)))
def test_only_what_is_listed_follows(state: MediumState, event: MediumEvent) -> None:
    if (state, event) in FOLLOWS:
        assert after(state, event, Facts()) is FOLLOWS[state, event]
    else:
        with pytest.raises(Refused):
            after(state, event, Facts())


def test_a_medium_with_a_live_copy_is_never_retired() -> None:
    for state in (STORE, ISSUED, APART):
        with pytest.raises(Refused) as caught:
            after(state, E.RETIRE, Facts(copies=1))
        assert caught.value.key == "custody.medium_holds_copies"


def test_a_foreign_stick_leaves_quarantine_only_out_of_the_register() -> None:
    assert after(APART, E.RELEASE, Facts(foreign=True)) is RETIRED
    with pytest.raises(Refused):
        after(APART, E.RETIRE, Facts(foreign=True))


def test_every_state_is_reached_and_only_from_retired_is_there_no_way() -> None:
    reached, waiting = set[MediumState](), [STORE]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [then for (now, _), then in FOLLOWS.items() if now is state]
    assert reached == set(MediumState)
    assert {now for now, _ in FOLLOWS} == set(MediumState) - {RETIRED}

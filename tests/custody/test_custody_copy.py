"""The life of a copy, searched completely: every state that any order of events reaches, and every step between two."""

import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from sekisho.catalogue.words import Language
from sekisho.cli.commands import COMMANDS
from sekisho.custody import copy as life
from sekisho.custody.copy import Copy, Event, State
from sekisho.errors import Refused

REQUESTER, FIRST, SECOND = "requester", "first", "second"
CARRIER, RECIPIENT, COLLEAGUE = "carrier", "recipient", "colleague"  # whom nobody named
PEOPLE = (REQUESTER, CARRIER, RECIPIENT, FIRST, SECOND, COLLEAGUE)
STAFF = {REQUESTER, FIRST, SECOND}
BARRED = {REQUESTER, CARRIER, RECIPIENT}
MOST_OPENS = 2  # the search stops counting here; how often a copy may be opened is the custodian's to say

BEFORE = {State.REQUESTED, State.APPROVED, State.CANCELLED}
AFTER = {State.CLOSED}
SHUT = {State.LOST, State.FOUND, State.ERASED, State.CLOSED, State.CANCELLED}

Life = Any
"""The module, or one like it in which something is wrong."""


class Step(NamedTuple):
    """One event that was not refused."""

    before: Copy
    event: Event
    after: Copy


def events(module: Life) -> Iterator[Event]:
    """Yield everything that anybody could try; that only staff seal is the caller's to see."""
    yield from map(module.Approve, PEOPLE)
    yield from map(module.Seal, sorted(STAFF))
    for one, other in product(PEOPLE, PEOPLE):
        yield module.HandOver(one, other, staff=other in STAFF)
        yield module.Erase(one, other)
    yield from (module.Find(person, staff=person in STAFF) for person in PEOPLE)
    yield from (module.Cancel(), module.Open(), module.Close(), module.Lose(), module.Find())


def explore(module: Life) -> tuple[set[Copy], list[Step]]:
    """Return every copy that can come to be, and every step."""
    start = module.Copy(requester=REQUESTER, carrier=CARRIER, recipient=RECIPIENT)
    tried, found, steps, todo = list(events(module)), {start}, [], [start]
    while todo:
        before = todo.pop()
        for event in tried:
            try:
                after = module.after(before, event)
            except Refused:
                continue
            if after.opens > MOST_OPENS:
                continue
            steps.append(Step(before, event, after))
            if after not in found:
                found.add(after)
                todo.append(after)
    return found, steps


def name(event: Event) -> str:
    return type(event).__name__


# What must hold of every copy.


def two_approved_who_have_nothing_to_do_with_it(copy: Copy) -> bool:
    approved = copy.state not in {State.REQUESTED, State.CANCELLED}
    return not copy.approvers & BARRED and (not approved or len(copy.approvers) >= 2)


def somebody_has_it_from_sealing_to_erasing(copy: Copy) -> bool:
    return (copy.holder is None) == (copy.state in BEFORE | AFTER)


def its_holder_is_staff_or_named(copy: Copy) -> bool:
    return copy.holder is None or copy.holder in STAFF | {CARRIER, RECIPIENT}


def what_is_shut_is_revoked(copy: Copy) -> bool:
    return copy.revoked == (copy.state in SHUT)


def nothing_was_opened_before_it_left(copy: Copy) -> bool:
    return copy.opens == 0 or copy.state not in BEFORE | {State.SEALED, State.OUT}


OF_A_COPY: list[Callable[[Copy], bool]] = [
    two_approved_who_have_nothing_to_do_with_it,
    somebody_has_it_from_sealing_to_erasing,
    its_holder_is_staff_or_named,
    what_is_shut_is_revoked,
    nothing_was_opened_before_it_left,
]

# What must hold of every step.


def revoked_never_turns_back(step: Step) -> bool:
    return step.after.revoked or not step.before.revoked


def a_holder_changes_by_two_signatures_or_when_staff_take_what_was_lost(step: Step) -> bool:
    event: Any = step.event
    if step.after.holder == step.before.holder:
        return True
    if name(step.event) == "HandOver":
        return (event.giver, event.receiver) == (step.before.holder, step.after.holder)
    if name(step.event) == "Find":
        return step.before.state == State.LOST and step.after.holder == event.by and event.by in STAFF
    return name(step.event) in {"Seal", "Close"}


def it_opens_when_it_is_out_and_not_revoked(step: Step) -> bool:
    if step.after.opens == step.before.opens:
        return name(step.event) != "Open"
    return step.before.state in {State.OUT, State.OPENED} and not step.before.revoked


def it_is_closed_by_nothing_but_erasing(step: Step) -> bool:
    return step.after.state != State.CLOSED or step.before.state == State.ERASED


def two_persons_erase_and_one_of_them_had_it(step: Step) -> bool:
    event: Any = step.event
    return name(event) != "Erase" or (event.by != event.witness and event.by == step.before.holder)


def lost_means_revoked_in_the_same_step(step: Step) -> bool:
    return name(step.event) != "Lose" or (step.after.state == State.LOST and step.after.revoked)


def only_what_was_lost_is_found(step: Step) -> bool:
    return name(step.event) != "Find" or step.before.state == State.LOST


def who_is_named_stays_named(step: Step) -> bool:
    return all(
        getattr(step.before, field) == getattr(step.after, field) for field in ("requester", "carrier", "recipient")
    )


OF_A_STEP: list[Callable[[Step], bool]] = [
    revoked_never_turns_back,
    a_holder_changes_by_two_signatures_or_when_staff_take_what_was_lost,
    it_opens_when_it_is_out_and_not_revoked,
    it_is_closed_by_nothing_but_erasing,
    two_persons_erase_and_one_of_them_had_it,
    lost_means_revoked_in_the_same_step,
    only_what_was_lost_is_found,
    who_is_named_stays_named,
]


# A planted module has a State of its own, so states are compared, never identified.


def broken(module: Life) -> set[str]:
    """Return which rules some copy or step breaks."""
    copies, steps = explore(module)
    found = {rule.__name__ for rule in OF_A_COPY for copy in copies if not rule(copy)}
    return found | {rule.__name__ for rule in OF_A_STEP for step in steps if not rule(step)}


def test_the_search_is_complete_and_growth_is_noticed() -> None:
    copies, steps = explore(life)
    assert (len(copies), len(steps)) == (212, 1540)


def test_every_state_is_reached() -> None:
    copies, _ = explore(life)
    assert {copy.state for copy in copies} == set(State)


def test_no_order_of_events_breaks_a_rule() -> None:
    assert broken(life) == set()


def test_a_copy_is_never_stuck_before_it_is_closed_or_cancelled() -> None:
    copies, steps = explore(life)
    stuck = copies - {step.before for step in steps}
    assert {copy.state for copy in stuck} == {State.CLOSED, State.CANCELLED}


def test_from_everywhere_a_copy_can_still_be_ended() -> None:
    copies, steps = explore(life)
    ended = {copy for copy in copies if copy.state in {State.CLOSED, State.CANCELLED}}
    while True:
        more = {step.before for step in steps if step.after in ended} - ended
        if not more:
            break
        ended |= more
    assert ended == copies


def test_whatever_is_out_of_the_safe_can_be_reported_lost() -> None:
    copies, steps = explore(life)
    reported = {step.before for step in steps if name(step.event) == "Lose"}
    held = {copy for copy in copies if copy.holder and copy.state is not State.LOST}
    assert reported == held


# Each of these was wrong somewhere once, or could be; the search finds it.

PLANTED = {
    "self-approval": ("{self.requester, self.carrier, self.recipient}", "{self.carrier, self.recipient}"),
    "the carrier approves": ("{self.requester, self.carrier, self.recipient}", "{self.requester}"),
    "the same person twice": ("len(approvers) >= copy.needed", "len(approvers) >= 1"),
    "free subcontracting": ("not event.staff and event.receiver not in {copy.carrier, copy.recipient}", "not event"),
    "anybody gives": ("event.giver != copy.holder", "event.giver == event.receiver"),
    "sealed unapproved": (
        "_must_be(copy, event, State.APPROVED)",
        "_must_be(copy, event, State.REQUESTED, State.APPROVED)",
    ),
    "opened in the store": ("event, State.OUT, State.OPENED)", "event, State.SEALED, State.OUT, State.OPENED)"),
    "opened after lost": ("event, State.OUT, State.OPENED)", "event, State.OUT, State.OPENED, State.LOST)"),
    "lost later than revoked": ("state=State.LOST, revoked=True", "state=State.LOST"),
    "found un-revokes": ("state=State.FOUND,", "state=State.OUT, revoked=False,"),
    "anybody takes what was found": ("event.by is not None and not event.staff", "event.by == copy.requester"),
    "found with another": ("holder=event.by or copy.holder", "holder=copy.recipient"),
    "found without a loss": ("event, State.LOST)", "event, State.LOST, State.OUT)"),
    "closed unproven": ("_must_be(copy, event, State.ERASED)", "_must_be(copy, event, State.ERASED, State.FOUND)"),
    "erased by another": ("event.by != copy.holder", "event.by == event.witness"),
    "erased alone": ("event.witness == event.by", "event.witness is event"),
    "erased and still open": ("state=State.ERASED, revoked=True", "state=State.ERASED"),
    "cancelled when it is out": ("event, State.REQUESTED, State.APPROVED)", "event, State.REQUESTED, State.OUT)"),
}


def planted(right: str, wrong: str) -> ModuleType:
    """Return the module with one thing in it wrong."""
    source = inspect.getsource(life)
    assert right in source
    module = ModuleType("wrong_life")
    exec(source.replace(right, wrong), vars(module))  # noqa: S102 - our own source
    return module


@pytest.mark.parametrize("bug", PLANTED)
def test_the_search_finds_a_planted_bug(bug: str) -> None:
    assert broken(planted(*PLANTED[bug]))


# What a person is told.

FRESH = Copy(requester=REQUESTER, carrier=CARRIER, recipient=RECIPIENT)
OUT = replace(FRESH, state=State.OUT, approvers=frozenset({FIRST, SECOND}), holder=CARRIER)

REFUSALS: dict[str, tuple[Copy, Event, str]] = {
    "own": (FRESH, life.Approve(REQUESTER), "own_approval"),
    "twice": (replace(FRESH, approvers=frozenset({FIRST})), life.Approve(FIRST), "approved_before"),
    "late": (OUT, life.Approve("third"), "not_now"),
    "giver": (OUT, life.HandOver(RECIPIENT, CARRIER, staff=False), "not_the_holder"),
    "himself": (OUT, life.HandOver(CARRIER, CARRIER, staff=False), "two_signatures"),
    "colleague": (OUT, life.HandOver(CARRIER, COLLEAGUE, staff=False), "not_named"),
    "eraser": (OUT, life.Erase(RECIPIENT, FIRST), "not_the_holder"),
    "witness": (OUT, life.Erase(CARRIER, CARRIER), "two_signatures"),
    "closed": (OUT, life.Close(), "not_now"),
    "found": (OUT, life.Find(), "not_now"),
    "taker": (replace(OUT, state=State.LOST, revoked=True), life.Find(CARRIER), "not_staff"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_says_which_rule(refusal: str) -> None:
    copy, event, key = REFUSALS[refusal]
    with pytest.raises(Refused) as caught:
        life.after(copy, event)
    assert caught.value.key == f"custody.{key}"
    assert caught.value.what("ja") != caught.value.what("en")


def test_three_approvals_take_three_persons() -> None:
    copy = replace(FRESH, needed=3)
    for person in (FIRST, SECOND):
        copy = life.after(copy, life.Approve(person))
    assert copy.state is State.REQUESTED
    assert life.after(copy, life.Approve("third")).state is State.APPROVED


def test_a_copy_that_staff_pass_among_themselves_has_not_left() -> None:
    sealed = replace(OUT, state=State.SEALED, holder=REQUESTER)
    passed = life.after(sealed, life.HandOver(REQUESTER, SECOND, staff=True))
    assert (passed.state, passed.holder) == (State.SEALED, SECOND)


@pytest.mark.parametrize("named", [CARRIER, RECIPIENT])
def test_a_copy_is_out_with_whom_it_was_approved_for_even_of_the_house(named: str) -> None:
    sealed = replace(OUT, state=State.SEALED, holder=REQUESTER)
    assert life.after(sealed, life.HandOver(REQUESTER, named, staff=True)).state is State.OUT


def test_who_has_a_part_in_a_copy_is_its_holder_too() -> None:
    assert FRESH.involved == {REQUESTER, CARRIER, RECIPIENT}
    assert replace(FRESH, holder="keeper").involved == {REQUESTER, CARRIER, RECIPIENT, "keeper"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "この写しはいま「持出し中」なので、`approve` はできません。"),
        ("en", "`approve` cannot follow here: the copy is out."),
    ],
)
def test_a_step_that_cannot_follow_is_told_in_the_words_of_commands_and_states(language: Language, said: str) -> None:
    with pytest.raises(Refused) as caught:
        life.after(OUT, life.Approve("third"))
    assert caught.value.what(language) == said


@pytest.mark.parametrize("event", typing.get_args(life.Event))
def test_every_event_has_the_name_of_a_command(event: type[life.Event]) -> None:
    assert life._COMMANDS[event] in {*COMMANDS, "cancel"}

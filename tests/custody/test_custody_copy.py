"""The life of a copy, searched completely: every state that any order of events reaches, and every step between two.

The search is breadth first, so the first step that breaks a rule ends a shortest way to it. Time is three moments: before the
window, in it, after it; nobody can do anything about its going on.
"""

import inspect
import typing
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import pytest

from sekisho.catalogue.words import Language
from sekisho.cli.commands import COMMANDS
from sekisho.custody import copy as life
from sekisho.custody.copy import Copy, Duty, Event, PendingOffer, State
from sekisho.errors import Refused

REQUESTER, FIRST, SECOND = "requester", "first", "second"
CARRIER, RECIPIENT, COLLEAGUE = "carrier", "recipient", "colleague"  # whom nobody named
PEOPLE = (REQUESTER, CARRIER, RECIPIENT, FIRST, SECOND, COLLEAGUE)
STAFF = {REQUESTER, FIRST, SECOND}
NAMED = {CARRIER, RECIPIENT}
BARRED = {REQUESTER, CARRIER, RECIPIENT}
MOST_OPENS = 1  # the search stops counting here; how often a copy may be opened is the custodian's to say

SEVEN = datetime(2022, 6, 21, 19, 0, tzinfo=UTC)
TIMES = [SEVEN + timedelta(hours=hours) for hours in (-3, 0, 3, 6)]
THERE = "callcentre"
FRESH = Copy(
    requester=REQUESTER,
    carrier=CARRIER,
    recipient=RECIPIENT,
    not_before=TIMES[1],
    not_after=TIMES[1] + timedelta(hours=2),
    due=TIMES[2],
    place=THERE,
)

_ASKED_FOR = ("requester", "carrier", "recipient", "not_before", "not_after", "due", "place")

BEFORE = {State.REQUESTED, State.APPROVED, State.CANCELLED}
SHUT = {State.LOST, State.FOUND, State.ERASED, State.CLOSED, State.CLOSED_LOST, State.CANCELLED}
LIVE = {State.SEALED, State.OUT, State.OPENED}
KEPT = {State.RETURNED, State.FOUND}
ENDED = {State.CLOSED, State.CLOSED_LOST, State.CANCELLED}

Life = Any
"""The module, or one like it in which something is wrong."""


class Later:
    """Time goes on."""


class Node(NamedTuple):
    """A copy at a moment."""

    copy: Copy
    moment: int


class Step(NamedTuple):
    """One event that was not refused."""

    before: Copy
    event: Any
    after: Copy
    at: datetime


def events(node: Node) -> Iterator[Event]:
    """Yield everything that anybody could try; that only staff seal is the caller's to see."""
    copy, now = node.copy, TIMES[node.moment]
    yield from map(life.Approve, (REQUESTER, CARRIER, RECIPIENT, FIRST, SECOND))
    yield from (life.Cancel(), life.Seal(REQUESTER, "ticket"), life.Close(), life.Lose(), life.Find())
    yield from (life.Open(now), life.Open(None))
    for one, other in product(dict.fromkeys((copy.holder or REQUESTER, CARRIER, COLLEAGUE)), PEOPLE):
        yield life.Offer(one, other, other in STAFF, TIMES[node.moment + 1])
        yield life.HandOver(one, other, staff=other in STAFF, place=THERE)
        if other in {one, FIRST}:
            yield from (life.Erase(one, other, proven=proven) for proven in (True, False))
    for person in PEOPLE:
        yield from (life.Accept(person, person in STAFF, now, place) for place in (THERE, ""))
        yield from (life.Decline(person), life.BreakSeal(person), life.Find(person, staff=person in STAFF))
    yield life.Expire(now)
    for pair in ((FIRST, SECOND), (FIRST, FIRST), (REQUESTER, FIRST), (CARRIER, SECOND)):
        yield from (life.Clear(*pair), life.WriteOff(*pair))


def explore(module: Life) -> Iterator[Step]:
    """Yield every step between copies that can come to be, those nearest to the first first."""
    start = Node(module.Copy(**{field: getattr(FRESH, field) for field in _ASKED_FOR}), 0)
    found, todo = {start}, deque([start])
    while todo:
        before = todo.popleft()
        for event, after in _following(module, before):
            yield Step(before.copy, event, after.copy, TIMES[before.moment])
            if after not in found:
                found.add(after)
                todo.append(after)


def _following(module: Life, before: Node) -> Iterator[tuple[Any, Node]]:
    if before.moment + 2 < len(TIMES):
        yield Later(), Node(before.copy, before.moment + 1)
    for event in events(before):
        try:
            after = module.after(before.copy, event)
        except Refused:
            continue
        if after.opens <= MOST_OPENS:
            yield event, Node(after, before.moment)


def name(event: Any) -> str:
    return type(event).__name__


# What must hold of every copy. A planted module has a State of its own, so states are compared, never identified.


def two_approved_who_have_nothing_to_do_with_it(copy: Copy) -> bool:
    approved = copy.state not in {State.REQUESTED, State.CANCELLED}
    return not copy.approvers & BARRED and (not approved or len(copy.approvers) >= 2)


def somebody_has_it_from_sealing_to_erasing(copy: Copy) -> bool:
    return (copy.holder is None) == (copy.state in BEFORE | {State.CLOSED})


def its_holder_is_staff_or_named(copy: Copy) -> bool:
    return copy.holder is None or copy.holder in STAFF | NAMED


def what_is_shut_is_revoked(copy: Copy) -> bool:
    return copy.revoked == (copy.state in SHUT)


def nothing_was_opened_before_it_left(copy: Copy) -> bool:
    return copy.opens == 0 or copy.state not in BEFORE | {State.SEALED, State.OUT}


def an_offer_is_of_its_holder_to_another_who_may_have_it(copy: Copy) -> bool:
    offer = copy.offer
    if offer is None:
        return True
    may = STAFF if copy.state in KEPT or copy.seal_broken else STAFF | NAMED
    return copy.state in LIVE | KEPT and offer.giver == copy.holder != offer.receiver and offer.receiver in may


def closed_means_revoked_and_seen_to_be_erased(copy: Copy) -> bool:
    return copy.state != State.CLOSED or (copy.revoked and copy.proven)


def what_came_back_is_with_staff(copy: Copy) -> bool:
    return copy.state != State.RETURNED or copy.holder in STAFF


def whatever_is_not_ended_has_a_duty_or_is_looked_for(copy: Copy) -> bool:
    nothing = BEFORE | ENDED | {State.LOST}
    return (life.duty(copy) is None) == (copy.state in nothing)


OF_A_COPY: list[Callable[[Copy], bool]] = [
    two_approved_who_have_nothing_to_do_with_it,
    somebody_has_it_from_sealing_to_erasing,
    its_holder_is_staff_or_named,
    what_is_shut_is_revoked,
    nothing_was_opened_before_it_left,
    an_offer_is_of_its_holder_to_another_who_may_have_it,
    closed_means_revoked_and_seen_to_be_erased,
    what_came_back_is_with_staff,
    whatever_is_not_ended_has_a_duty_or_is_looked_for,
]

# What must hold of every step.


def revoked_never_turns_back(step: Step) -> bool:
    return step.after.revoked or not step.before.revoked


def a_holder_changes_by_acceptance_in_time_or_when_staff_take_what_was_lost(step: Step) -> bool:
    event, offer = step.event, step.before.offer
    if step.after.holder == step.before.holder:
        return name(event) not in {"Accept", "HandOver"}
    match name(event):
        case "Accept":
            return offer is not None and offer.receiver == event.by == step.after.holder and step.at < offer.until
        case "HandOver":
            return (event.giver, event.receiver) == (step.before.holder, step.after.holder) and offer is None
        case "Find":
            return bool(step.after.holder == event.by and event.by in STAFF)
        case _:
            return name(event) in {"Seal", "Close"}


def there_is_one_offer_at_a_time_and_it_ends(step: Step) -> bool:
    event, before, after = step.event, step.before.offer, step.after.offer
    if before == after:
        return before is None or name(event) in {"Later", "Open", "Clear"}
    match name(event):
        case "Offer":
            return before is None
        case "Decline":
            return after is None and before is not None and event.by in {before.giver, before.receiver}
        case "Expire":
            return after is None and before is not None and step.at >= before.until
        case _:
            return after is None and name(event) in {"Accept", "Erase", "Lose", "BreakSeal"}


def it_opens_when_it_is_out_whole_in_its_window_and_place(step: Step) -> bool:
    if step.after.opens == step.before.opens:
        return name(step.event) != "Open"
    copy = step.before
    if copy.state not in {State.OUT, State.OPENED} or copy.revoked:
        return False
    in_time = (
        copy.not_before is not None and copy.not_after is not None and copy.not_before <= step.at <= copy.not_after
    )
    return step.event.at is None or (in_time and copy.where == copy.place and not copy.seal_broken)


def it_is_closed_by_nothing_but_erasing(step: Step) -> bool:
    return step.after.state != State.CLOSED or step.before.state in {State.ERASED, State.CLOSED}


def two_persons_erase_and_one_of_them_had_it(step: Step) -> bool:
    event = step.event
    return name(event) != "Erase" or (event.by != event.witness and event.by == step.before.holder)


def lost_means_revoked_in_the_same_step(step: Step) -> bool:
    return name(step.event) != "Lose" or (step.after.state == State.LOST and step.after.revoked)


def only_what_was_lost_is_found_and_it_stays_shut(step: Step) -> bool:
    was = step.before.state in {State.LOST, State.CLOSED_LOST}
    return name(step.event) != "Find" or (was and step.after.state == State.FOUND and step.after.revoked)


def what_is_lost_is_given_up_by_two_who_have_no_part_in_it(step: Step) -> bool:
    if step.before.state == State.CLOSED_LOST or step.after.state != State.CLOSED_LOST:
        return True
    two = {getattr(step.event, "first", None), getattr(step.event, "second", None)}
    return step.before.state == State.LOST and len(two) == 2 and not two & step.before.involved


def who_and_what_was_approved_stays(step: Step) -> bool:
    return all(getattr(step.before, each) == getattr(step.after, each) for each in (*_ASKED_FOR, "needed"))


def what_came_back_or_was_found_goes_nowhere_else(step: Step) -> bool:
    if step.before.state not in KEPT:
        return True
    stays = step.after.state in {step.before.state, State.ERASED, State.LOST}
    return stays and (step.after.holder == step.before.holder or step.after.holder in STAFF)


def the_office_takes_it_back_by_taking_it(step: Step) -> bool:
    taken = step.before.holder != step.after.holder and step.after.holder in STAFF
    return not (taken and step.before.state in {State.OUT, State.OPENED}) or step.after.state == State.RETURNED


def a_broken_seal_is_cleared_by_two_who_have_no_part_in_it(step: Step) -> bool:
    if not step.before.seal_broken or step.after.seal_broken:
        return True
    event = step.event
    return (
        name(event) == "Clear"
        and event.first != event.second
        and not {event.first, event.second} & step.before.involved
    )


OF_A_STEP: list[Callable[[Step], bool]] = [
    revoked_never_turns_back,
    a_holder_changes_by_acceptance_in_time_or_when_staff_take_what_was_lost,
    there_is_one_offer_at_a_time_and_it_ends,
    it_opens_when_it_is_out_whole_in_its_window_and_place,
    it_is_closed_by_nothing_but_erasing,
    two_persons_erase_and_one_of_them_had_it,
    lost_means_revoked_in_the_same_step,
    only_what_was_lost_is_found_and_it_stays_shut,
    what_is_lost_is_given_up_by_two_who_have_no_part_in_it,
    who_and_what_was_approved_stays,
    what_came_back_or_was_found_goes_nowhere_else,
    the_office_takes_it_back_by_taking_it,
    a_broken_seal_is_cleared_by_two_who_have_no_part_in_it,
]


def breaks(module: Life) -> Iterator[str]:
    """Yield which rules are broken, in the order in which a search meets them."""
    for step in explore(module):
        yield from (rule.__name__ for rule in OF_A_STEP if not rule(step))
        yield from (rule.__name__ for rule in OF_A_COPY if not rule(step.after))


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(explore(life))


def copies_of(steps: list[Step]) -> set[Copy]:
    return {step.after for step in steps} | {FRESH}


def test_the_search_is_complete_and_growth_is_noticed(steps: list[Step]) -> None:
    assert (len(copies_of(steps)), len(steps)) == (1000, 16241)


def test_every_state_and_every_event_is_reached(steps: list[Step]) -> None:
    assert {copy.state for copy in copies_of(steps)} == set(State)
    assert {type(step.event) for step in steps} - {Later} == set(typing.get_args(life.Event))


def test_no_order_of_events_breaks_a_rule() -> None:
    assert list(breaks(life)) == []


def test_a_copy_is_never_stuck_before_it_is_closed_or_cancelled(steps: list[Step]) -> None:
    stuck = copies_of(steps) - {step.before for step in steps if name(step.event) != "Later"}
    assert {copy.state for copy in stuck} == {State.CLOSED, State.CANCELLED}


def test_from_everywhere_a_copy_can_still_be_ended(steps: list[Step]) -> None:
    ways = {(step.before, step.after) for step in steps if name(step.event) != "Later"}
    ended = {copy for copy in copies_of(steps) if copy.state in ENDED}
    while more := {before for before, after in ways if after in ended} - ended:
        ended |= more
    assert ended == copies_of(steps)


def test_whatever_is_out_of_the_safe_can_be_reported_lost(steps: list[Step]) -> None:
    reported = {step.before for step in steps if name(step.event) == "Lose"}
    gone = {State.LOST, State.CLOSED_LOST}
    assert reported == {copy for copy in copies_of(steps) if copy.holder and copy.state not in gone}


def test_what_is_lost_or_given_up_can_still_turn_up(steps: list[Step]) -> None:
    missing = {copy for copy in copies_of(steps) if copy.state in {State.LOST, State.CLOSED_LOST}}
    assert missing == {step.before for step in steps if name(step.event) == "Find"}


# Each of these was wrong somewhere once, or could be; the search finds it.

_STAFF_OR_NAMED = "not staff and receiver not in copy.named"
_KEPT_ALONE = "not staff and (copy.state in _KEPT or copy.seal_broken)"
PLANTED = {
    "self-approval": ("{self.requester, self.carrier, self.recipient}", "{self.carrier, self.recipient}"),
    "the carrier approves": ("{self.requester, self.carrier, self.recipient}", "{self.requester}"),
    "the same person twice": ("len(approvers) >= copy.needed", "len(approvers) >= 1"),
    "free subcontracting": (_STAFF_OR_NAMED, "not staff and not receiver"),
    "anybody gives": ("event.giver != copy.holder", "event.giver == event.receiver"),
    "a holder without acceptance": ("copy, offer=PendingOffer(", "copy, holder=receiver, offer=PendingOffer("),
    "somebody else accepts": ("if by != offer.receiver:", "if by == offer.giver:"),
    "an offer is accepted when it is over": ("if at >= offer.until:", "if at > offer.until + (copy.due - copy.not_before):"),
    "an offer over another": ("if copy.offer is not None:", "if copy.seal_broken and copy.offer is not None:"),
    "an offer ends before its time": ("if at < offer.until:", "if at < copy.not_before:"),
    "anybody takes an offer back": ("if by not in {offer.giver, offer.receiver}:", "if by in copy.approvers:"),
    "an offer that outlives a loss": ("state=State.LOST, revoked=True, offer=None", "state=State.LOST, revoked=True"),
    "sealed unapproved": (
        "_must_be(copy, event, State.APPROVED)",
        "_must_be(copy, event, State.REQUESTED, State.APPROVED)",
    ),
    "opened in the store": ("State.OUT, State.OPENED)\n    if at", "State.SEALED, State.OUT, State.OPENED)\n    if at"),
    "opened after lost": ("State.OUT, State.OPENED)\n    if at", "State.OUT, State.OPENED, State.LOST)\n    if at"),
    "opened after it came back": ("State.OPENED)\n    if at", "State.OPENED, State.RETURNED)\n    if at"),
    "opened too early": ("at < copy.not_before", "at < copy.not_before - (copy.due - copy.not_before)"),
    "opened too late": ("at > copy.not_after", "at > copy.due"),
    "opened elsewhere": ("copy.where != copy.place", "copy.where not in {copy.place, ''}"),
    "opened with a broken seal": ("if copy.seal_broken:", "if copy.seal_broken and copy.offer:"),
    "one person clears a seal": ("if first == second:", "if first in copy.involved:"),
    "who has it clears its seal": ("if person in copy.involved:", "if person in {copy.requester}:"),
    "it comes back and is not back": ("state = State.RETURNED", "state = copy.state"),
    "what came back goes out again": (_KEPT_ALONE, "not staff and copy.seal_broken"),
    "lost later than revoked": ("state=State.LOST, revoked=True", "state=State.LOST"),
    "found un-revokes": ("state=State.FOUND,", "state=State.OUT, revoked=False,"),
    "anybody takes what was found": ("event.by is not None and not event.staff", "event.by == copy.requester"),
    "found with another": ("holder=event.by or copy.holder", "holder=copy.recipient"),
    "found without a loss": ("event, State.LOST, State.CLOSED_LOST)", "event, State.LOST, State.OUT)"),
    "written off without a loss": ("event, State.LOST)", "event, State.LOST, State.OUT)"),
    "closed unproven": ("if not copy.proven:", "if not copy.revoked:"),
    "erased by another": ("event.by != copy.holder", "event.by == event.witness"),
    "erased alone": ("event.witness == event.by", "event.witness is event"),
    "erased and still open": ("state=State.ERASED, revoked=True", "state=State.ERASED"),
    "cancelled when it is out": ("event, State.REQUESTED, State.APPROVED)", "event, State.REQUESTED, State.OUT)"),
}  # fmt: skip


def planted(right: str, wrong: str) -> ModuleType:
    """Return the module with one thing in it wrong."""
    source = inspect.getsource(life)
    assert right in source
    module = ModuleType("wrong_life")
    exec(source.replace(right, wrong), vars(module))  # noqa: S102 - our own source
    return module


@pytest.mark.parametrize("bug", PLANTED)
def test_the_search_finds_a_planted_bug(bug: str) -> None:
    assert next(breaks(planted(*PLANTED[bug])), None)


# What a person is told.

OUT = replace(FRESH, state=State.OUT, approvers=frozenset({FIRST, SECOND}), holder=CARRIER)
OFFERED = replace(OUT, offer=PendingOffer(giver=CARRIER, receiver=RECIPIENT, until=TIMES[2]))
LOST = replace(OUT, state=State.LOST, revoked=True)

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
    "taker": (LOST, life.Find(CARRIER), "not_staff"),
    "offered": (OFFERED, life.HandOver(CARRIER, RECIPIENT, staff=False), "offer_pending"),
    "no offer": (OUT, life.Accept(RECIPIENT, staff=False, at=TIMES[1]), "no_offer"),
    "not his": (OFFERED, life.Accept(FIRST, staff=True, at=TIMES[1]), "offer_not_yours"),
    "too late": (OFFERED, life.Accept(RECIPIENT, staff=False, at=TIMES[2]), "offer_over"),
    "stands": (OFFERED, life.Expire(TIMES[1]), "offer_stands"),
    "back out": (
        replace(OUT, state=State.RETURNED, holder=FIRST),
        life.HandOver(FIRST, CARRIER, staff=False),
        "to_staff_alone",
    ),
    "elsewhere": (OUT, life.Open(TIMES[1]), "other_place"),
    "broken": (replace(OUT, seal_broken=True, where=THERE), life.Open(TIMES[1]), "seal_is_broken"),
    "unseen": (replace(OUT, state=State.ERASED, revoked=True), life.Close(), "erasing_not_seen"),
    "own loss": (LOST, life.WriteOff(CARRIER, FIRST), "own_approval"),
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
    assert life._COMMANDS[event].split()[0] in {*COMMANDS, "cancel"}


# What is still to be done.


def test_what_is_out_is_to_come_back_and_what_came_back_is_to_be_erased() -> None:
    back = life.after(OUT, life.HandOver(CARRIER, FIRST, staff=True))
    assert (life.duty(OUT), back.state, life.duty(back)) == (Duty.RETURN, State.RETURNED, Duty.ERASE)


def test_a_copy_is_overdue_after_its_time_until_its_duty_is_done() -> None:
    erased = life.after(OUT, life.Erase(CARRIER, FIRST, proven=True))
    closed = life.after(erased, life.Close())
    late = TIMES[2] + timedelta(seconds=1)
    assert [life.is_overdue(OUT, TIMES[2]), life.is_overdue(OUT, late)] == [False, True]
    assert [life.is_overdue(copy, late) for copy in (erased, closed, LOST)] == [True, False, False]


def test_a_copy_stored_before_there_were_windows_and_offers_is_read() -> None:
    stored = b'{"state":"out","requester":"a","carrier":"b","recipient":"c","needed":2,"approvers":[],"holder":"b",'
    copy = msgspec.json.decode(stored + b'"opens":0,"revoked":false}', type=Copy)
    assert life.after(copy, life.Open(TIMES[0])).state is State.OPENED
    assert msgspec.json.decode(msgspec.json.encode(OFFERED), type=Copy) == OFFERED


# Two copies of one request: the stick and its spare.


class Two(NamedTuple):
    """What happened to one of two copies."""

    before: tuple[Copy, ...]
    which: int
    event: Any
    after: tuple[Copy, ...]


def explore_two(module: Life) -> Iterator[Two]:
    """Yield every step of two copies that were asked for together; the people are fewer, for they were searched above."""
    start = (module.Copy(requester=REQUESTER, carrier=CARRIER, recipient=RECIPIENT),) * 2
    tried = [life.Approve(FIRST), life.Approve(SECOND), life.Seal(REQUESTER, "a"), life.Seal(REQUESTER, "b"), life.Cancel(),
             life.HandOver(REQUESTER, CARRIER, staff=False), life.Open(None), life.Lose(), life.Find(),
             life.HandOver(CARRIER, FIRST, staff=True), life.Erase(CARRIER, FIRST, proven=True), life.Close()]  # fmt: skip
    found, todo = {start}, deque([start])
    while todo:
        before = todo.popleft()
        for which, event in product((0, 1), tried):
            try:
                after = module.among(before, which, event)
            except Refused:
                continue
            if max(copy.opens for copy in after) > MOST_OPENS:
                continue
            yield Two(before, which, event, after)
            if after not in found:
                found.add(after)
                todo.append(after)


def as_many_as_were_approved(step: Two) -> bool:
    return len(step.after) == len(step.before) and len({copy.approvers for copy in step.after}) == 1


def each_has_a_ticket_of_its_own(step: Two) -> bool:
    tickets = [copy.ticket for copy in step.after if copy.ticket]
    return len(set(tickets)) == len(tickets)


def what_happens_to_one_happens_to_no_other(step: Two) -> bool:
    if name(step.event) in {"Approve", "Cancel"}:
        return True
    other = 1 - step.which
    return step.after[other] == step.before[other]


OF_TWO: list[Callable[[Two], bool]] = [
    as_many_as_were_approved,
    each_has_a_ticket_of_its_own,
    what_happens_to_one_happens_to_no_other,
]


def test_two_copies_of_one_request_are_counted_each_on_its_own() -> None:
    steps = list(explore_two(life))
    assert (len({step.after for step in steps}), len(steps)) == (973, 3008)
    assert [rule.__name__ for step in steps for rule in OF_TWO if not rule(step)] == []
    assert any({copy.state for copy in step.after} == {State.CLOSED, State.LOST} for step in steps)


PLANTED_IN_TWO = {
    "a second copy under one ticket": ("in {other.ticket for other in others}", "in set()"),
    "an approval of one alone": ("isinstance(event, Approve | Cancel)", "isinstance(event, Cancel)"),
    "a third copy": ("*copies[which + 1 :])", "*copies[which:])"),
    "one loss shuts both": ("isinstance(event, Approve | Cancel)", "isinstance(event, Approve | Cancel | Lose)"),
}


@pytest.mark.parametrize("bug", PLANTED_IN_TWO)
def test_the_search_over_two_copies_finds_a_planted_bug(bug: str) -> None:
    assert any(not rule(step) for step in explore_two(planted(*PLANTED_IN_TWO[bug])) for rule in OF_TWO)

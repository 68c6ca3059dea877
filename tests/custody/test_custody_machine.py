"""Whatever people do in whatever order, the office says what the pure life of a copy says, and its tickets follow."""

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import psycopg
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from database_servers import fresh_postgresql, postgresql
from invented_office import CONTRACTOR, Town, copied, make_town, register_text, signing_key
from sekisho.clock import from_text
from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.copy import Copy, Event, State
from sekisho.custody.handing import erase, find
from sekisho.custody.offering import accept, break_seal, decline, expire_offers, offer
from sekisho.custody.refolding import refold
from sekisho.custody.returning import write_off
from sekisho.custody.stopping import destroy_share, lift_suspension, suspend_copy
from sekisho.errors import Refused
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

REGISTER = register_text(persons='["carrier", "supervisor", "agent"]').replace(
    "['requester']", "['requester', 'approver']"
)
"""The requester could approve, were it not his own; a colleague of the carrier could carry, had anybody named him."""

STAFF = ("officer", "chief", "security", "clerk")
APPROVERS = ("officer", "chief", "security")
PEOPLE = (*STAFF, *CONTRACTOR, "stranger")
MOST_OPENS = 2
ROUNDS = int(os.environ.get("SEKISHO_NIGHTS", "1"))
"""``SEKISHO_NIGHTS=30`` plays 300 nights in a file and 60 on a server."""
MISSING = {State.LOST, State.CLOSED_LOST}
MINUTE = timedelta(minutes=1)
MOST_MINUTES = 12
"""For so long an approval that waits still counts."""

anybody = st.sampled_from(PEOPLE)
officers = st.lists(st.sampled_from(APPROVERS), min_size=1, max_size=3)
mostly_two = st.one_of(st.just(["chief", "security"]), officers)


@dataclass(eq=False)
class Known:
    """What the model knows of a copy.

    Attributes:
        slip: its slip number.
        request: the number of the request that it came of.
        copy: where it stands, by the pure machine.
        ticket: the state of its ticket, once it is sealed.
        lost: its ticket was shut for good.
        there: its capsule is on its stick.
        approved: who approved the opening that waits; the night's clock stands still, so it waits until it is answered.
    """

    slip: str
    request: int
    copy: Copy
    ticket: str = ""
    lost: bool = False
    there: bool = False
    approved: set[str] = field(default_factory=set)


def follows(known: Known, *events: Event) -> tuple[str, Copy]:
    """Ask the pure machine: the rule that refuses, or none, and the copy afterwards."""
    copy = known.copy
    try:
        for event in events:
            copy = life.after(copy, event)
    except Refused as refused:
        return rule_of(refused), known.copy
    return "", copy


def rule_of(refused: Refused) -> str:
    return refused.key.partition(".")[2]


class Night(RuleBasedStateMachine):
    """A town, and a model of its copies."""

    make: ClassVar[Callable[[Path], Town]]
    copies = Bundle("copies")

    @initialize(target=copies)
    def begin(self) -> MultipleResults[Known]:
        self.root = Path(tempfile.mkdtemp(prefix="custody-"))
        self.town = type(self).make(self.root)
        self.minutes = 0
        self.requests: dict[int, list[Known]] = {}
        return multiple(*self.carried_out())

    def teardown(self) -> None:
        self.town.restart()
        self.town.verify()
        folded = refold(self.town.office)
        assert (folded.differences, folded.erased) == ((), ())
        assert (self.town.partials(), self.town.lying_open()) == ([], [])
        self.town.leave()
        shutil.rmtree(self.root)

    @property
    def known(self) -> list[Known]:
        return [each for copies in self.requests.values() for each in copies]

    @property
    def now(self) -> datetime:
        return self.town.office.ledger.time()

    def outcome(self, act: Callable[[], object], *, tries: bool = False) -> str:
        """Do something; return which rule refused it, or nothing. Only a try to open may leave entries all the same."""
        size = self.town.size
        try:
            act()
        except Refused as refused:
            assert tries or self.town.size == size
            return rule_of(refused)
        return ""

    def stick(self, known: Known) -> Path:
        return self.town.stick(self.town.row(known.slip).medium)

    # Asking, approving, sealing.

    @precondition(lambda self: len(self.requests) < 4)
    @rule(target=copies, media=st.integers(1, 2))
    def ask_for_more(self, media: int) -> MultipleResults[Known]:
        return multiple(*self.ask(media))

    @precondition(lambda self: len(self.requests) < 4)
    @rule(target=copies)
    def another_evening(self) -> MultipleResults[Known]:
        return multiple(*self.carried_out())

    def carried_out(self) -> list[Known]:
        """Do all that it takes for two sticks to be out."""
        first, second = self.ask(2)
        for name in ("chief", "security"):
            self.approve(first, name)
        self.seal(first, "officer")
        for known in (first, second):
            self.hand_over(known, "officer", "carrier")
        return [first, second]

    def ask(self, media: int) -> list[Known]:
        count = len(self.known)
        request = self.town.request(media=[f"USB-{count + each}" for each in range(media)], max_opens=MOST_OPENS)
        asked = request.statement
        blank = Copy(
            requester="officer",
            carrier="carrier",
            recipient="supervisor",
            not_before=from_text(asked.not_before),
            not_after=from_text(asked.not_after),
            due=from_text(asked.due),
        )
        self.requests[request.id] = [Known(slip, request.id, blank) for slip in self.town.slips[count:]]
        return self.requests[request.id]

    @rule(known=copies, by=anybody)
    def approve(self, known: Known, by: str) -> None:
        together = self.requests[known.request]
        said = self.outcome(lambda: self.town.approve(known.request, by))
        if by not in APPROVERS:
            assert said == "no_role"
            return
        for each in together:
            expected, each.copy = follows(each, life.Approve(by))
            assert said == expected

    @rule(known=copies, by=st.sampled_from([*APPROVERS, "clerk", "carrier"]))
    def seal(self, known: Known, by: str) -> None:
        request = records.get_request(self.town.office.ledger.connection, known.request)
        said = self.outcome(lambda: self.town.seal(request, sealer=by))
        if by not in APPROVERS:
            assert said == "no_role"
        elif known.copy.state is State.REQUESTED:
            assert said == "approvals_missing"
        else:
            assert said == ""
            for each in self.requests[known.request]:
                if each.copy.state is State.APPROVED:
                    ticket = self.town.cid(each.slip).hex()
                    each.copy, each.ticket, each.there = life.after(each.copy, life.Seal(by, ticket)), "live", True

    # From hand to hand.

    @rule(known=copies, giver=anybody, receiver=anybody)
    def hand_over(self, known: Known, giver: str, receiver: str) -> None:
        said = self.outcome(lambda: self.town.carry(known.slip, giver, receiver))
        expected, after = follows(known, life.HandOver(giver, receiver, staff=receiver in STAFF))
        if receiver == "stranger":
            assert said == "outside_chain"
            return
        assert said == expected
        known.copy = after

    @rule(known=copies, receiver=anybody)
    def pass_on(self, known: Known, receiver: str) -> None:
        self.hand_over(known, known.copy.holder or "officer", receiver)

    # From hand to hand, when they are not at one table.

    @precondition(lambda self: self.minutes < MOST_MINUTES)
    @rule()
    def a_minute_passes(self) -> None:
        self.minutes += 1
        self.town.clock.advance(MINUTE)

    @rule()
    def offers_that_are_over_end(self) -> None:
        over = {known.slip for known in self.known if known.copy.offer and known.copy.offer.until <= self.now}
        assert set(expire_offers(self.town.office)) == over
        for known in self.known:
            if known.slip in over:
                known.copy = life.after(known.copy, life.Expire(self.now))

    @rule(known=copies, giver=st.one_of(st.none(), anybody), receiver=anybody, minutes=st.integers(1, 3))
    def offer(self, known: Known, giver: str | None, receiver: str, minutes: int) -> None:
        self.offers_that_are_over_end()
        by, until = giver or known.copy.holder or "officer", self.now + minutes * MINUTE
        said = self.outcome(
            lambda: offer(self.town.office, known.slip, giver=signing_key(by), to=receiver, until=until)
        )
        if not known.ticket:
            assert said == "not_sealed"
        elif receiver == "stranger":
            assert said == "outside_chain"
        else:
            given = self.town.row(known.slip).copy.offer
            event = life.Offer(by, receiver, receiver in STAFF, until, given.statement if given else "")
            expected, known.copy = follows(known, event)
            assert said == expected

    @rule(known=copies, by=st.one_of(st.none(), anybody), place=st.sampled_from(["", "callcentre"]))
    def accept(self, known: Known, by: str | None, place: str) -> None:
        waiting = known.copy.offer
        by = by or (waiting.receiver if waiting else "carrier")
        said = self.outcome(lambda: accept(self.town.office, known.slip, receiver=signing_key(by), place=place))
        if (early := self.no_answer(known)) or by == "stranger":
            assert said == (early or "outside_chain")
        else:
            expected, known.copy = follows(known, life.Accept(by, by in STAFF, self.now, place))
            assert said == expected

    @rule(known=copies, by=st.one_of(st.none(), anybody))
    def decline(self, known: Known, by: str | None) -> None:
        waiting = known.copy.offer
        by = by or (waiting.giver if waiting else "carrier")
        said = self.outcome(lambda: decline(self.town.office, known.slip, by=signing_key(by)))
        if early := self.no_answer(known):
            assert said == early
        else:
            expected, known.copy = follows(known, life.Decline(by))
            assert said == expected

    @staticmethod
    def no_answer(known: Known) -> str:
        """Return why nothing can be answered, if nothing can."""
        return "" if known.ticket and known.copy.offer else "no_offer" if known.ticket else "not_sealed"

    @rule(known=copies, by=st.one_of(st.none(), anybody))
    def break_seal(self, known: Known, by: str | None) -> None:
        by = by or known.copy.holder or "officer"
        said = self.outcome(lambda: break_seal(self.town.office, known.slip, by=signing_key(by)))
        expected, after = follows(known, life.BreakSeal(by))
        assert said == (expected if known.ticket else "not_sealed")
        if said == "":
            known.copy, known.ticket = after, "suspended" if known.ticket == "live" else known.ticket

    # Opening.

    @rule(known=copies, approvers=mostly_two)
    def open(self, known: Known, approvers: list[str]) -> None:
        if not known.there:
            return
        said = self.outcome(lambda: self.town.open(known.slip, *approvers), tries=True)
        expected, after = follows(known, life.Open(self.now))
        if known.ticket != "live":
            assert said == known.ticket
            return
        if known.copy.opens >= MOST_OPENS:
            assert said == "opened_out"
            return
        barred = [each for each in approvers if each in known.copy.involved]
        known.approved |= set(approvers[: approvers.index(barred[0])] if barred else approvers)
        if barred:
            assert said == "own_approval"
        elif len(known.approved - known.copy.involved) < 2:
            assert said == "approvals_missing"
        else:
            assert said == expected
            known.copy = after
            known.approved = known.approved if said else set()

    # Stopping.

    @rule(known=copies, by=mostly_two)
    def stop_and_go_on(self, known: Known, by: list[str]) -> None:
        self.suspend(known)
        self.lift(known, by)

    @rule(known=copies)
    def suspend(self, known: Known) -> None:
        said = self.outcome(lambda: suspend_copy(self.town.office, known.slip))
        assert said == {"": "not_sealed", "destroyed": "destroyed"}.get(known.ticket, "")
        known.ticket = "suspended" if said == "" else known.ticket

    @rule(known=copies, by=mostly_two)
    def lift(self, known: Known, by: list[str]) -> None:
        keys = [signing_key(name) for name in by]
        said = self.outcome(lambda: lift_suspension(self.town.office, known.slip, keys=keys))
        if not known.ticket:
            assert said == "not_sealed"
        elif len(set(by)) < 2:
            assert said == "keys_missing"
        elif known.copy.involved & set(by):
            assert said == "own_approval"
        elif known.lost:
            assert said == "lost_stays_shut"
        else:
            assert said == ("" if known.ticket == "suspended" else "not_suspended")
            known.ticket = "live" if said == "" else known.ticket
            if said == "" and known.copy.seal_broken:
                first, second, *_ = sorted(set(by))
                known.copy = life.after(known.copy, life.Clear(first, second))

    @rule(known=copies)
    def destroy(self, known: Known) -> None:
        keys = [signing_key(name) for name in ("chief", "security")]
        said = self.outcome(lambda: destroy_share(self.town.office, known.slip, keys=keys))
        assert said == ("" if known.ticket else "not_sealed")
        known.ticket = known.ticket and "destroyed"

    # The end of it.

    @rule(known=copies, by=st.one_of(st.none(), anybody), witness=anybody)
    def erase_it(self, known: Known, by: str | None, witness: str) -> None:
        self.erase(known, by or known.copy.holder or "officer", witness)

    def erase(self, known: Known, by: str, witness: str) -> None:
        holds, watches = signing_key(by), signing_key(witness)
        stick = self.stick(known)
        said = self.outcome(lambda: erase(self.town.office, known.slip, stick, holder=holds, witness=watches))
        erase_and_close = (life.Erase(by, witness, proven=True), life.Close())
        expected, after = follows(known, *(erase_and_close if known.there else [life.Erase(by, witness)]))
        assert said == expected
        if said == "":
            known.copy, known.ticket, known.there = after, "destroyed", False

    @rule(known=copies)
    def the_file_is_deleted(self, known: Known) -> None:
        if known.there:
            self.town.capsule(known.slip).unlink()
            known.there = False

    @rule(known=copies, officer=st.booleans())
    def lose(self, known: Known, officer: bool) -> None:
        key = signing_key("security") if officer else None
        said = self.outcome(lambda: report_lost(self.town.office, [known.slip], key_officer=key))
        again = known.copy.state is State.LOST
        expected, after = ("", known.copy) if again else follows(known, life.Lose())
        assert said == expected
        if said == "":
            known.copy = after
            if known.ticket != "destroyed":
                known.lost, known.ticket = True, "suspended"
            if officer:
                known.ticket = "destroyed"

    @rule(known=copies, officer=st.booleans(), by=st.one_of(st.none(), anybody))
    def lost_and_found(self, known: Known, officer: bool, by: str | None) -> None:
        self.lose(known, officer)
        self.find_it(known, by)

    @rule(known=copies, by=mostly_two)
    def lost_and_given_up(self, known: Known, by: list[str]) -> None:
        self.lose(known, officer=False)
        self.give_up(known, by)

    @precondition(lambda self: any(each.copy.state is State.LOST for each in self.known))
    @rule(known=copies, by=mostly_two)
    def give_up(self, known: Known, by: list[str]) -> None:
        said = self.outcome(lambda: write_off(self.town.office, known.slip, keys=[signing_key(name) for name in by]))
        if len(set(by)) < 2:
            assert said == "keys_missing"
        else:
            first, second, *_ = sorted(set(by))
            expected, known.copy = follows(known, life.WriteOff(first, second))
            assert said == expected

    @precondition(lambda self: any(each.copy.state in MISSING for each in self.known))
    @rule(known=copies, by=st.one_of(st.none(), anybody))
    def find_it(self, known: Known, by: str | None) -> None:
        if known.copy.state in MISSING and not known.there:
            return
        taker = signing_key(by) if by else None
        said = self.outcome(lambda: find(self.town.office, known.slip, self.stick(known), taker=taker))
        expected, known.copy = follows(known, life.Find(by, staff=by in STAFF))
        assert said == expected

    @rule()
    def the_office_closes_and_opens(self) -> None:
        self.town.restart()

    # At all times.

    @invariant()
    def the_office_has_what_the_model_has(self) -> None:
        given = Counter(leaf.copy for leaf in self.town.leaves("release.given"))
        for known in self.known:
            assert self.town.row(known.slip).copy == known.copy
            if known.ticket:
                assert self.town.ticket(known.slip) == known.ticket
                assert given[self.town.cid(known.slip).hex()] == known.copy.opens
            assert known.ticket in {"suspended", "destroyed"} or not known.copy.revoked


def play(night: type[Night], *, examples: int, steps: int) -> None:
    run_state_machine_as_test(night, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None))


def test_whatever_people_do_the_office_says_what_the_life_of_a_copy_says(model: Path, tmp_path: Path) -> None:
    town = copied(model, tmp_path)
    town.learn(REGISTER)
    town.leave()

    class InAFile(Night):
        make = staticmethod(partial(copied, tmp_path))

    play(InAFile, examples=ROUNDS * 10, steps=35)


def test_and_so_it_does_on_a_server(tmp_path: Path) -> None:
    with postgresql(durable=True) as server:
        town = make_town(tmp_path, database=fresh_postgresql(server, "model"))
        town.learn(REGISTER)
        town.leave()

        class OnAServer(Night):
            make = staticmethod(partial(_copied_on, server, tmp_path))

        play(OnAServer, examples=ROUNDS * 2, steps=25)


_number = itertools.count()


def _copied_on(server: Path, model: Path, root: Path) -> Town:
    """Return a town like another one on the same server."""
    name = f"night{next(_number)}"
    with psycopg.connect(host=str(server), user="sekisho", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "model"'.encode())
    with psycopg.connect(host=str(server), user="sekisho", dbname=name, autocommit=True) as connection:
        connection.execute("DELETE FROM writer")  # who wrote the model's database writes nothing to this one
    shutil.copytree(model, root, dirs_exist_ok=True)
    settings_file = root / "home" / "office.toml"
    settings_file.write_text(settings_file.read_text().replace("sekisho@/model?", f"sekisho@/{name}?"))
    return Town(root)

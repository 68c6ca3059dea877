"""Whatever an office does in whatever order, the custodian says what a simple model of it says."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from custodian_office import CARRIER, EVENING, FIRST, SECOND, Office, holding, signing_key
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)  # fmt: skip

from sekisho.clock import ManualClock
from sekisho.custodian.custodian import Issued
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.errors import Refused
from sekisho.signing.keys import SigningKey

THIRD = signing_key("third officer")
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
PEOPLE = st.lists(st.sampled_from([FIRST, SECOND, THIRD]), min_size=1, max_size=4)
SELDOM_FALSE = st.sampled_from([True, True, True, True, False])
WINDOWS = [(-60, 20_000), (0, 20_000), (-1, 4000), (0, 60), (30, 90), (0, 0)]


@dataclass(eq=False)
class Copy:
    """What the model knows of a copy."""

    issued: Issued
    at: datetime
    start: datetime
    end: datetime
    kept: datetime
    max_opens: int
    state: str = "issued"
    lost: bool = False
    opens: int = 0
    finished: bool = False


@dataclass(eq=False)
class Asked:
    """What the model knows of a request."""

    request: ReleaseRequest
    copy: Copy
    approvals: dict[str, datetime] = field(default_factory=dict)
    given: bool = False


class Custody(RuleBasedStateMachine):
    """An office, and a model of it."""

    copies = Bundle("copies")
    requests = Bundle("requests")

    @initialize(target=copies)
    def begin(self) -> MultipleResults[Copy]:
        self.root = Path(tempfile.mkdtemp(prefix="custodian-"))
        self.clock = ManualClock(EVENING)
        self.office = Office(self.root, self.clock)
        self.all: list[Copy] = []
        self.last = EVENING
        self.nonce = 0
        with self.office.ledger.transaction() as tx:
            tx.append("office.made")
        return multiple(*(self.seal((0, 20_000), opens, whole=True) for opens in (1, 2, 3)))

    def teardown(self) -> None:
        self.office.verify()
        assert not any(holding(self.root, copy.issued.share) for copy in self.all)
        self.office.close()
        shutil.rmtree(self.root)

    def now(self) -> datetime:
        return max(self.clock.time, self.last)

    def wrote(self) -> None:
        self.last = self.now()

    def outcome(self, act: object) -> str:
        """Do something; return the key of its refusal, or ``done``."""
        assert callable(act)
        try:
            act()
        except Refused as refused:
            return refused.key.removeprefix("custodian.")
        self.wrote()
        return "done"

    # Time and programs.

    @rule(minutes=st.sampled_from([1, 10, 16, 60, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @rule(hours=st.sampled_from([1, 48]))
    def the_clock_is_set_back(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=-hours))

    @rule()
    def the_office_is_closed_and_opened(self) -> None:
        self.office.close()
        self.office = Office(self.root, self.clock)

    # Copies.

    @rule(
        target=copies,
        window=st.sampled_from(WINDOWS),
        grace=st.sampled_from([0, 0, 60, 4000, -30]),
        opens=st.sampled_from([1, 2, 2, 3, 0]),
        whole=SELDOM_FALSE,
    )
    def issue(self, window: tuple[int, int], grace: int, opens: int, whole: bool) -> Copy:
        return self.seal(window, opens, whole=whole, grace=grace)

    def seal(self, window: tuple[int, int], opens: int, *, whole: bool, grace: int = 0) -> Copy:
        begins, ends = (self.now() + timedelta(minutes=minutes) for minutes in window)
        kept = ends + timedelta(minutes=grace)
        issued = self.office.issue(not_before=begins, not_after=ends, max_opens=opens, kept_until=kept)
        self.wrote()
        self.all.append(Copy(issued, self.now(), begins, ends, max(kept, ends), opens))
        if whole:
            self.commit(self.all[-1])
        return self.all[-1]

    @rule(copy=copies)
    def commit_again_or_at_last(self, copy: Copy) -> None:
        self.commit(copy)

    def commit(self, copy: Copy) -> None:
        said = self.outcome(lambda: self.office.commit(copy.issued.cid))
        assert said == ("done" if copy.state == "issued" else "not_issued")
        copy.state = "live" if said == "done" else copy.state

    @rule(copy=copies)
    def stop_and_go_on(self, copy: Copy) -> None:
        self.suspended(copy, lost=False)
        self.lifted(copy, [FIRST, SECOND])

    @rule(copy=copies, lost=st.booleans())
    def suspend(self, copy: Copy, lost: bool) -> None:
        self.suspended(copy, lost=lost)

    def suspended(self, copy: Copy, *, lost: bool) -> None:
        said = self.outcome(lambda: self.office.suspend(copy.issued.cid, lost=lost))
        assert said == {"issued": "not_live", "destroyed": "destroyed"}.get(copy.state, "done")
        if said == "done":
            copy.state, copy.lost = "suspended", copy.lost or lost

    @rule(copy=copies, people=PEOPLE)
    def lift(self, copy: Copy, people: list[SigningKey]) -> None:
        self.lifted(copy, people)

    def lifted(self, copy: Copy, people: list[SigningKey]) -> None:
        said = self.outcome(lambda: self.office.lift(copy.issued.cid, *people))
        if copy.lost:
            assert said == "lost_stays_shut"
        elif copy.state != "suspended":
            assert said == "not_suspended"
        else:
            assert said == ("done" if len({id(person) for person in people}) > 1 else "keys_missing")
        copy.state = "live" if said == "done" else copy.state

    @rule(copy=consumes(copies))
    def destroy(self, copy: Copy) -> None:
        if copy.state != "destroyed":
            self.wrote()
        self.office.begin(copy.issued.cid)
        copy.state = "destroyed"

    @rule()
    def finish(self) -> None:
        for copy in self.all:
            over = self.now() > copy.kept or (copy.state == "issued" and self.now() - copy.at > DAY)
            if over and copy.state != "destroyed":
                copy.state = "destroyed"
        due = [copy for copy in self.all if copy.state == "destroyed" and not copy.finished]
        assert self.office.destruction.finish() == sorted(copy.issued.cid for copy in due)
        for copy in due:
            copy.finished = True
            self.wrote()
        if due:
            assert len(self.office.keks()) == 1

    # Releases.

    @rule(target=requests, copy=copies)
    def request(self, copy: Copy) -> Asked:
        return self.ask(copy)

    def ask(self, copy: Copy) -> Asked:
        self.nonce += 1
        request = self.office.request(copy.issued, nonce=self.nonce)
        self.wrote()
        return Asked(request, copy)

    @rule(asked=requests, people=PEOPLE)
    def approve(self, asked: Asked, people: list[SigningKey]) -> None:
        self.approved(asked, people)

    def approved(self, asked: Asked, people: list[SigningKey]) -> None:
        for person in people:
            said = self.outcome(lambda by=person: self.office.approve(asked.request, by))
            assert said == ("answered" if asked.given else "done")
            if said == "done":
                asked.approvals[person.public.id] = self.now()

    @rule(asked=requests)
    def approve_what_one_carries(self, asked: Asked) -> None:
        said = self.outcome(lambda: self.office.approve(asked.request, CARRIER))
        assert said == ("answered" if asked.given else "barred_approver")

    @rule(asked=requests)
    def give(self, asked: Asked) -> None:
        self.give_or_not(asked)

    @rule(target=requests, copy=copies)
    def open_at_once(self, copy: Copy) -> Asked:
        return self.open(copy, 0)

    @rule(target=requests, copy=copies, minutes=st.sampled_from([14, 15, 16]))
    def open_later(self, copy: Copy, minutes: int) -> Asked:
        return self.open(copy, minutes)

    def open(self, copy: Copy, minutes: int) -> Asked:
        asked = self.ask(copy)
        self.approved(asked, [FIRST, SECOND])
        self.clock.advance(timedelta(minutes=minutes))
        self.give_or_not(asked)
        return asked

    def give_or_not(self, asked: Asked) -> None:
        expected, releases = self.expected(asked), []
        said = self.outcome(lambda: releases.append(self.office.give(asked.request)))
        assert said == expected
        if said == "done":
            asked.given, asked.copy.opens = True, asked.copy.opens + 1
            assert self.office.ledger.checkpoint().size > releases[0].index
            assert releases[0].share() == asked.copy.issued.share

    def expected(self, asked: Asked) -> str:
        copy, now = asked.copy, self.now()
        counting = [at for at in asked.approvals.values() if now - at <= QUARTER]
        reasons = {
            "answered": asked.given,
            copy.state: copy.state != "live",
            "too_early": now < copy.start,
            "too_late": now > copy.end,
            "opened_out": copy.opens >= copy.max_opens,
            "approvals_missing": len(counting) < 2,
        }
        return next((reason for reason, holds in reasons.items() if holds), "done")

    # At all times.

    @invariant()
    def states_and_openings_are_the_models(self) -> None:
        given = Counter(leaf.copy for leaf in self.office.leaves("release.given"))
        for copy in self.all:
            assert self.office.state(copy.issued) == copy.state
            assert given[copy.issued.cid.hex()] == self.office.opens(copy.issued) == copy.opens <= copy.max_opens

    @invariant()
    def the_ledger_has_the_time(self) -> None:
        assert self.office.ledger.time() == self.now()


TestCustody = Custody.TestCase
TestCustody.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)

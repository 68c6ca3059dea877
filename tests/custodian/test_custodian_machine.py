"""Whatever an office does in whatever order, the custodian says what a simple model of it says."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from custodian_office import CARRIER, EVENING, FIRST, SECOND, Office, holding, signing_key
from custodian_worker import die_at
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
from sekisho.errors import NoKey, Refused
from sekisho.signing.keys import SigningKey

if TYPE_CHECKING:
    from sekisho.custodian.escrow import Made, Opened

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
    pooled: bool = False
    over: bool = False
    escrows: list["Envelopes"] = field(default_factory=list)


@dataclass(eq=False)
class Envelopes:
    """What the model knows of an escrow: two of three open."""

    lines: list[str]
    voided: set[int] = field(default_factory=set)

    @property
    def live(self) -> bool:
        return len(self.voided) < 2


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

    def opened(self) -> Office:
        """Open the office; a machine of another store opens its own."""
        return Office(self.root, self.clock)

    @initialize(target=copies)
    def begin(self) -> MultipleResults[Copy]:
        self.root = self.make_root()
        self.clock = ManualClock(EVENING)
        self.office = self.opened()
        self.all: list[Copy] = []
        self.last = EVENING
        self.nonce = 0
        with self.office.ledger.transaction() as tx:
            tx.append("office.made")
        return multiple(*(self.seal((0, 20_000), opens, whole=True) for opens in (1, 2, 3)))

    def make_root(self) -> Path:
        """Make the folder in which the office will be."""
        return Path(tempfile.mkdtemp(prefix="custodian-"))

    def teardown(self) -> None:
        self.office.verify()
        assert not any(holding(self.root, copy.issued.share) for copy in self.all)
        words = [line for copy in self.all for envelopes in copy.escrows for line in envelopes.lines]
        assert not any(holding(self.root, line.encode()) for line in words)
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
        except (Refused, NoKey) as refused:
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
        self.office = self.opened()

    @rule(
        copy=copies, deed=st.sampled_from(["commit", "suspend", "destroy", "finish", "open"]), step=st.integers(1, 130)
    )
    def a_program_is_killed(self, copy: Copy, deed: str, step: int) -> None:
        """Whatever it was at: what it did is done whole or not at all, and the ledger says which."""
        self.office.close()
        child = os.fork()
        if child == 0:
            done = 1
            with contextlib.suppress(Refused):
                office = self.opened()
                die_at(step)
                done = self.do(office, copy, deed)
            os._exit(done)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in {0, 1, -signal.SIGKILL}
        self.office = self.opened()
        self.learn(copy, deed)

    def do(self, office: Office, copy: Copy, deed: str) -> int:
        """Do something in a program that is killed over it."""
        cid = copy.issued.cid
        match deed:
            case "commit":
                office.commit(cid)
            case "suspend":
                office.suspend(cid)
            case "destroy":
                office.destroy(cid)
            case "finish":
                office.destruction.finish()
            case "open":
                self.give_in(office, copy)
        return 0

    def give_in(self, office: Office, copy: Copy) -> None:
        assert office.open(copy.issued, nonce=0x8000_0000 + self.nonce) == copy.issued.share

    def learn(self, copy: Copy, deed: str) -> None:
        """Read what a killed program has done, and hold it against what it could have done."""
        self.nonce += 1
        self.last = max(entry.at for entry in self.office.ledger.entries())
        possible = {"commit": "live", "suspend": "suspended", "destroy": "destroyed"}
        for each in self.all:
            found = self.office.state(each.issued)
            if found != each.state:
                due = self.is_over(each) and deed in {"destroy", "finish"}
                assert due or (each is copy and found == possible[deed])
                assert each.state != "destroyed"
                each.state = found
            each.finished = bool(self.office.leaves("ticket.destroyed", each.issued.cid))
            assert not each.finished or each.state == "destroyed"
        given = self.office.opens(copy.issued) - copy.opens
        assert given in ({0, 1} if deed == "open" and self.could_open(copy) else {0})
        copy.opens += given

    def could_open(self, copy: Copy) -> bool:
        return copy.state == "live" and copy.start <= self.now() <= copy.end and copy.opens < copy.max_opens

    # Pools.

    @rule(target=copies, lasts=st.sampled_from([60, 4000]))
    def issue_a_pool(self, lasts: int) -> Copy:
        (issued,) = self.office.pool(count=1, lasts=timedelta(minutes=lasts))
        self.wrote()
        over = self.now() + timedelta(minutes=lasts)
        self.all.append(Copy(issued, self.now(), self.now(), over, over, 0, pooled=True))
        return self.all[-1]

    @rule(copy=copies, opens=st.sampled_from([1, 2]))
    def a_station_brings_back(self, copy: Copy, opens: int) -> None:
        begins, ends = self.now(), self.now() + timedelta(minutes=4000)
        said = self.outcome(
            lambda: self.office.adopt(copy.issued.cid, not_before=begins, not_after=ends, max_opens=opens)
        )
        if not copy.pooled:
            assert said == "foreign_ticket"
        elif self.now() > copy.kept:
            assert said == "pool_expired"
        else:
            assert said == ("done" if copy.state == "issued" else "not_issued")
        if said == "done":
            copy.state, copy.max_opens = "live", opens
            copy.start, copy.end, copy.kept = begins, ends, ends

    # Envelopes.

    @rule(copy=copies)
    def make_an_escrow(self, copy: Copy) -> None:
        made: list[Made] = []
        said = self.outcome(lambda: made.append(self.office.escrow(copy.issued.cid)))
        if copy.state != "live":
            assert said == copy.state
        else:
            assert said == ("escrow_exists" if any(each.live for each in copy.escrows) else "done")
        if said == "done":
            assert self.office.ledger.checkpoint().size > made[0].index
            copy.escrows.append(Envelopes(made[0].lines()))

    @rule(copy=copies, which=st.integers(0, 9), numbers=st.sampled_from([(1, 2), (1, 3), (2, 3)]))
    def open_by_envelopes(self, copy: Copy, which: int, numbers: tuple[int, int]) -> None:
        if not copy.escrows:
            return
        envelopes = copy.escrows[which % len(copy.escrows)]
        opened: list[Opened] = []
        lines = [envelopes.lines[number - 1] for number in numbers]
        said = self.outcome(lambda: opened.append(self.office.open_envelopes(copy.issued.cid, lines)))
        assert said == ("envelope_voided" if envelopes.voided & set(numbers) else self.refused(copy) or "done")
        if said == "done":
            copy.opens += 1
            assert self.office.ledger.checkpoint().size > opened[0].index
            assert opened[0].share() == copy.issued.share

    @rule(copy=copies, numbers=st.sampled_from([(1,), (2,), (1, 2, 3)]))
    def envelopes_are_destroyed(self, copy: Copy, numbers: tuple[int, ...]) -> None:
        if copy.escrows:
            assert self.outcome(lambda: self.office.void(copy.issued.cid, *numbers)) == "done"
            copy.escrows[-1].voided |= set(numbers)

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
            if self.is_over(copy):
                copy.state = "destroyed"
        due = [copy for copy in self.all if copy.state == "destroyed" and not copy.finished]
        assert self.office.destruction.finish() == sorted(copy.issued.cid for copy in due)
        for copy in due:
            copy.finished = True
            self.wrote()
        if due:
            assert len(self.office.keks()) == 1

    def is_over(self, copy: Copy) -> bool:
        forgotten = copy.state == "issued" and not copy.pooled and self.now() - copy.at > DAY
        return copy.state != "destroyed" and (self.now() > copy.kept or forgotten)

    # Releases.

    @rule(copy=copies)
    def two_programs_want_the_last_opening(self, copy: Copy) -> None:
        """Both have seen their request approved before either asks for the share."""
        both = [self.ask(copy), self.ask(copy)]
        for asked in both:
            self.approved(asked, [FIRST, SECOND])
        left = copy.max_opens - copy.opens if self.could_open(copy) else 0
        other, first = self.opened(), self.office
        try:
            for asked, self.office in zip(both, (other, first), strict=True):
                self.give_or_not(asked)
        finally:
            self.office = first
            other.close()
        assert sum(asked.given for asked in both) == min(left, 2)

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
        counting = [at for at in asked.approvals.values() if self.now() - at <= QUARTER]
        if asked.given:
            return "answered"
        return self.refused(asked.copy) or ("approvals_missing" if len(counting) < 2 else "done")

    def refused(self, copy: Copy) -> str:
        """Return why a copy is released to nobody now, or nothing."""
        now = self.now()
        reasons = {
            copy.state: copy.state != "live",
            "too_early": now < copy.start,
            "too_late": now > copy.end,
            "opened_out": copy.opens >= copy.max_opens,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    # At all times.

    @invariant()
    def states_and_openings_are_the_models(self) -> None:
        events = [*self.office.leaves("release.given"), *self.office.leaves("escrow.released")]
        given = Counter(leaf.copy for leaf in events)
        for copy in self.all:
            assert self.office.state(copy.issued) == copy.state
            assert not (copy.over and copy.state != "destroyed")
            copy.over = copy.over or copy.state == "destroyed"
            assert given[copy.issued.cid.hex()] == self.office.opens(copy.issued) == copy.opens <= copy.max_opens

    @invariant()
    def the_ledger_has_the_time(self) -> None:
        assert self.office.ledger.time() == self.now()


TestCustody = Custody.TestCase
TestCustody.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)

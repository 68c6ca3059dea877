"""The thread that owns the office for the page of reports: it takes one report after another, and tries again what had to wait.

The page must appear whatever the office does: while another program holds the ledger, or the disk refuses, whoever reported is
told to call, and the report is tried again in the background until it is taken. So the office is opened when it is first needed,
and again after anything went wrong. A second thread sends the pages, so that a mail server which does not answer holds up no
report.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sekisho.batches import Batches, Full
from sekisho.clock import Clock
from sekisho.custody.office import Office
from sekisho.errors import Busy, LedgerBroken, MediumError, SekishoError
from sekisho.loss.incident.paging import deliver_pages
from sekisho.loss.report_limits import Kind, Limits
from sekisho.loss.reporting import (
    Named,
    Outcome,
    Receipt,
    add_words,
    hold,
    note_flood,
    take_report,
)

MOST_AT_ONCE = 16
MOST_WAITING = 256
PATIENCE = 8.0
"""Seconds after which whoever reported gets an answer, whatever the ledger does."""

TRIED_AGAIN_FOR = timedelta(minutes=30)
FLOOD_EVERY = timedelta(hours=1)
_IDLE = 1.0
_DONE = TypeVar("_DONE")

_log = logging.getLogger("sekisho.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where a report comes from.

    Attributes:
        address: the network address; not kept.
        trusted: whether it is a telephone system's, behind which are many callers.
    """

    address: str = ""
    trusted: bool = False


@dataclass(slots=True)
class _Job(Generic[_DONE]):
    """Something for the thread to do.

    Attributes:
        do: what.
        stops: whether it is tried again where it had to wait, for it stops something.
        until: for how long.
        reply: who waits for it.
    """

    do: Callable[[Office], _DONE]
    stops: bool
    until: datetime
    reply: "asyncio.Future[_DONE | None]" = field(repr=False)


class _Opened:
    """An office that is opened when it is needed, and anew after an error."""

    def __init__(self, open_office: Callable[[], Office]) -> None:
        self._open = open_office
        self._office: Office | None = None
        self.waiting: list[_Job[object]] = []

    def office(self) -> Office:
        """Return it.

        Raises:
            SekishoError: it cannot be opened.
        """
        if self._office is None:
            self._office = self._open()
        return self._office

    def leave(self) -> None:
        """Close it."""
        office, self._office = self._office, None
        if office is not None:
            with suppress(Exception):  # what is broken may refuse even that
                office.close()


class ReportDesk:
    """Takes reports, held reports and words, within the limits."""

    def __init__(
        self,
        open_office: Callable[[], Office],
        clock: Clock,
        *,
        limits: Limits | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Take how the office is opened, which happens in the threads.

        Args:
            open_office: opens it.
            clock: the time.
            limits: how many numbers may be tried.
            patience: seconds after which whoever waits is told that it is not done yet.
        """
        self._clock = clock
        self._limits = limits or Limits()
        self._patience = patience
        self._flood_told: datetime | None = None
        self._batches = Batches[_Opened, _Job[object]](
            lambda: _opened(open_office),
            self._work,
            name="reports",
            most=MOST_AT_ONCE,
            most_waiting=MOST_WAITING,
            idle=_IDLE,
        )
        self._pager = Batches[_Opened, bool](
            lambda: _opened(open_office), _send, name="pages", most=MOST_WAITING, most_waiting=MOST_WAITING, idle=60.0
        )

    @property
    def refused(self) -> dict[str, int]:
        """How often a limit was met, since the service began, by what was given."""
        return {kind.value: count for kind, count in self._limits.refused.items()}

    def start(self) -> None:
        """Begin."""
        self._batches.start()
        self._pager.start()

    def stop(self) -> None:
        """Do what has come in, and end."""
        self._batches.stop()
        self._pager.stop()

    async def report(self, named: Named, caller: Caller, *, label: str = "") -> Receipt:
        """Take a report; with what stands on the medium where that was asked for.

        A number that is looked up is counted; beyond the limits it is not looked up, whatever it is, and the answer is the same.
        """
        kind, now = Kind.WITH_LABEL if label else Kind.ALONE, self._clock.now()
        if not named.is_code:
            if not self._limits.allow(kind, caller.address, now, trusted=caller.trusted):
                await self._tell_flood(now)
                return Receipt(outcome=Outcome.FULL if label else Outcome.ASK, named=named.text)
            self._limits.count(kind, caller.address, now, trusted=caller.trusted)
        done = await self._do(lambda office: take_report(office, named, label=label or None), stops=True)
        return done or Receipt(outcome=Outcome.NOT_NOW, named=named.text)

    async def call_back(self, named: Named, number: str, caller: Caller) -> Receipt:
        """Take a number to call back, for a report that was not looked up."""
        now = self._clock.now()
        if not self._limits.allow(Kind.CALL_BACK, caller.address, now, trusted=caller.trusted):
            return Receipt(outcome=Outcome.FULL, named=named.text)
        self._limits.count(Kind.CALL_BACK, caller.address, now, trusted=caller.trusted)
        held = await self._do(lambda office: hold(office, named, number), stops=True)
        return Receipt(outcome=Outcome.HELD if held else Outcome.NOT_NOW, named=named.text)

    async def words(self, incident: int, *, place: str, last_seen: str, words: str) -> bool:
        """Keep what whoever reported says; tell whether that was possible."""
        kept = await self._do(
            lambda office: add_words(office, incident, place=place, last_seen=last_seen, words=words) >= 0,
            stops=False,
        )
        return bool(kept)

    async def _tell_flood(self, now: datetime) -> None:
        if not self._limits.is_flood(now) or (self._flood_told is not None and now - self._flood_told < FLOOD_EVERY):
            return
        self._flood_told = now
        refused = sum(self._limits.refused.values())
        await self._do(lambda office: note_flood(office, refused), stops=True)

    async def _do(self, do: Callable[[Office], _DONE], *, stops: bool) -> _DONE | None:
        """Have the thread do something; None where it could not be done by now, or not at all."""
        reply: asyncio.Future[_DONE | None] = asyncio.get_running_loop().create_future()
        job = _Job(do, stops, self._clock.now() + TRIED_AGAIN_FOR, reply)
        try:
            self._batches.put(job)  # type: ignore[arg-type]  # the thread does not look at what a job returns
            # Shielded: whoever hangs up does not undo what is under way.
            return await asyncio.wait_for(asyncio.shield(reply), self._patience)
        except (Full, TimeoutError):
            return None

    def _work(self, opened: _Opened, jobs: Sequence[_Job[object]]) -> None:
        again, opened.waiting = opened.waiting, []
        for job in (*again, *jobs):
            self._do_one(opened, job)
        if again or jobs:
            with suppress(Full):
                self._pager.put(True)

    def _do_one(self, opened: _Opened, job: _Job[object]) -> None:
        done: object | None = None
        try:
            done = job.do(opened.office())
        except (Busy, MediumError, LedgerBroken) as error:
            _log.error("a report has to wait: %s", error.key)
            opened.leave()
            if job.stops and self._clock.now() < job.until:
                opened.waiting.append(job)
        except SekishoError as error:
            _log.error("no report: %s", error.key)
            opened.leave()
        except Exception as error:  # noqa: BLE001 - one bad report must not end the service; its text may hold anything
            _log.error("no report: %s", type(error).__name__)
            opened.leave()
        with suppress(RuntimeError):  # a loop that was closed waits for nothing
            job.reply.get_loop().call_soon_threadsafe(_settle, job.reply, done)


@contextlib.contextmanager
def _opened(open_office: Callable[[], Office]) -> Iterator[_Opened]:
    opened = _Opened(open_office)
    try:
        yield opened
    finally:
        opened.leave()


def _send(opened: _Opened, jobs: Sequence[bool]) -> None:
    if not jobs:
        return
    try:
        for fault in deliver_pages(opened.office()):
            _log.error("a page has to wait: %s %s", fault.channel, fault.fault)
    except Exception as error:  # noqa: BLE001 - the next round of alarms sends it
        _log.error("pages have to wait: %s", type(error).__name__)
        opened.leave()


def _settle(reply: "asyncio.Future[object | None]", done: object | None) -> None:
    if not reply.done():  # whoever waited may have gone
        reply.set_result(done)

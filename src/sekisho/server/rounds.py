"""The thread that owns the office: it answers what has come in since the last round, all in one transaction.

SQLite is spoken to from one thread, and the disk is waited for once a round: the more requests wait, the more share a commit.
The ledger's lock is held in between by other programs of the office, who look for it every few milliseconds; so that none of
them, a suspension above all, waits behind a flood, the thread leaves the lock alone for a moment four times a second.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from sekisho.custodian.answers import Reply, denied
from sekisho.custodian.policy import Limits
from sekisho.custody.answering import DEFAULT_LIMITS, Round, answer_all
from sekisho.custody.office import Office
from sekisho.errors import Busy, SekishoError

MOST_IN_A_ROUND = 64
MOST_WAITING = 1024
_BUSY_SECONDS = 0.25
_REST_SECONDS = 0.012

_log = logging.getLogger("sekisho.server")


class Full(Exception):
    """More requests wait than are taken in."""


@dataclass(frozen=True, slots=True)
class _Posted:
    body: bytes = field(repr=False)
    reply: "Future[Reply]"


class Rounds:
    """Answers requests in the thread that opened the office."""

    def __init__(
        self,
        open_office: Callable[[], Office],
        *,
        limits: Limits = DEFAULT_LIMITS,
        alarm: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Take how the office is opened, which happens in the thread.

        Args:
            open_office: opens it.
            limits: how many new requests there may be.
            alarm: is told the slip number of a copy that was suspended over wrong one-time codes.
        """
        self._open = open_office
        self._limits = limits
        self._alarm = alarm
        self._posted: queue.Queue[_Posted | None] = queue.Queue()
        self._opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="releases", daemon=True)

    def start(self) -> None:
        """Open the office and begin.

        Raises:
            SekishoError: it cannot be opened.
        """
        self._thread.start()
        self._opened.result()

    def stop(self) -> None:
        """Answer what has come in, close the office, and end."""
        self._posted.put(None)
        self._thread.join()

    def post(self, body: bytes) -> "Future[Reply]":
        """Hand a request in.

        Raises:
            Full: too many wait.
        """
        if self._posted.qsize() >= MOST_WAITING:
            raise Full
        reply: Future[Reply] = Future()
        self._posted.put(_Posted(body, reply))
        return reply

    def _run(self) -> None:
        try:
            office = self._open()
        except BaseException as error:  # noqa: BLE001 - told to whoever started the thread
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            self._serve(office)
        finally:
            office.close()

    def _serve(self, office: Office) -> None:
        rested = time.monotonic()
        while (first := self._posted.get()) is not None:
            posted = [first, *self._more()]
            self._answer(office, [each for each in posted if each is not None])
            if None in posted:
                return
            if time.monotonic() - rested > _BUSY_SECONDS:
                time.sleep(_REST_SECONDS)
                rested = time.monotonic()

    def _more(self) -> list[_Posted | None]:
        found: list[_Posted | None] = []
        with suppress(queue.Empty):
            while len(found) < MOST_IN_A_ROUND - 1:
                found.append(self._posted.get_nowait())
        return found

    def _answer(self, office: Office, posted: Sequence[_Posted]) -> None:
        for each, reply in zip(posted, self._round(office, posted).replies, strict=True):
            each.reply.set_result(reply)

    def _round(self, office: Office, posted: Sequence[_Posted]) -> Round:
        """Answer, whatever happens: what fails inside is refused for now, and told in the log by its kind alone."""
        try:
            done = answer_all(office, [each.body for each in posted], limits=self._limits)
        except SekishoError as error:
            _log.error("no answers: %s", error.key)
        except Exception as error:  # noqa: BLE001 - one bad round must not end the service; its text may hold anything
            _log.error("no answers: %s", type(error).__name__)
        else:
            for alarm in done.alarms:
                self._alarm(alarm.slip)
            return done
        return Round(replies=[denied(Busy("custodian.not_now"))] * len(posted))

"""The thread that owns the office: it answers what has come in since the last round, all in one transaction.

SQLite is spoken to from one thread, and the disk is waited for once a round: the more requests wait, the more share a commit.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field

from sekisho.batches import Batches
from sekisho.custodian.answers import Reply, denied
from sekisho.custodian.policy import Limits
from sekisho.custody.answering import DEFAULT_LIMITS, Round, answer_all
from sekisho.custody.office import Office
from sekisho.errors import Busy, SekishoError

MOST_IN_A_ROUND = 64
MOST_WAITING = 1024

_log = logging.getLogger("sekisho.server")


@dataclass(frozen=True, slots=True)
class _Posted:
    body: bytes = field(repr=False)
    reply: "asyncio.Future[Reply]"


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
        self._limits = limits
        self._alarm = alarm
        self._batches = Batches[Office, _Posted](
            lambda: closing(open_office()),
            self._answer,
            name="releases",
            most=MOST_IN_A_ROUND,
            most_waiting=MOST_WAITING,
        )

    def start(self) -> None:
        """Open the office and begin.

        Raises:
            SekishoError: it cannot be opened.
        """
        self._batches.start()

    def stop(self) -> None:
        """Answer what has come in, close the office, and end."""
        self._batches.stop()

    def post(self, body: bytes) -> "asyncio.Future[Reply]":
        """Hand a request in, from the event loop that waits for its reply.

        Raises:
            Full: too many wait.
        """
        reply = asyncio.get_running_loop().create_future()
        self._batches.put(_Posted(body, reply))
        return reply

    def _answer(self, office: Office, posted: Sequence[_Posted]) -> None:
        """Answer a round, and wake the event loop once for all of it."""
        replies = self._round(office, posted).replies
        with suppress(RuntimeError):  # a loop that was closed waits for nothing
            posted[0].reply.get_loop().call_soon_threadsafe(_deliver, posted, replies)

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


def _deliver(posted: Sequence[_Posted], replies: Sequence[Reply]) -> None:
    for each, reply in zip(posted, replies, strict=True):
        if not each.reply.done():  # whoever asked may have gone
            each.reply.set_result(reply)

"""What a sender is given: an alarm in ids and times, and nothing about anybody but the one it goes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import ClassVar, Protocol

from sekisho.clock import Clock


class Each(Enum):
    """What a sender sends one of.

    Attributes:
        PERSON: a message to each person who is told.
        ALARM: a message an alarm.
        ROUND: something after each round in which all went well.
    """

    PERSON = auto()
    ALARM = auto()
    ROUND = auto()


class Unsent(Exception):
    """A message did not leave, or nobody said that it arrived.

    Attributes:
        fault: a code; no words, for those of a server may name somebody.
        final: whether trying again is of no use.
    """

    def __init__(self, fault: str, *, final: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault
        self.final = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alarm on its way out.

    Attributes:
        key: of its job: whoever receives it twice can tell by that.
        origin: the name of the office's log.
        index: the index of the alarm's entry there; -1 for a test, which has none.
        task: of what (:class:`~sekisho.custody.alarms.Task`), or ``test``.
        rung: how high, by its name in lower case.
        subject: a slip number, a medium's number or an incident's; empty for none.
        copy: the copy's id in hex; empty for none.
        slips: the slip numbers of an incident.
        due: until when it was to be done.
        at: when the alarm fired.
        zone: the zone of the office's clock on the wall.
        phone: the office's number.
        address: the e-mail address of who is told; empty where it goes to no person.
    """

    key: str
    origin: str
    index: int
    task: str
    rung: str
    subject: str
    copy: str
    due: datetime
    at: datetime
    zone: str
    phone: str
    address: str = ""
    slips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is open after a round.

    Attributes:
        origin: the name of the office's log.
        tasks: what is not done yet, each with the number of its version and whether it is done or void by now.
    """

    origin: str
    at: datetime
    tasks: Sequence["Planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task as a calendar has it.

    Attributes:
        uid: the same as long as it is the same thing to do.
        sequence: how often it was changed.
        task: which.
        subject: a slip number or a medium's number.
        due: until when.
        cancelled: whether it is done, or was called off.
    """

    uid: str
    sequence: int
    task: str
    subject: str
    due: datetime
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a sender may use of its office.

    Attributes:
        folder: the office's; what options name as a file lies relative to it.
        clock: the time.
    """

    folder: Path
    clock: Clock


class Sender(Protocol):
    """A way out; built of a channel's options and its surroundings, and then used for one message or many.

    Attributes:
        each: what it sends one of.
    """

    each: ClassVar[Each]

    def __init__(self, options: Mapping[str, str | int | bool], around: Surroundings) -> None: ...

    def send(self, message: Message) -> None:
        """Send one message; called by senders of :attr:`Each.PERSON` and :attr:`Each.ALARM`.

        Raises:
            Unsent: it did not leave.
        """
        ...

    def after_round(self, outlook: Outlook) -> None:
        """Do what is done after each round; called by senders of :attr:`Each.ROUND`.

        Raises:
            Unsent: it came to nothing.
        """
        ...

"""``alarms.toml``: how an office wants its alarms, in a file beside ``office.toml``; without one the defaults hold.

Schema in ``docs/reference/alarms.schema.json``. It names persons by their ids in the register and holds no secret: those stand in
files of their own, which it names.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said
from sekisho.custody.alarms import Part, Policy, Rung
from sekisho.custody.calendar import Calendar
from sekisho.custody.register import Identifier
from sekisho.errors import Unreadable

FILE = "alarms.toml"

_DURATION = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

Duration = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}[mhd]\Z")]
WallTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\Z")]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class CalendarTable(_Part, frozen=True, kw_only=True):
    """``[calendar]``: when the office works.

    Attributes:
        opens: when its working day begins, by the clock on its wall.
        closes: when it ends.
        closed: days on which it does not work although the rules say so.
        opened: days on which it works although the rules say otherwise.
        japanese: whether the holidays of Japan and the turn of the year count.
    """

    opens: WallTime = "08:30"
    closes: WallTime = "17:15"
    closed: list[date] = []
    opened: list[date] = []
    japanese: bool = True


class LadderTable(_Part, frozen=True, kw_only=True):
    """``[ladder]``: when each rung fires, and who is told.

    Attributes:
        before: how long before a task is due it is called to mind.
        supervisor: how long after it the supervisor is told.
        treat_as_lost: how long after it the office is asked whether the copy is lost.
        suspend: how long after it releases are suspended by themselves; empty for never.
        page_again: how long after the page of a loss the next one goes out, while nobody acknowledges it.
        told: rung → parts, for rungs that are to tell others than the default.
    """

    before: Duration = "2h"
    supervisor: Duration = "1h"
    treat_as_lost: Duration = "24h"
    suspend: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{1,4}[mhd])?\Z")] = ""
    page_again: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,3}[mhd]\Z")] = "15m"
    told: dict[str, list[Part]] = {}


class PeopleTable(_Part, frozen=True, kw_only=True):
    """``[people]``: who is told as what; ids of the register.

    Attributes:
        supervisor: instead of the recipient of a copy.
        security_officer: instead of the office's key officers.
    """

    supervisor: list[Identifier] = []
    security_officer: list[Identifier] = []


class WatchTable(_Part, frozen=True, kw_only=True):
    """``[watch]``: who watches the watch.

    Attributes:
        silence: after how long without a look at alarms that is an alarm itself.
        heartbeat: how often the ledger says that somebody looks.
    """

    silence: Duration = "15m"
    heartbeat: Duration = "1h"


class Channel(_Part, frozen=True, kw_only=True):
    """``[[channel]]``: a way on which alarms leave.

    Attributes:
        name: what commands and jobs call it.
        sender: which sender (:mod:`sekisho.custody.senders.choice`).
        from_rung: the lowest rung that leaves on it.
        options: what that sender needs; see ``docs/how-to/alarms.md``.
    """

    name: Name
    sender: Name
    from_rung: Name = "before"
    options: dict[str, str | int | bool] = {}

    @property
    def lowest(self) -> Rung:
        """The lowest rung that leaves on it."""
        return Rung[self.from_rung.upper()]


class AlarmFile(_Part, frozen=True, kw_only=True):
    """The file."""

    calendar: CalendarTable = CalendarTable()
    ladder: LadderTable = LadderTable()
    people: PeopleTable = PeopleTable()
    watch: WatchTable = WatchTable()
    channel: list[Channel] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """What the file says, ready for use.

    Attributes:
        policy: the ladder.
        calendar: the office's.
        supervisors: who is told as the supervisor; empty for a copy's recipient.
        security_officers: who is told as the security officer; empty for the key officers.
        channels: the ways out.
    """

    policy: Policy
    calendar: Calendar
    supervisors: tuple[str, ...]
    security_officers: tuple[str, ...]
    channels: tuple[Channel, ...]


def read_alarm_settings(folder: Path, *, zone: str) -> AlarmSettings:
    """Read the file in an office's folder; without one the defaults hold, and nothing leaves the office.

    Raises:
        Unreadable: no TOML, or not of the schema.
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError):
        raise Unreadable("custody.bad_alarms", path=path, where=Said("shape.no_text")) from None
    try:
        return _settings(msgspec.convert(tomllib.loads(text), AlarmFile), zone)
    except (ValueError, RecursionError) as error:
        raise Unreadable("custody.bad_alarms", path=path, where=told(error, text)) from None


def default_alarm_settings(*, zone: str) -> AlarmSettings:
    """Return how an office without the file has its alarms."""
    return _settings(AlarmFile(), zone)


def alarms_schema() -> str:
    """Return the JSON Schema of the file, as text."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sekisho alarms"}
    return json.dumps(head | msgspec.json.schema(AlarmFile), indent=2, ensure_ascii=False) + "\n"


def _settings(file: AlarmFile, zone: str) -> AlarmSettings:
    names = [channel.name for channel in file.channel]
    rungs = {rung.name.lower() for rung in Rung}
    if len(names) != len(set(names)):
        raise Misshapen(Said("shape.channel_twice"))
    if not (rungs >= set(file.ladder.told) and rungs >= {channel.from_rung for channel in file.channel}):
        raise Misshapen(Said("shape.no_rung", {"rungs": ", ".join(rung.name.lower() for rung in Rung)}))
    return AlarmSettings(
        policy=_policy(file),
        calendar=Calendar(
            zone=zone,
            opens=time.fromisoformat(file.calendar.opens),
            closes=time.fromisoformat(file.calendar.closes),
            closed=frozenset(file.calendar.closed),
            opened=frozenset(file.calendar.opened),
            japanese=file.calendar.japanese,
        ),
        supervisors=tuple(file.people.supervisor),
        security_officers=tuple(file.people.security_officer),
        channels=tuple(file.channel),
    )


def _policy(file: AlarmFile) -> Policy:
    told = {Rung[name.upper()]: tuple(parts) for name, parts in file.ladder.told.items()}
    return Policy(
        before=_duration(file.ladder.before),
        supervisor=_duration(file.ladder.supervisor),
        treat_as_lost=_duration(file.ladder.treat_as_lost),
        suspend=_duration(file.ladder.suspend) if file.ladder.suspend else None,
        page_again=_duration(file.ladder.page_again),
        silence=_duration(file.watch.silence),
        heartbeat=_duration(file.watch.heartbeat),
        told=dict(Policy().told) | told,
    )


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    assert found, "the schema has the same pattern"
    return timedelta(**{_UNITS[found[2]]: int(found[1])})

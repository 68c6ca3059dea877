"""What a request for a copy asks for, as approvers see it before they sign: in words, and for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from sekisho.canon.visible import shown
from sekisho.cli.fields import field_line
from sekisho.cli.law import check_lines
from sekisho.cli.persons import person_words
from sekisho.cli.session import Session
from sekisho.clock import from_text, to_local
from sekisho.kinds.taxonomy import kind

if TYPE_CHECKING:
    from sekisho.custody.comparing import Change
    from sekisho.custody.cut_record import CutRecord
    from sekisho.custody.office import Office
    from sekisho.custody.records import Request
    from sekisho.custody.register import Register


class AskedCopy:
    """A request for a copy beside the last one of its purposes that was sealed."""

    def __init__(self, office: "Office", request: "Request") -> None:
        from sekisho.custody.comparing import changes, last_sealed

        self._office = office
        self._request = request
        self._last = last_sealed(office.ledger.connection, request)
        self._changes = changes(self._last.statement, request.statement) if self._last else []

    def document(self) -> dict[str, object]:
        """Return the statement that is signed, and what is different from last time."""
        said: dict[str, object] = msgspec.to_builtins(self._request.statement)
        since = f"C-{self._last.id}" if self._last else None
        records = [record for record in self._records() if record.checks or record.risk]
        said["found"] = [
            {"cut": each.id, "checks": msgspec.to_builtins(each.checks), "risk": msgspec.to_builtins(each.risk)}
            for each in records
        ]
        said["standing"] = self._standings()
        return said | {"since": since, "differences": [asdict(change) for change in self._changes]}

    def lines(self, session: Session) -> Iterator[str]:
        """Say who, what, how many people, why, how long, which fields, and what is different from last time."""
        statement, register, zone = self._request.statement, self._office.register, self._office.settings.zone
        separator = session.say("separator")
        yield session.say(
            "approve.what",
            number=self._request.id,
            purposes=shown(separator.join(statement.purposes)),
            people=f"{statement.people:,}",
            kinds=separator.join(kind(kind_id).label(session.language) for kind_id in statement.kinds),
            requester=person_words(session, register, statement.requester),
            carrier=person_words(session, register, statement.carrier),
            recipient=person_words(session, register, statement.recipient),
            route=shown(statement.route),
            media=shown(", ".join(statement.media)),
            copies=len(statement.media),
            begins=to_local(from_text(statement.not_before), zone),
            ends=to_local(from_text(statement.not_after), zone),
            due=to_local(from_text(statement.due), zone),
            zone=zone,
            opens=statement.max_opens,
        )
        if statement.place:
            yield session.say("approve.place", place=statement.place)
        yield from (
            session.say("approve.unstated", person=person_words(session, register, each)) for each in self._unstated()
        )
        yield session.say("approve.fields")
        yield from (f"  {field_line(session, shown(field))}" for field in statement.fields)
        yield session.say("approve.saves" if statement.allow_save else "approve.saves_not")
        yield from self._found_lines(session)
        if self._last is None:
            yield session.say("approve.first_time")
        else:
            yield session.say("approve.since" if self._changes else "approve.as_before", number=self._last.id)
        for change in self._changes:
            yield from _change_lines(session, register, change)

    def _standings(self) -> dict[str, str | None]:
        """Return on whose word carrier and recipient are employed where they are; nothing where that is missing."""
        from sekisho.custody.contracts import chain_of

        register, day, statement = self._office.register, self._office.today(), self._request.statement
        standings = dict[str, str | None]()
        for person in dict.fromkeys((statement.carrier, statement.recipient)):
            standing = chain_of(register, person, day).standing if person in register.persons else None
            standings[person] = standing.value if standing else None
        return standings

    def _unstated(self) -> list[str]:
        return [person for person, standing in self._standings().items() if standing in {None, "unstated"}]

    def _found_lines(self, session: Session) -> Iterator[str]:
        """Say how far people can be told apart in what was cut, and what was looked at requirement by requirement."""
        from sekisho.cut.risk.words import sentences

        for record in self._records():
            if record.risk:
                yield from sentences(record.risk, session.language)
            yield from check_lines(session, record.checks)

    def _records(self) -> "Iterator[CutRecord]":
        from sekisho.custody.records import get_cut

        yield from (get_cut(self._office.ledger.connection, cut_id) for cut_id in self._request.statement.cuts)


def _change_lines(session: Session, register: "Register", change: "Change") -> Iterator[str]:
    if change.what == "fields":
        assert isinstance(change.before, list)
        assert isinstance(change.now, list)
        yield from (f"  + {field_line(session, shown(field))}" for field in change.now)
        yield from (f"  - {field_line(session, shown(field))}" for field in change.before)
        return
    before, now = (_value_words(session, register, change.what, value) for value in (change.before, change.now))
    yield session.say(f"approve.change.{change.what}", before=before, now=now)


def _value_words(session: Session, register: "Register", what: str, value: object) -> str:
    match what, value:
        case "saving", bool():
            return session.say("saving.yes" if value else "saving.no")
        case "window" | "due", int():
            return session.say("duration", hours=value // 60, minutes=value % 60)
        case "carrier" | "recipient", str():
            return person_words(session, register, value)
        case _, int():
            return f"{value:,}"
        case _:
            return shown(str(value))

"""``sekisho approve``: see what is asked for, and sign it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_reference
from sekisho.cli.command import FILE, command
from sekisho.cli.fields import field_line
from sekisho.cli.session import Session, pass_session
from sekisho.clock import from_text, to_local
from sekisho.errors import Misuse
from sekisho.kinds.taxonomy import kind

if TYPE_CHECKING:
    from sekisho.custody.records import Request


@command("approve")
@click.argument("reference", required=False)
@click.option("--key", type=FILE)
@click.option("--yes", is_flag=True)
@click.option("--list", "list_waiting", is_flag=True)
@pass_session
def run(session: Session, *, reference: str | None, key: Path | None, yes: bool, list_waiting: bool) -> None:
    """Show and sign."""
    if list_waiting:
        _list(session)
        return
    if reference is None or key is None:
        raise Misuse("cli.approve_what")
    letter, number = read_reference(reference)
    if letter == "C":
        _approve_copy(session, number, key, yes)
    else:
        _approve_release(session, number, key, yes)


def _list(session: Session) -> None:
    from sekisho.cli.overview import copies_document

    with session.office() as office:
        waiting = copies_document(office)["waiting"]
        session.emit({"waiting": waiting}, waiting or [session.say("approve.nothing")])


def _approve_copy(session: Session, number: int, key: Path, yes: bool) -> None:
    from sekisho.custody import records
    from sekisho.custody.requesting import approve_copy

    with session.office() as office:
        request = records.get_request(office.ledger.connection, number)
        earlier = [each for each in records.requests(office.ledger.connection) if each.id < number]
        session.note_lines(_copy_lines(session, office.settings.zone, request, earlier))
        _confirm(session, yes)
        request = approve_copy(office, number, approver=session.key(key))
        have, need = len(request.approvals), request.statement.approvals
        document = {"request": f"C-{number}", "approvals": have, "needed": need}
        session.emit(document, [session.say("approve.copy_done", number=number, have=have, need=need)])


def _copy_lines(session: Session, zone: str, request: "Request", earlier: "list[Request]") -> Iterator[str]:
    """Say who, what, how many people, why, how long, which fields, and what is different from last time."""
    statement = request.statement
    kinds = session.say("separator").join(kind(kind_id).label(session.language) for kind_id in statement.kinds)
    yield session.say(
        "approve.what",
        number=request.id,
        purposes=session.say("separator").join(statement.purposes),
        people=f"{statement.people:,}",
        kinds=kinds,
        requester=statement.requester,
        carrier=statement.carrier,
        recipient=statement.recipient,
        route=statement.route,
        media=", ".join(statement.media),
        copies=len(statement.media),
        begins=_local(statement.not_before, zone),
        ends=_local(statement.not_after, zone),
        due=_local(statement.due, zone),
        opens=statement.max_opens,
    )
    yield from (f"  {field_line(session, field)}" for field in statement.fields)
    yield session.say("approve.saves" if statement.allow_save else "approve.saves_not")
    last = next((each for each in reversed(earlier) if each.statement.purposes == statement.purposes), None)
    yield from _differences(session, last, request) if last else [session.say("approve.first_time")]


def _differences(session: Session, last: "Request", request: "Request") -> Iterator[str]:
    before, now = last.statement, request.statement
    yield session.say("approve.last_time", number=last.id, before=f"{before.people:,}", now=f"{now.people:,}")
    yield from (f"  + {field_line(session, field)}" for field in now.fields if field not in before.fields)
    yield from (f"  - {field_line(session, field)}" for field in before.fields if field not in now.fields)


def _local(text: str, zone: str) -> str:
    return to_local(from_text(text), zone)


def _approve_release(session: Session, number: int, key: Path, yes: bool) -> None:
    from sekisho.custody.releasing import approve_release, approvers, copy_of

    with session.office() as office:
        request = office.releases.get(number)
        ticket = office.releases.ticket(request)
        row = copy_of(office, ticket)
        session.note(
            "approve.release_what",
            number=number,
            slip=row.slip,
            medium=row.medium,
            holder=row.copy.holder or "-",
            recipient=row.copy.recipient,
            opens=ticket.opens,
            most=ticket.policy.max_opens,
        )
        _confirm(session, yes)
        approve_release(office, request, approver=session.key(key))
        have, need = len(approvers(office, request)), ticket.policy.approvals
        document = {"request": f"R-{number}", "approvals": have, "needed": need}
        session.emit(document, [session.say("approve.release_done", number=number, have=have, need=need)])


def _confirm(session: Session, yes: bool) -> None:
    if not yes:
        session.confirm("approve.confirm")

"""``sekisho approve``: see what is asked for, and sign it."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_reference
from sekisho.cli.asking import confirmed, demand_a_look
from sekisho.cli.command import FILE, command
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse, Refused


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
    demand_a_look(session, yes=yes)
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
    from sekisho.cli.asked_copy import AskedCopy
    from sekisho.custody import records
    from sekisho.custody.requesting import approve_copy

    with session.office() as office:
        request = records.get_request(office.ledger.connection, number)
        asked = AskedCopy(office, request)
        session.note_lines(asked.lines(session))
        _ask(session, yes)
        request = approve_copy(office, number, approver=session.key(key))
        have, need = len(request.approvals), request.statement.approvals
        document = {"request": f"C-{number}", "approvals": have, "needed": need, "asked_for": asked.document()}
        session.emit(document, [session.say("approve.copy_done", number=number, have=have, need=need)])


def _approve_release(session: Session, number: int, key: Path, yes: bool) -> None:
    from sekisho.cli.asked_release import asked_release, asked_release_lines
    from sekisho.custody.releasing import approve_release, approvers

    with session.office() as office:
        request = office.releases.get(number)
        asked = asked_release(office, request)
        session.note_lines(asked_release_lines(session, office, request, asked))
        _ask(session, yes)
        approve_release(office, request, approver=session.key(key))
        have, need = len(approvers(office, request)), office.releases.ticket(request).policy.approvals
        document = {"request": f"R-{number}", "approvals": have, "needed": need, "asked_for": asked}
        session.emit(document, [session.say("approve.release_done", number=number, have=have, need=need)])


def _ask(session: Session, yes: bool) -> None:
    if not confirmed(session, "approve.confirm", yes=yes):
        raise Refused("cli.not_approved")

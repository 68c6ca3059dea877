"""``sekisho copy``: where every copy is, and how it goes from hand to hand and comes back."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_slip, read_time
from sekisho.cli.command import FILE, FOLDER, PATH, group
from sekisho.cli.copy_codes import answer, take_in
from sekisho.cli.copy_sign import sign_statement
from sekisho.cli.persons import names_of, person_words
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import Missing, Misuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sekisho.custody.contracts import Flag
    from sekisho.custody.office import Office
    from sekisho.custody.records import CopyRow
    from sekisho.custody.statements import AuditStatement
    from sekisho.custody.tracking import Tracked

_REASONS = ["other_medium", "not_expected", "damaged", "withdrawn", "other", "seal_broken"]


@group("copy")
def run() -> None:
    """See the catalogue."""


@run.command("list")
@click.option("--all", "whole", is_flag=True)
@pass_session
def list_copies(session: Session, *, whole: bool) -> None:
    """List what is not over yet."""
    from sekisho.custody.offering import expire_offers
    from sekisho.custody.tracking import ENDED, tracked

    with session.office() as office:
        expire_offers(office)
        _emit_tracked(session, office, [each for each in tracked(office) if whole or each.row.copy.state not in ENDED])


@run.command("overdue")
@pass_session
def list_overdue(session: Session) -> None:
    """List what should be back or erased by now."""
    from sekisho.custody.tracking import overdue

    with session.office() as office:
        _emit_tracked(session, office, overdue(office))


def _emit_tracked(session: Session, office: "Office", copies: "list[Tracked]") -> None:
    register, zone = names_of(office), office.settings.zone
    headers = [session.say(f"column.{name}") for name in ("slip", "state", "medium", "holder")]
    headers += [session.say("column.due_in", zone=zone), session.say("column.duty"), session.say("column.late")]
    rows = [
        [
            each.row.slip,
            session.say(f"state.{each.row.copy.state.value}"),
            each.row.medium,
            person_words(session, register, each.row.copy.holder),
            to_local(each.due, zone),
            session.say(f"copy.duty.{each.duty.value}") if each.duty else "-",
            _late_words(session, each),
        ]
        for each in copies
    ]
    outside = _outside(office)
    lines = list(table(headers, rows, right=[6], whole=[0])) if rows else [session.say("copy.none")]
    lines += [
        session.say(
            "copy.outside",
            slip=flag.slip,
            person=person_words(session, register, flag.person),
            part=session.words(f"custody.part.{flag.part}"),
        )
        for each in copies
        for flag in outside.get(each.row.slip, [])
    ]
    documents = [
        _tracked_document(each) | {"outside": [flag.person for flag in outside.get(each.row.slip, [])]}
        for each in copies
    ]
    session.emit({"copies": documents}, lines)


def _outside(office: "Office") -> "dict[str, list[Flag]]":
    """Return the people of each copy whom no contract admits any more; where there is no register, nobody is looked up."""
    from sekisho.custody.contracts import flagged

    found: dict[str, list[Flag]] = {}
    with suppress(Missing):
        for flag in flagged(office):
            found.setdefault(flag.slip, []).append(flag)
    return found


def _late_words(session: Session, each: "Tracked") -> str:
    minutes = int(each.late.total_seconds() // 60) if each.late else 0
    return session.say("duration", hours=minutes // 60, minutes=minutes % 60) if each.late else "-"


def _tracked_document(each: "Tracked") -> dict[str, object]:
    offer = each.row.copy.offer
    return {
        "slip": each.row.slip,
        "state": each.row.copy.state.value,
        "medium": each.row.medium,
        "holder": each.row.copy.holder,
        "due": to_text(each.due),
        "duty": each.duty.value if each.duty else None,
        "late_minutes": int(each.late.total_seconds() // 60) if each.late else None,
        "seal_broken": each.row.copy.seal_broken,
        "offer": {"to": offer.receiver, "until": to_text(offer.until)} if offer else None,
    }


@run.command("show")
@click.argument("slip")
@pass_session
def show(session: Session, *, slip: str) -> None:
    """Show one copy, whatever became of it."""
    from sekisho.custody import records
    from sekisho.custody.tracking import tracked

    with session.office() as office:
        row = records.get_copy(office.ledger.connection, read_slip(slip))
        (each,) = [each for each in tracked(office) if each.row.slip == row.slip]
        register, zone, copy = names_of(office), office.settings.zone, each.row.copy
        lines = [
            session.say(
                "copy.show.copy",
                slip=row.slip,
                medium=row.medium,
                state=session.say(f"state.{copy.state.value}"),
                holder=person_words(session, register, copy.holder),
                due=to_local(each.due, zone),
                zone=zone,
                opens=copy.opens,
            )
        ]
        lines += [session.say(f"copy.show.{each.duty.value}")] if each.duty else []
        lines += [session.say("copy.show.seal_broken")] if copy.seal_broken else []
        if copy.offer:
            to = person_words(session, register, copy.offer.receiver)
            lines.append(session.say("copy.show.offer", to=to, until=to_local(copy.offer.until, zone), zone=zone))
        session.emit(_tracked_document(each) | {"opens": copy.opens, "request": f"C-{row.request}"}, lines)


@run.command("history")
@click.argument("slip")
@pass_session
def show_history(session: Session, *, slip: str) -> None:
    """Show all that happened to a copy."""
    from sekisho.custody.tracking import history

    with session.office() as office:
        happened = history(office, read_slip(slip))
        zone = office.settings.zone
        headers = [session.say(f"column.{name}") for name in ("index", "at", "event", "parts", "signed_by")]
        rows = [
            [
                str(each.index),
                to_local(each.at, zone),
                each.event,
                " ".join(f"{part}={person}" for part, person in each.people.items()) or "-",
                " ".join(each.signed_by) or "-",
            ]
            for each in happened
        ]
        documents = [
            {
                "index": each.index,
                "at": to_text(each.at),
                "event": each.event,
                "people": dict(each.people),
                "signed_by": list(each.signed_by),
            }
            for each in happened
        ]
        session.emit({"entries": documents}, table(headers, rows, right=[0]))


@run.command("offer")
@click.argument("slip")
@click.option("--to", required=True)
@click.option("--until", required=True)
@click.option("--key", type=FILE)
@click.option("--giver", default="")
@click.option("--out", type=PATH)
@pass_session
def make_offer(
    session: Session, *, slip: str, to: str, until: str, key: Path | None, giver: str, out: Path | None
) -> None:
    """Offer a copy, or write what its giver signs elsewhere."""
    from sekisho.custody.offering import expire_offers, offer, offer_statement

    with session.office() as office:
        ends = read_time(until, office.settings.zone)
        if key is not None and not giver and out is None:
            row = offer(office, read_slip(slip), giver=session.key(key), to=to, until=ends)
            _emit_row(session, office, row, "copy.offer.done")
            return
        if key is not None or not giver or out is None:
            raise Misuse("cli.copy_signs_where", option="--giver")
        expire_offers(office)
        statement = offer_statement(office, read_slip(slip), giver=giver, to=to, until=ends)
        _write_statement(session, statement.encode(), out)


@run.command("accept")
@click.argument("slip")
@click.option("--key", type=FILE)
@click.option("--receiver", default="")
@click.option("--place", default="")
@click.option("--out", type=PATH)
@pass_session
def accept_offer(session: Session, *, slip: str, key: Path | None, receiver: str, place: str, out: Path | None) -> None:
    """Accept what is offered, or write what its receiver signs elsewhere."""
    from sekisho.custody.offering import accept, answer_statement

    with session.office() as office:
        if key is not None and not receiver and out is None:
            row = accept(office, read_slip(slip), receiver=session.key(key), place=place)
            _emit_row(session, office, row, "hand-over.done")
            return
        if key is not None or not receiver or out is None:
            raise Misuse("cli.copy_signs_where", option="--receiver")
        statement = answer_statement(office, read_slip(slip), by=receiver, place=place)
        _write_statement(session, statement.encode(), out)


@run.command("decline")
@click.argument("slip")
@click.option("--key", type=FILE, required=True)
@click.option("--reason", type=click.Choice(_REASONS), default="other", show_default=True)
@pass_session
def decline_offer(session: Session, *, slip: str, key: Path, reason: str) -> None:
    """Decline, take an own offer back, or report a broken seal."""
    from sekisho.custody.offering import break_seal, decline

    with session.office() as office:
        by = session.key(key)
        if reason == "seal_broken":
            row = break_seal(office, read_slip(slip), by=by)
            _emit_row(session, office, row, "copy.decline.seal_broken")
        else:
            row = decline(office, read_slip(slip), by=by, reason=reason)  # type: ignore[arg-type]  # a choice of just these
            _emit_row(session, office, row, "copy.decline.done")


@run.command("signed")
@click.argument("statement", type=FILE)
@click.argument("signature", type=FILE)
@pass_session
def take_signed(session: Session, *, statement: Path, signature: Path) -> None:
    """Take in what was signed elsewhere."""
    from sekisho.custody.offering import take_signed as take

    with session.office() as office:
        row = take(office, statement.read_bytes(), signature.read_text(encoding="ascii", errors="replace"))
        _emit_row(session, office, row, "copy.offer.done" if row.copy.offer else "hand-over.done")


@run.command("return")
@click.argument("slip")
@click.option("--giver", type=FILE, required=True)
@click.option("--receiver", type=FILE, required=True)
@click.option("--on", "folder", type=FOLDER)
@pass_session
def take_back(session: Session, *, slip: str, giver: Path, receiver: Path, folder: Path | None) -> None:
    """Take a copy back, and look at its medium."""
    from sekisho.custody.returning import audit_copy, check_medium, return_copy

    with session.office() as office:
        if folder:
            check_medium(office, read_slip(slip), folder)  # before anybody signs: a return is not taken back
        takes = session.key(receiver)
        row = return_copy(office, read_slip(slip), giver=session.key(giver), receiver=takes)
        seen = audit_copy(office, row.slip, folder, by=takes) if folder else None
        holder = person_words(session, names_of(office), row.copy.holder)
        lines = [session.say("copy.return.done", slip=row.slip, holder=holder)]
        document = _row_document(row) | {"audit": _audit_document(seen) if seen else None}
        session.emit(document, [*lines, *(_audit_lines(session, seen) if seen else [])])


@run.command("audit")
@click.argument("slip")
@click.option("--on", "folder", type=FOLDER, required=True)
@click.option("--key", type=FILE, required=True)
@pass_session
def audit(session: Session, *, slip: str, folder: Path, key: Path) -> None:
    """Look at a medium without changing it."""
    from sekisho.custody.returning import audit_copy

    with session.office() as office:
        seen = audit_copy(office, read_slip(slip), folder, by=session.key(key))
        session.emit(_audit_document(seen), _audit_lines(session, seen))


@run.command("write-off")
@click.argument("slip")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def give_up(session: Session, *, slip: str, keys: tuple[Path, ...]) -> None:
    """Give up looking for a lost copy."""
    from sekisho.custody.returning import write_off

    with session.office() as office:
        row = write_off(office, read_slip(slip), keys=[session.key(path) for path in keys])
        _emit_row(session, office, row, "copy.write-off.done")


def _write_statement(session: Session, statement: bytes, out: Path) -> None:
    from sekisho.cli.disk import disk
    from sekisho.custody.statements import HANDOVER
    from sekisho.files import write_whole

    with disk(out):
        write_whole(out, statement)
    document = {"file": str(out), "namespace": HANDOVER}
    session.emit(document, [session.say("copy.to_sign", path=out, namespace=HANDOVER)])


run.add_command(answer)
run.add_command(take_in)
run.add_command(sign_statement)


def _emit_row(session: Session, office: "Office", row: "CopyRow", key: str) -> None:
    register, zone = names_of(office), office.settings.zone
    offer = row.copy.offer
    words = session.say(
        key,
        slip=row.slip,
        holder=person_words(session, register, row.copy.holder),
        to=person_words(session, register, offer.receiver if offer else None),
        until=to_local(offer.until, zone) if offer else "-",
        zone=zone,
    )
    session.emit(_row_document(row), [words])


def _row_document(row: "CopyRow") -> dict[str, object]:
    offer = row.copy.offer
    return {
        "slip": row.slip,
        "state": row.copy.state.value,
        "holder": row.copy.holder,
        "seal_broken": row.copy.seal_broken,
        "offer": {"to": offer.receiver, "until": to_text(offer.until)} if offer else None,
    }


def _audit_document(seen: "AuditStatement") -> dict[str, object]:
    files = [
        {"path": file.path, "standing": file.standing, "size": file.size, "sha256": file.sha256} for file in seen.files
    ]
    return {"slip": seen.slip, "capsule": seen.capsule, "files": files}


def _audit_lines(session: Session, seen: "AuditStatement") -> "Iterable[str]":
    from sekisho.canon.visible import shown

    odd = [file for file in seen.files if file.standing != "identical"]
    yield session.say("copy.audit.odd" if odd else "copy.audit.identical", slip=seen.slip, files=len(seen.files))
    for file in odd:
        yield session.say(f"copy.audit.{file.standing}", path=shown(file.path))

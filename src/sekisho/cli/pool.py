"""``sekisho pool``: tickets and orders for a sealing station without the office, and what it brings back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_reference, read_time
from sekisho.cli.command import FILE, PATH, group
from sekisho.cli.seal import opener_lines
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.age.filekey import Recipient


@group("pool")
def run() -> None:
    """See the catalogue."""


@run.command("issue")
@click.option("--count", type=click.IntRange(1, 1000), required=True)
@click.option("--station", required=True)
@click.option("--until", required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def issue(session: Session, *, count: int, station: str, until: str, keys: tuple[Path, ...], out: Path) -> None:
    """Issue tickets to a station, by two persons."""
    from sekisho.custody.pooling import issue_pool

    with session.office() as office:
        made = issue_pool(
            office,
            _recipient(station),
            out,
            count=count,
            expires_at=read_time(until, office.settings.zone),
            keys=[session.key(path) for path in keys],
        )
        document = {"pool": made.number, "tickets": made.waiting, "expires": to_text(made.expires_at), "file": str(out)}
        at = to_local(made.expires_at, office.settings.zone)
        session.emit(document, [session.say("pool.issue.done", **(document | {"expires": at}))])


@run.command("order")
@click.argument("reference")
@click.option("--station", required=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def order(session: Session, *, reference: str, station: str, out: Path) -> None:
    """Write what a station needs to seal an approved request."""
    from sekisho.custody.pooling import write_order

    letter, number = read_reference(reference)
    if letter != "C":
        raise Misuse("cli.no_reference", text=reference)
    with session.office() as office:
        made = write_order(office, number, _recipient(station), out)
        slips = [copy.slip for copy in made.copies]
        document = {"request": f"C-{number}", "slips": slips, "file": str(out)}
        session.emit(document, [session.say("pool.order.done", slips=" ".join(slips), file=str(out))])


@run.command("commit")
@click.argument("file", type=FILE)
@pass_session
def commit(session: Session, *, file: Path) -> None:
    """Bring the tickets of what a station sealed to life."""
    from sekisho.cli.disk import disk
    from sekisho.custody.pooling import commit_from_station

    with disk(file):
        data = file.read_bytes()
    with session.office() as office:
        rows = commit_from_station(office, data)
        slips = [row.slip for row in rows]
        copies = [
            {"slip": row.slip, "medium": row.medium, "opener": row.capsule.opener, "pin": row.capsule.pin}
            for row in rows
            if row.capsule
        ]
        headers = [session.say(f"column.{name}") for name in ("slip", "medium", "pin")]
        cells = [[each["slip"], each["medium"], each["pin"]] for each in copies]
        lines = [session.say("pool.commit.done", slips=" ".join(slips)), *table(headers, cells)]
        lines += [session.say("seal.pins")]
        lines += opener_lines(session, copies)
        session.emit({"slips": slips, "copies": copies}, lines)


@run.command("list")
@pass_session
def list_(session: Session) -> None:
    """Show the pools."""
    from sekisho.custody.pooling import pools

    with session.office() as office:
        zone = office.settings.zone
        found = pools(office)
        document = [
            {
                "pool": each.number,
                "expires": to_text(each.expires_at),
                "waiting": each.waiting,
                "used": each.used,
                "destroyed": each.destroyed,
            }
            for each in found
        ]
        headers = [session.say(f"column.{name}", zone=zone) for name in ("pool", "expires", "waiting", "used", "gone")]
        cells = [
            [str(each.number), to_local(each.expires_at, zone), str(each.waiting), str(each.used), str(each.destroyed)]
            for each in found
        ]
        session.emit({"pools": document}, table(headers, cells, right=[2, 3, 4]))


def _recipient(text: str) -> "Recipient":
    from sekisho.age.errors import KeyTextError
    from sekisho.age.keys import recipient_from_text

    try:
        return recipient_from_text(text)
    except KeyTextError:
        raise Misuse("custody.no_age_recipient", text=text[:16]) from None

"""``sekisho custodian expire`` and ``rotate``: how long shares are kept, and under which key."""

from pathlib import Path

import click

from sekisho.cli.command import FILE, command
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text


@command("custodian.expire")
@click.option("--list", "list_only", is_flag=True)
@pass_session
def expire(session: Session, *, list_only: bool) -> None:
    """Destroy what is past its time, or show what will be and when."""
    from sekisho.custody.stopping import expire_now, expiring

    with session.office(finish=False) as office:
        gone = [] if list_only else expire_now(office)
        zone = office.settings.zone
        coming = expiring(office)
        document = {
            "destroyed": [{"copy": each.cid.hex(), "slip": each.slip} for each in gone],
            "expiring": [
                {"copy": each.cid.hex(), "slip": each.slip, "state": each.state, "at": to_text(each.at)}
                for each in coming
            ],
        }
        headers = [session.say(f"column.{name}", zone=zone) for name in ("slip", "ticket", "expires")]
        cells = [
            [
                each.slip or session.say("custodian.expire.no_slip"),
                session.say(f"ticket.{each.state}"),
                to_local(each.at, zone),
            ]
            for each in coming
        ]
        said = [] if list_only else [session.say("custodian.expire.done", count=len(gone))]
        session.emit(document, [*said, *table(headers, cells)])


@command("custodian.rotate")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def rotate(session: Session, *, keys: tuple[Path, ...]) -> None:
    """Begin a new epoch and destroy the key of the old one, by two persons."""
    from sekisho.custody.stopping import rotate_epoch

    with session.office() as office:
        epoch = rotate_epoch(office, keys=[session.key(path) for path in keys])
        session.emit({"epoch": epoch}, [session.say("custodian.rotate.done", epoch=epoch)])

"""``sekisho request``: ask for copies of what was cut."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_time
from sekisho.cli.command import FILE, command
from sekisho.cli.session import Session, pass_session


@command("request")
@click.argument("cuts", nargs=-1, required=True)
@click.option("--carrier", required=True)
@click.option("--recipient", required=True)
@click.option("--route", required=True)
@click.option("--place", default="")
@click.option("--medium", "media", multiple=True, required=True)
@click.option("--from", "not_before", default="")
@click.option("--until", "not_after", required=True)
@click.option("--due", default="")
@click.option("--opens", type=click.IntRange(1, 1000), default=1, show_default=True)
@click.option("--allow-save", is_flag=True)
@click.option("--key", type=FILE, required=True)
@pass_session
def run(
    session: Session, *, cuts: tuple[str, ...], carrier: str, recipient: str, route: str, place: str, media: tuple[str, ...],
    not_before: str, not_after: str, due: str, opens: int, allow_save: bool, key: Path,
) -> None:  # fmt: skip
    """Ask for copies."""
    from sekisho.custody.requesting import Wish, request_copy

    with session.office() as office:
        zone, now = office.settings.zone, office.ledger.time()
        until = read_time(not_after, zone)
        wish = Wish(
            cuts=cuts,
            carrier=carrier,
            recipient=recipient,
            route=route,
            place=place,
            media=media,
            not_before=read_time(not_before, zone) if not_before else now,
            not_after=until,
            due=read_time(due, zone) if due else until,
            max_opens=opens,
            allow_save=allow_save,
        )
        request = request_copy(office, wish, requester=session.key(key))
        document = {"request": f"C-{request.id}", "copies": len(media), "people": request.statement.people}
        session.emit(
            document,
            [session.say("request.done", number=request.id, copies=len(media), need=request.statement.approvals)],
        )

"""``sekisho station``: a machine that seals without the office; ``--home`` is the station's own folder."""

from pathlib import Path

import click

from sekisho.cli.command import FILE, PATH, group
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import MediumError, Misuse
from sekisho.files import write_whole


@group("station")
def run() -> None:
    """See the catalogue."""


@run.command("init")
@pass_session
def init(session: Session) -> None:
    """Make a station."""
    from sekisho.custody.station import Station

    standing = Station.make(session.home, session.clock).standing()
    document = {"home": str(session.home), "recipient": standing.recipient}
    session.emit(document, [session.say("station.init.done", **document)])


@run.command("load")
@click.argument("pool", type=FILE)
@pass_session
def load(session: Session, *, pool: Path) -> None:
    """Take the tickets of a pool over."""
    from sekisho.custody.station import Station

    station = Station.open(session.home, session.clock)
    count = station.load(pool)
    document = {"loaded": count, "recipient": station.standing().recipient}
    session.emit(document, [session.say("station.load.done", **document)])


@run.command("status")
@pass_session
def status(session: Session) -> None:
    """Show what the station has."""
    from sekisho.custody.station import Station

    standing = Station.open(session.home, session.clock).standing()
    document = {"fresh": standing.fresh, "sealed": list(standing.sealed), "recipient": standing.recipient}
    words = session.say(
        "station.status.done",
        fresh=standing.fresh,
        sealed=" ".join(standing.sealed) or "-",
        recipient=standing.recipient,
    )
    session.emit(document, [words])


@run.command("seal")
@click.argument("order", type=FILE)
@click.option("--medium", "media", multiple=True, required=True)
@click.option("--key", type=FILE, required=True)
@click.option("--out", "-o", type=PATH, required=True)
@pass_session
def seal(session: Session, *, order: Path, media: tuple[str, ...], key: Path, out: Path) -> None:
    """Seal an order and write what to bring back to the office."""
    from sekisho.cli.arguments import read_media
    from sekisho.custody.station import Station
    from sekisho.custody.station_files import read_commit

    if out.exists():
        raise Misuse("custody.station_file_exists", path=out)
    station = Station.open(session.home, session.clock)
    wanted = station.look_at(order)
    folders = read_media(media, [copy.medium for copy in wanted.copies])
    total = len(wanted.copies) * sum(each.size for each in wanted.files)
    with progress(session, "seal.sealing", total=total) as step:
        data = station.seal(order, folders, sealer=session.key(key), progress=step)
    try:
        write_whole(out, data, mode=0o644)
    except OSError as error:
        raise MediumError("custody.station_disk", path=out) from error
    statement, _ = read_commit(data)
    slips = [copy.slip for copy in statement.copies]
    document = {"request": f"C-{statement.request}", "slips": slips, "file": str(out)}
    session.emit(document, [session.say("station.seal.done", slips=" ".join(slips), file=str(out))])


@run.command("forget")
@click.argument("slips", nargs=-1, required=True)
@pass_session
def forget(session: Session, *, slips: tuple[str, ...]) -> None:
    """Forget what the office has heard of."""
    from sekisho.cli.arguments import read_slip
    from sekisho.custody.station import Station

    named = [read_slip(slip) for slip in slips]
    Station.open(session.home, session.clock).forget(named)
    session.emit({"forgotten": named}, [session.say("station.forget.done", slips=" ".join(named))])

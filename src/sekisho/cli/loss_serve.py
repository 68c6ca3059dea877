"""``sekisho loss serve`` and ``held``: the page and the telephone line on which anybody reports a loss."""

import logging

import click

from sekisho.cli.arguments import read_listen
from sekisho.cli.command import Group
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import Missing


def add_to(group: Group) -> None:
    """Add them to the group."""
    group.add_command(serve)
    group.add_command(held)


_here = Group(name="loss", key="loss")


@_here.command("serve")
@click.option("--listen", default="127.0.0.1:8619", show_default=True)
@click.option("--origin", "origins", multiple=True)
@click.option("--telephone", "telephones", multiple=True)
@pass_session
def serve(session: Session, *, listen: str, origins: tuple[str, ...], telephones: tuple[str, ...]) -> None:
    """Serve the page and the telephone line."""
    host, port = read_listen(listen)
    try:
        from sekisho.server.report import Place
        from sekisho.server.report import serve as serve_reports
        from sekisho.server.report_desk import ReportDesk
    except ImportError:
        raise Missing("cli.no_server") from None
    from sekisho.custody.office import Office
    from sekisho.server.report_pages import around_of

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    desk = ReportDesk(lambda: Office.open(session.home, session.clock, finish=False), session.clock)
    place = Place(around=around_of(session.home), origins=origins, telephones=telephones)
    serve_reports(
        desk, place, host=host, port=port, ready=lambda at: session.tell("loss.serve.ready", host=host, port=at)
    )


@_here.command("held")
@pass_session
def held(session: Session) -> None:
    """List the reports that wait for somebody to call back."""
    from sekisho.loss.reporting import held_reports

    with session.office() as office:
        zone = office.settings.zone
        waiting = held_reports(office)
        document = {
            "held": [{"slip": each.slip, "at": to_text(each.at), "call_back": each.call_back} for each in waiting]
        }
        headers = [session.say(f"column.{name}") for name in ("at", "slip", "call_back")]
        rows = [[to_local(each.at, zone), each.slip, each.call_back] for each in waiting]
        session.emit(document, table(headers, rows, whole=range(3)))

"""``sekisho ledger events`` and ``ledger tables``: the ledger for other programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import PATH, command
from sekisho.cli.session import Session, pass_session

if TYPE_CHECKING:
    from sekisho.custody.office import Office

FORMATS = ("ocsf", "cef", "case", "csv")


@command("ledger.events")
@click.option("--format", "form", type=click.Choice(FORMATS), default="ocsf", show_default=True)
@click.option("--since", type=click.IntRange(0), default=0, show_default=True)
@pass_session
def events(session: Session, *, form: str, since: int) -> None:
    """Write entries from an index on, one by one."""
    with session.office() as office:
        written = {"ocsf": _ocsf, "cef": _cef, "case": _case, "csv": _csv}[form](office, since)
        for text in written:
            click.echo(text)


@command("ledger.tables")
@click.argument("folder", type=PATH)
@pass_session
def tables(session: Session, *, folder: Path) -> None:
    """Write everything as tables."""
    from sekisho.custody.interop.tables import write_tables

    with session.office() as office:
        files = write_tables(office, folder)
    session.emit({"files": [str(path) for path in files]}, [str(path) for path in files])


def _ocsf(office: "Office", since: int) -> Iterator[str]:
    from sekisho.custody.interop.ocsf import ocsf

    origin = office.ledger.key.name
    for entry in office.ledger.entries(since):
        yield json.dumps(ocsf(entry, origin=origin), ensure_ascii=False, separators=(",", ":"))


def _cef(office: "Office", since: int) -> Iterator[str]:
    from sekisho.custody.interop.cef import cef

    origin = office.ledger.key.name
    return (cef(entry, origin=origin) for entry in office.ledger.entries(since))


def _case(office: "Office", since: int) -> Iterator[str]:
    """Write a graph node by node, a line each; what stands before is read for what later nodes point to."""
    from sekisho.custody.interop.case import document_lines

    return document_lines(office.ledger.entries(), origin=office.ledger.key.name, since=since)


def _csv(office: "Office", since: int) -> Iterator[str]:
    from sekisho.custody.interop.tables import BOM, EVENT_COLUMNS, event_row, line

    yield BOM + line(EVENT_COLUMNS).removesuffix("\r\n") + "\r"
    for entry in office.ledger.entries(since):
        yield line(event_row(entry)).removesuffix("\r\n") + "\r"

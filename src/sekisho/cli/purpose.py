"""``sekisho purpose``: purpose files made and checked; nothing is cut."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, group
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Missing

if TYPE_CHECKING:
    from datetime import date


@group("purpose")
def run() -> None:
    """See the catalogue."""


@run.command("new")
@click.argument("table", type=FILE)
@pass_session
def new(session: Session, *, table: Path) -> None:
    """Draft a purpose."""
    from sekisho.cut.draft import draft_purpose
    from sekisho.readers.tables import open_tables

    text = draft_purpose(open_tables(table)[0], _today(session))
    session.emit({"purpose": text}, [text.rstrip("\n")])


@run.command("check")
@click.argument("purpose", type=PATH)
@pass_session
def check(session: Session, *, purpose: Path) -> int:
    """Check a purpose."""
    from sekisho.custody.cutting import prepare

    problems = prepare(purpose).problems(_today(session))
    if problems:
        return session.report(*problems)
    session.emit({"purpose": str(purpose), "problems": []}, [session.say("purpose.fits", path=purpose)])
    return 0


@run.command("schema")
@pass_session
def schema(session: Session) -> None:
    """Print the JSON Schema."""
    from sekisho.cut.schema import purpose_schema

    text = purpose_schema()
    session.emit({"schema": json.loads(text)}, [text.rstrip("\n")])


def _today(session: Session) -> "date":
    """Return the day by the office's clock on the wall, as cutting does; where there is no office yet, by the machine's."""
    from sekisho.store.home import find_home

    try:
        find_home(session.home)
    except Missing:
        return session.clock.now().astimezone().date()
    with session.office() as office:
        return office.today()

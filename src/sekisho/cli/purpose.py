"""``sekisho purpose``: purpose files made and checked; nothing is cut."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, group
from sekisho.cli.explained import explained_lines
from sekisho.cli.law import finding_documents, finding_lines
from sekisho.cli.purpose_asking import ask
from sekisho.cli.session import Session, pass_session
from sekisho.cut.template_names import NAMES
from sekisho.errors import MediumError, Missing, Misuse
from sekisho.files import write_whole

if TYPE_CHECKING:
    from datetime import date

    from sekisho.cut.draft import Asked, Tables


@group("purpose")
def run() -> None:
    """See the catalogue."""


@run.command("new")
@click.argument("table", type=FILE, nargs=-1, required=True)
@click.option("--template", type=click.Choice(NAMES))
@click.option("--draft", is_flag=True)
@click.option("-o", "--out", type=PATH)
@pass_session
def new(session: Session, *, table: tuple[Path, ...], template: str | None, draft: bool, out: Path | None) -> None:
    """Make a purpose: ask at a terminal, else draft."""
    from sekisho.cut.draft import named, purpose_text
    from sekisho.readers.tables import open_tables

    if out is not None and os.path.lexists(out):
        raise Misuse("cli.exists", path=out)
    tables, today = named([open_tables(each)[0] for each in table]), _today(session)
    asks = not draft and not session.json and sys.stdin is not None and sys.stdin.isatty()
    asked = ask(session, tables, template, today) if asks else _drafted(session, tables, template, today)
    text = purpose_text(tables, asked)
    lines = [text.rstrip("\n")]
    if out is not None:
        _write(out, text)
        lines = [session.say("purpose.written", path=out)]
    session.emit({"purpose": text, "out": str(out) if out else None}, lines)


def _drafted(session: Session, tables: "Tables", name: str | None, today: "date") -> "Asked":
    from sekisho.cut.draft import Asked, last_day, nothing_asked, proposed
    from sekisho.cut.template import template

    if name is None:
        return nothing_asked(tables, today)
    work = template(name)
    return Asked(not_after=last_day(today), chosen=proposed(tables, work, session.language), template=work, id=name)


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode(), mode=0o644)
    except FileExistsError:
        raise Misuse("cli.exists", path=path) from None
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error


@run.command("check")
@click.argument("purpose", type=PATH)
@pass_session
def check(session: Session, *, purpose: Path) -> int:
    """Check a purpose."""
    import msgspec

    from sekisho.custody.cutting import prepare
    from sekisho.cut.explain import explain
    from sekisho.cut.law.checks import examine

    prepared, today = prepare(purpose), _today(session)
    problems = prepared.problems(today)
    if problems:
        return session.report(*problems)
    told = explain(prepared.plan(today))
    found = examine(prepared.purpose, prepared.text, purpose)
    lines = [*explained_lines(session, told), *finding_lines(session, found)]
    document = {"explained": msgspec.to_builtins(told), "law": finding_documents(found)}
    session.emit(
        {"purpose": str(purpose), "problems": [], **document}, [*lines, session.say("purpose.fits", path=purpose)]
    )
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

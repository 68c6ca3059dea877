"""``sekisho paper``: the town's own forms, filled from what is recorded."""

from pathlib import Path

import click

from sekisho.cli.command import PATH, group
from sekisho.cli.disk import disk
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse

_JSON = ".json"


@group("paper")
def run() -> None:
    """Print forms."""


@run.command("list")
@pass_session
def list_(session: Session) -> None:
    """List the forms."""
    from sekisho.custody.paper.printing import forms

    with session.office() as office:
        found = forms(office)
    document = {
        name: {
            "facts": each.facts,
            "number": each.number.says(session.language),
            "title": each.title.says(session.language),
        }
        for name, each in found.items()
    }
    headers = [session.say(f"column.{name}") for name in ("paper", "number", "title")]
    cells = [[name, each["number"], each["title"]] for name, each in document.items()]
    session.emit({"forms": document}, table(headers, cells))


@run.command("print")
@click.argument("form")
@click.argument("about", nargs=-1)
@click.option("--out", "-o", "out", type=PATH, required=True)
@click.option("--blank", is_flag=True)
@pass_session
def print_(session: Session, *, form: str, about: tuple[str, ...], out: Path, blank: bool) -> None:
    """Print a form."""
    from sekisho.custody.paper.printing import fill, fill_blank, to_json, to_pdf
    from sekisho.files import write_whole

    if blank and about:
        raise Misuse("cli.blank_is_about_nothing")
    with session.office() as office:
        filled = fill_blank(office, form) if blank else fill(office, form, about)
        as_json = out.suffix.lower() == _JSON
        printed = None if as_json else to_pdf(office, filled, language=session.language)
    with disk(out):
        write_whole(out, printed.pdf if printed else to_json(filled))
    unset = [each.name for each in printed.unset] if printed else []
    entries = sorted({index for facts in (filled.head, *filled.rows) for index in facts.entries})
    document = {"form": form, "file": str(out), "rows": len(filled.rows), "entries": entries, "unset": unset}
    lines = [session.say("paper.print.done", path=out, rows=len(filled.rows))]
    lines += [session.say("paper.print.unset", characters=", ".join(unset))] if unset else []
    session.emit(document, lines)

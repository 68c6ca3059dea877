"""``sekisho who``: counts for everybody on the case; the list for two persons."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse


@command("who")
@click.argument("slips", nargs=-1, required=True)
@click.option("--out", type=PATH)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def run(session: Session, *, slips: tuple[str, ...], out: Path | None, keys: tuple[Path, ...]) -> None:
    """Count, or list."""
    from sekisho.loss.who import affected, export_people

    named = [read_slip(slip) for slip in slips]
    if (out is None) != (not keys) or (keys and len(keys) != 2):
        raise Misuse("cli.list_needs_two")
    with session.office() as office:
        if out is not None:
            found = export_people(office, named, out, first=session.key(keys[0]), second=session.key(keys[1]))
        else:
            found = affected(office, named)
        document = {
            "at_least": found.at_least,
            "at_most": found.at_most,
            "by_kind": {kind.id: people for kind, people in found.by_kind()},
            "by_field_set": [{"kinds": [k.id for k in kinds], "people": n} for kinds, n in found.by_field_set()],
            "list": str(out) if out else None,
        }
        separator = session.say("separator")
        rows = [
            [f"{people:,}", separator.join(k.label(session.language) for k in kinds)]
            for kinds, people in found.by_field_set()
        ]
        headers = [session.say("column.people"), session.say("column.kinds")]
        least, most = f"{found.at_least:,}", f"{found.at_most:,}"
        total = session.say("who.total" if least == most else "who.between", people=least, least=least, most=most)
        mixed = [session.words("statement.mixed")] if found.is_mixed else []
        session.emit(document, [total, *mixed, *table(headers, rows, right=[0])])
        if out is not None:
            session.note("who.written", path=out)

"""``sekisho inspect``: a capsule as anybody can see it, or a copy as the office knows it."""

import os
from pathlib import Path

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, command
from sekisho.cli.disk import disk, open_to_read
from sekisho.cli.persons import names_of, person_words
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import from_text, to_local
from sekisho.errors import Misuse


@command("inspect")
@click.argument("capsule", type=FILE, required=False)
@click.option("--slip", default="")
@pass_session
def run(session: Session, *, capsule: Path | None, slip: str) -> None:
    """Look."""
    if (capsule is None) == (not slip):
        raise Misuse("cli.inspect_what")
    if capsule is not None:
        _inspect_capsule(session, capsule)
    else:
        _inspect_copy(session, read_slip(slip))


def _inspect_capsule(session: Session, path: Path) -> None:
    from sekisho.capsule.opening import look_at
    from sekisho.codes import challenge_code

    with open_to_read(path) as file, disk(path):
        closed, size = look_at(file), os.fstat(file.fileno()).st_size
    custodians = list(dict.fromkeys(part.binding.kid.hex() for each in closed.stanzas for part in each.parts))
    needed = max(stanza.needed for stanza in closed.stanzas)
    types = sorted({stanza.inner.type for stanza in closed.stanzas})
    document: dict[str, object] = {
        "copy": closed.cid.hex(),
        "custodian": custodians[0],
        "custodians": custodians,
        "needed": needed,
        "recipients": len(closed.stanzas),
        "types": types,
        "size": size,
        "short": challenge_code(closed.cid[:2] + bytes(4)).split()[0],
    }
    said = document | {"types": ", ".join(types), "custodian": ", ".join(custodians)}
    lines = [session.say("inspect.capsule", **said)]
    if needed > 1:
        lines += [session.say("inspect.dual", count=len(custodians), needed=needed)]
    session.emit(document, lines)


def _inspect_copy(session: Session, slip: str) -> None:
    from sekisho.cli.overview import copy_document
    from sekisho.custody import records

    with session.office() as office:
        connection = office.ledger.connection
        row = records.get_copy(connection, slip)
        document = copy_document(row, records.get_request(connection, row.request))
        copy = row.cid.hex() if row.cid else None
        events = list(office.ledger.entries_of(copy))
        zone = office.settings.zone
        lines = [
            session.say(
                "inspect.copy",
                **(
                    document
                    | {
                        "state": session.say(f"state.{row.copy.state.value}"),
                        "holder": person_words(session, names_of(office), row.copy.holder),
                        "due": to_local(from_text(document["due"]), zone),
                        "zone": zone,
                        "people": f"{document['people']:,}",
                    }
                ),
            )
        ]
        headers = [session.say(f"column.{name}") for name in ("index", "at", "event")]
        rows = [[str(event.index), to_local(event.at, zone), event.type] for event in events]
        full = document | {"copy": copy, "capsule": row.capsule.sha256 if row.capsule else None}
        session.emit(full, [*lines, *table(headers, rows, right=[0])])

"""The commands of ``sekisho loss`` about statements: publish one, and see what was said when."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.clock import from_text, to_local
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.loss.documents.statements import Statement


def add_to(group: Group) -> None:
    """Add them to the group."""
    _add_publish(group)
    _add_statements(group)


def _add_publish(group: Group) -> None:
    @group.command("publish")
    @click.argument("incident", required=False)
    @click.option("--key", "keys", type=FILE, multiple=True, required=True)
    @click.option("--out", type=PATH, required=True)
    @pass_session
    def publish(session: Session, *, incident: str | None, keys: tuple[Path, ...], out: Path) -> None:
        """Publish the next statement."""
        from sekisho.loss.documents.publishing import must_be_new, write_statement_log
        from sekisho.loss.documents.statements import publish as publish_statement

        if len(keys) != 2:
            raise Misuse("cli.list_needs_two")
        must_be_new(out)
        with session.office() as office:
            number = incident_of(office, incident)
            statement = publish_statement(office, number, keys=[session.key(key) for key in keys])
            files = write_statement_log(office, number, out)
        document = {"incident": number, "n": statement.n, "at": statement.at, "folder": str(out), "files": files}
        session.emit(document, [session.say("loss.publish.done", n=statement.n, path=out)])


def _add_statements(group: Group) -> None:
    @group.command("statements")
    @click.argument("incident", required=False)
    @click.option("--out", type=PATH)
    @pass_session
    def statements(session: Session, *, incident: str | None, out: Path | None) -> None:
        """List what was published."""
        from sekisho.loss.documents.publishing import write_statement_log
        from sekisho.loss.documents.statements import statements as published

        with session.office() as office:
            number = incident_of(office, incident)
            log = published(office, number)
            if out is not None:
                write_statement_log(office, number, out)
            zone = office.settings.zone
        rows = [_row(each, log[place - 1] if place else None, session.language) for place, each in enumerate(log)]
        lines = list[str]()
        for each, row in zip(log, rows, strict=True):
            lines.append(session.say("loss.statements.one", n=each.n, at=to_local(from_text(each.at), zone)))
            lines += [f"  + {line}" for line in row["added"]] + [f"  - {line}" for line in row["removed"]]
        document = [{"n": each.n, "at": each.at, **row} for each, row in zip(log, rows, strict=True)]
        session.emit({"incident": number, "statements": document}, lines)


def _row(statement: "Statement", before: "Statement | None", language: str) -> dict[str, list[str]]:
    """Return which lines came and went in the language of who asks, or the first there is."""
    from sekisho.loss.documents.statements import changes

    name = language if language in statement.said else next(iter(statement.said))
    found = changes(before.said.get(name) if before else None, statement.said[name])
    return {
        "added": [each.line for each in found if each.added],
        "removed": [each.line for each in found if not each.added],
    }

"""The commands of ``sekisho loss`` about people: segments, the channel plan, and names for two persons."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.loss.affected.contacts import Contacts
    from sekisho.loss.affected.people import People
    from sekisho.loss.affected.plan import ChannelPlan
    from sekisho.loss.affected.segments import Segments


def add_to(group: Group) -> None:
    """Add them to the group."""
    for name, run in (("files", _files), ("segments", _segments), ("plan", _plan), ("people", _people)):
        group.command(name)(run)


@click.argument("incident", required=False)
@click.option("--from", "paths", type=PATH, multiple=True, required=True)
@click.option("--column", "columns", multiple=True, metavar="FILE:HEADER=KIND")
@pass_session
def _files(session: Session, *, incident: str | None, paths: tuple[Path, ...], columns: tuple[str, ...]) -> None:
    """Make the index of people from ordinary files."""
    from sekisho.cli.progress import progress
    from sekisho.loss.addresses import take_files
    from sekisho.loss.affected.columns import read_said
    from sekisho.loss.affected.files import index_files

    said = [read_said(text) for text in columns]
    with session.office() as office:
        number = incident_of(office, incident)
        with progress(session, "loss.files.reading", total=None) as step:
            found = index_files(office, paths, said=said, progress=step)
        take_files(office, number, found)
    most = found.index.people + found.index.unresolved
    document = {
        "incident": number,
        "at_least": found.index.people,
        "at_most": most,
        "records": found.records,
        "index": found.sha256,
        "tables": [
            {
                "name": each.name,
                "rows": each.rows,
                "kinds": each.kinds,
                "said_by": each.said_by,
                "unknown": each.unknown,
            }
            for each in found.tables
        ],
        "problems": [
            {"table": name, "why": problem.key, "count": problem.count, "line": problem.line}
            for name, problems in found.problems.items()
            for problem in problems
        ],
        "passed_over": [{"path": str(each.path), "why": each.error.key} for each in found.passed_over],
    }
    headers = [session.say(f"column.{name}") for name in ("table", "rows", "kinds")]
    separator = session.say("separator")
    rows = [[each.name, f"{each.rows:,}", separator.join(dict.fromkeys(each.kinds.values()))] for each in found.tables]
    lines = [_total(session, found.index.people, most), *table(headers, rows, right=[1])]
    unknown = [f"{each.name}: {', '.join(each.unknown)}" for each in found.tables if each.unknown]
    lines += [session.say("loss.files.unknown", columns=each) for each in unknown]
    for name, problems in found.problems.items():
        for problem in problems:
            what = session.words(f"errors/{problem.key}", path=name, line=problem.line)
            lines.append(session.say("scan.problem", what=what, count=f"{problem.count:,}"))
    lines += [session.say("loss.files.passed", why=each.error.what(session.language)) for each in found.passed_over]
    session.emit(document, lines)


@click.argument("incident", required=False)
@click.option("--contacts", type=PATH, multiple=True)
@click.option("--mapping", type=FILE)
@click.option("--csv", "as_csv", is_flag=True)
@pass_session
def _segments(
    session: Session, *, incident: str | None, contacts: tuple[Path, ...], mapping: Path | None, as_csv: bool
) -> None:
    """Count the segments."""
    from sekisho.loss.affected.segments import rows_of, segments_of

    with session.office() as office:
        number = incident_of(office, incident)
        people, _ = _known(office, number, contacts, mapping)
        found = segments_of(people.found.index, people.flags, at_least=people.found.at_least)
    if as_csv:
        click.echo(_csv(rows_of(found)), nl=False)
        return
    document = {
        "incident": number,
        "at_least": found.at_least,
        "at_most": found.at_most,
        "unresolved": found.unresolved,
        "mixed": people.found.is_mixed,
        "by_household": found.by_household,
        "segments": [
            {"id": each.id, "group": each.group.value, "people": each.people, "kinds": [k.id for k in each.kinds]}
            for each in found.segments
        ],
    }
    mixed = [session.words("statement.mixed")] if people.found.is_mixed else []
    lines = _segment_lines(session, found, are_known=people.flags.are_addresses_known)
    session.emit(document, [*lines, *mixed])


@click.argument("incident", required=False)
@click.option("--contacts", type=PATH, multiple=True)
@click.option("--mapping", type=FILE)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def _plan(
    session: Session,
    *,
    incident: str | None,
    contacts: tuple[Path, ...],
    mapping: Path | None,
    keys: tuple[Path, ...],
) -> None:
    """Show the plan, and approve it as a whole."""
    from sekisho.loss.affected.plan import approve_plan, plan_of
    from sekisho.loss.incident.settings import read_incident_settings

    with session.office() as office:
        number = incident_of(office, incident)
        people, _ = _known(office, number, contacts, mapping)
        plan = plan_of(people, read_incident_settings(office.home.root).costs)
        approved = approve_plan(office, number, plan, keys=[session.key(key) for key in keys]) if keys else None
    document = {
        "incident": number,
        "currency": plan.currency,
        "total": plan.total,
        "sha256": plan.sha256,
        "approved_by": list(approved.by) if approved else [],
        "lines": [
            {
                "segment": each.segment,
                "channel": each.channel.value,
                "role": each.role.value,
                "people": each.people,
                "deliverable": None if each.deliverable is None else each.deliverable / 1000,
                "unit": each.unit,
                "total": each.total,
            }
            for each in plan.lines
        ],
    }
    session.emit(document, _plan_lines(session, plan))
    if approved:
        session.note("loss.plan.approved")


@click.argument("incident", required=False)
@click.option("--to", required=True)
@click.option("--out", type=PATH, required=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@click.option("--segment", default="")
@click.option("--contacts", type=PATH, multiple=True)
@click.option("--mapping", type=FILE)
@click.option("--protected", is_flag=True)
@pass_session
def _people(
    session: Session,
    *,
    incident: str | None,
    to: str,
    out: Path,
    keys: tuple[Path, ...],
    segment: str,
    contacts: tuple[Path, ...],
    mapping: Path | None,
    protected: bool,
) -> None:
    """Write names, sealed, for two persons."""
    from sekisho.loss.affected.listing import Asked, export_list
    from sekisho.loss.incident.settings import read_incident_settings

    if len(keys) != 2:
        raise Misuse("cli.list_needs_two")
    with session.office() as office:
        number = incident_of(office, incident)
        _, read = _known(office, number, contacts, mapping)
        officer = read_incident_settings(office.home.root).protected_officer
        asked = Asked(segment=segment, protected=protected, protected_officer=officer)
        signers = [session.key(key) for key in keys]
        record = export_list(office, number, out, to=to, keys=signers, asked=asked, contacts=read)
    document = {"incident": number, "people": record.people, "to": record.to, "sha256": record.sha256, "list": str(out)}
    session.emit(document, [session.say("loss.people.written", people=f"{record.people:,}", path=out)])


def _known(
    office: "Office", number: int, paths: Sequence[Path], mapping: Path | None
) -> "tuple[People, Contacts | None]":
    """Return the people of an incident, and how they can be reached where an address table is named."""
    from sekisho.loss.addresses import take_addresses
    from sekisho.loss.affected.people import people_of
    from sekisho.loss.affected.roles import read_mapped

    if not paths:
        return people_of(office, number), None
    return take_addresses(office, number, paths, mapped=read_mapped(mapping) if mapping else None)


def _segment_lines(session: Session, found: "Segments", *, are_known: bool) -> list[str]:
    separator = session.say("separator")
    headers = [session.say(f"column.{name}") for name in ("segment", "group", "people", "kinds")]
    rows = [
        [
            each.id,
            session.say(f"loss.group.{each.group.value}"),
            f"{each.people:,}",
            separator.join(kind.label(session.language) for kind in each.kinds),
        ]
        for each in found.segments
    ]
    lines = [_total(session, found.at_least, found.at_most), *table(headers, rows, right=[2], whole=[0])]
    if found.by_household:
        lines.append(session.say("loss.segments.by_household", people=f"{found.by_household:,}"))
    return lines if are_known else [*lines, session.say("loss.segments.no_contacts")]


def _plan_lines(session: Session, plan: "ChannelPlan") -> list[str]:
    names = ("segment", "channel", "role", "people", "deliverable", "unit", "total")
    headers = [session.say(f"column.{name}") for name in names]
    rows = [
        [
            each.segment,
            session.say(f"loss.channel.{each.channel.value}"),
            session.say(f"loss.role.{each.role.value}"),
            f"{each.people:,}",
            "?" if each.deliverable is None else f"{each.deliverable / 10:.1f} %",
            f"{each.unit:,}",
            f"{each.total:,}",
        ]
        for each in plan.lines
    ]
    total = session.say("loss.plan.total", total=f"{plan.total:,}", currency=plan.currency)
    return [*table(headers, rows, right=[3, 4, 5, 6], whole=[0]), total]


def _total(session: Session, least: int, most: int) -> str:
    key = "who.total" if least == most else "who.between"
    return session.say(key, people=f"{least:,}", least=f"{least:,}", most=f"{most:,}")


def _csv(rows: Sequence[Sequence[str]]) -> str:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()

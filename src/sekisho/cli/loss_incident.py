"""The commands of ``sekisho loss`` about an incident itself: which there are, the one page, since when it is known, its end."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_time
from sekisho.cli.command import FILE, Group
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sekisho.custody.office import Office
    from sekisho.loss.incident.case import Case
    from sekisho.loss.law.obligation import Obligation


def add_to(group: Group) -> None:
    """Add them to the group."""
    group.command("list")(list_incidents)
    group.command("show")(show)
    group.command("declare")(declare)
    group.command("close")(close)
    group.command("reopen")(reopen)


@pass_session
def list_incidents(session: Session) -> None:
    """List every incident."""
    from sekisho.clock import from_text, to_local
    from sekisho.custody import incident_records
    from sekisho.loss.incident.opening import open_missing

    with session.office() as office:
        open_missing(office)
        connection, zone = office.ledger.connection, office.settings.zone
        found = [
            (each, incident_records.slips_of(connection, each.number))
            for each in incident_records.incidents(connection)
        ]
    rows = [
        [
            str(each.number),
            session.say(f"loss.{each.state.value}"),
            to_local(from_text(each.opened_at), zone),
            " ".join(slips),
        ]
        for each, slips in found
    ]
    headers = [session.say(f"column.{name}") for name in ("incident", "state", "at", "slip")]
    document = [
        {
            "incident": each.number,
            "state": each.state.value,
            "opened_at": each.opened_at,
            "plain": each.plain,
            "slips": slips,
        }
        for each, slips in found
    ]
    session.emit({"incidents": document}, table(headers, rows, right=[0]) if rows else [session.say("loss.none")])


@click.argument("incident", required=False)
@pass_session
def show(session: Session, *, incident: str | None) -> None:
    """Show the one page."""
    from sekisho.loss.incident.reading import read_case
    from sekisho.loss.incident.updating import refresh
    from sekisho.loss.incident_words import obligation_json, state_line_of

    with session.office() as office:
        number = incident_of(office, incident)
        refresh(office, number)
        case = read_case(office, number)
    facts = case.facts
    document = {
        "incident": number,
        "state_line": facts.value("state_line"),
        "said": state_line_of(case, session.language),
        "verdict": facts.value("verdict"),
        "people": {"at_least": facts.number("persons"), "at_most": facts.number("persons_max")},
        "by_kind": {kind.id: people for kind, people in case.by_kind},
        "clocks": [obligation_json(each) for each in case.obligations],
    }
    session.emit(document, _page(session, case))


@click.argument("incident", required=False)
@click.option("--known", default="")
@click.option("--unit", default="")
@click.option("--key", type=FILE)
@pass_session
def declare(session: Session, *, incident: str | None, known: str, unit: str, key: Path | None) -> None:
    """Say that the office knows, and since when."""
    from sekisho.loss.incident.declaring import declare as declare_incident
    from sekisho.loss.incident.updating import refresh
    from sekisho.loss.incident_words import obligation_json, pressing

    with session.office() as office:
        number = incident_of(office, incident)
        known_at = read_time(known, office.settings.zone) if known else None
        declare_incident(office, number, known_at=known_at, unit=unit, key=session.key(key) if key else None)
        run = refresh(office, number)
        zone = office.settings.zone
    lines = [session.say("loss.declare.done", incident=number), *_clocks(session, run.obligations, zone)]
    session.emit({"incident": number, "clocks": [obligation_json(each) for each in pressing(run.obligations)]}, lines)


@click.argument("incident", required=False)
@click.option("--reason", required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def close(session: Session, *, incident: str | None, reason: str, keys: tuple[Path, ...]) -> None:
    """Close an incident."""
    from sekisho.loss.incident.closing import close as close_incident
    from sekisho.loss.incident.updating import refresh

    with session.office() as office:
        number = incident_of(office, incident)
        refresh(office, number)
        close_incident(office, number, reason=reason, keys=[session.key(key) for key in keys])
    session.emit({"incident": number, "state": "closed"}, [session.say("loss.close.done", incident=number)])


@click.argument("incident")
@click.option("--reason", required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def reopen(session: Session, *, incident: str, reason: str, keys: tuple[Path, ...]) -> None:
    """Open a closed incident again."""
    from sekisho.loss.incident.closing import reopen as reopen_incident

    with session.office() as office:
        number = incident_of(office, incident)
        reopen_incident(office, number, reason=reason, keys=[session.key(key) for key in keys])
    session.emit({"incident": number, "state": "open"}, [session.say("loss.reopen.done", incident=number)])


def incident_of(office: "Office", text: str | None) -> int:
    """Return the number of the incident that is meant; where exactly one is open, it may be left out.

    Raises:
        Misuse: no number; or none is given, and several are open.
        NotFound: there is no such incident; or none is given, and none is open.
    """
    from sekisho.custody.incident_records import IncidentState, get_incident, incidents
    from sekisho.loss.incident.opening import open_missing

    open_missing(office)
    connection = office.ledger.connection
    if text:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Misuse("loss.no_incident_number", text=text)
        return get_incident(connection, int(text)).number
    open_ones = [each.number for each in incidents(connection) if each.state is IncidentState.OPEN]
    if not open_ones:
        raise NotFound("loss.no_open_incident")
    if len(open_ones) > 1:
        raise Misuse("loss.which_incident", incidents=" ".join(map(str, open_ones)))
    return open_ones[0]


def _page(session: Session, case: "Case") -> list[str]:
    """Return what the privacy officer reads on a telephone: the line, who, what, by when, what is not known."""
    from sekisho.loss.incident_words import people_words, state_line_of

    separator = session.say("separator")
    kinds = separator.join(f"{kind.label(session.language)} {people:,}" for kind, people in case.by_kind)
    lines = [
        session.say("loss.show.title", incident=case.incident),
        f"  {state_line_of(case, session.language)}",
        session.say("loss.show.people", people=people_words(case.facts, session.language)),
        *([f"  {kinds}"] if kinds else []),
        *_clocks(session, case.obligations, case.zone),
    ]
    unknown = sorted({key for each in case.obligations for key in each.unknown})
    if unknown:
        from sekisho.loss.facts.vocabulary import fact_kind

        named = separator.join(f"{fact_kind(key).label(session.language)} ({key})" for key in unknown)
        lines.append(session.say("loss.show.unknown", what=named))
    return lines


def _clocks(session: Session, obligations: "Sequence[Obligation]", zone: str) -> list[str]:
    from sekisho.loss.incident_words import due_of, pressing, standing
    from sekisho.loss.law.named import named

    rows = [
        [
            due_of(each, zone, session.language),
            standing(each, session.language),
            named(each, session.language),
            f"{each.rule}/{each.stage}",
            each.mark.value,
        ]
        for each in pressing(obligations)
    ]
    headers = [session.say(f"column.{name}") for name in ("due", "state", "duty", "law_rule", "mark")]
    return list(table(headers, rows, whole=[3])) if rows else [session.say("loss.show.no_clocks")]

"""The commands of ``sekisho loss`` that weigh an incident: its severity, the exemption for encrypted data, telephones."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.loss.assessing import Set
    from sekisho.loss.staffing import Demand

_MOST_PEOPLE = 10**10
_MOST_LINES = 10**6


def add_to(group: Group) -> None:
    """Add them to the group."""
    group.command("assess")(assess)
    group.command("exemption")(exemption)
    group.command("staffing")(staffing)


@click.argument("incident", required=False)
@click.option("--method", default="enisa-2013")
@click.option("--set", "settings", multiple=True)
@click.option("--reason", default="")
@click.option("--key", type=FILE)
@click.option("--kept", is_flag=True)
@pass_session
def assess(
    session: Session, *, incident: str | None, method: str, settings: tuple[str, ...], reason: str, key: Path | None,
    kept: bool,
) -> None:  # fmt: skip
    """Assess, keep and tell; or tell what was kept."""
    from sekisho.loss import assessing
    from sekisho.loss.severity.telling import assessment_lines

    set_to = dict(_setting(text, reason) for text in settings)
    with session.office() as office:
        number = incident_of(office, incident)
        if kept:
            found = assessing.assessments(office, number)
        else:
            signer = session.key(key) if key else None
            found = [assessing.assess(office, number, method=method, set_to=set_to, key=signer)]
        for each in found:
            lines = assessment_lines(each.assessment, session.language, incident=number, n=each.n)
            session.emit(assessing.assessment_json(each, number), lines)


@click.argument("incident", required=False)
@click.option("--out", type=PATH)
@pass_session
def exemption(session: Session, *, incident: str | None, out: Path | None) -> None:
    """Tell the pack, and write it where that is asked for."""
    from sekisho.loss.exempting import issue_exemption, pack_of
    from sekisho.loss.exemption import exemption_json, exemption_text

    with session.office() as office:
        number = incident_of(office, incident)
        pack = pack_of(office, number) if out is None else issue_exemption(office, number, out)
        if out is not None:
            session.note("lost.evidence", path=out)
        session.emit(exemption_json(pack, {}), exemption_text(pack, session.language).rstrip("\n").split("\n"))


@click.argument("incident", required=False)
@click.option("--people", type=click.IntRange(1, _MOST_PEOPLE))
@click.option("--calls", type=click.IntRange(1, _MOST_PEOPLE))
@click.option("--share-calling", default="0.065")
@click.option("--share-peak", default="0.12")
@click.option("--aht", type=click.IntRange(1, 86_400), default=300)
@click.option("--lines", type=click.IntRange(1, _MOST_LINES), default=10)
@pass_session
def staffing(
    session: Session, *, incident: str | None, people: int | None, calls: int | None, share_calling: str, share_peak: str,
    aht: int, lines: int,
) -> None:  # fmt: skip
    """Say what the telephones would take."""
    from sekisho.loss.staffing import staff, staffing_json

    peak, calling = _share(share_peak), _share(share_calling)
    if people is None and calls is None:
        people = _people_of(session, incident)
    found = staff(_demand(people, calls, calling=calling, peak=peak, aht=aht), lines=lines)
    demand = found.demand
    words = {
        "calls": f"{demand.calls:,.0f}",
        "load": f"{demand.load:,.1f}",
        "lines": lines,
        "blocked": f"{found.blocked:.0%}",
        "least": f"{found.least:,}",
        "capped": f"{found.capped:,}",
        "scheduled": f"{found.scheduled:,}",
        "target": f"{demand.target:g}",
        "answered": f"{found.answered:.0%}",
        "wait": f"{found.wait:,.0f}",
    }
    session.emit(staffing_json(found), session.say("loss.staffing.found", **words).split("\n"))


def _setting(text: str, reason: str) -> "tuple[str, Set]":
    """Return an input's name and what it is set to, from ``NAME=VALUE``."""
    from sekisho.loss.assessing import Set

    name, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        raise Misuse("loss.no_setting", text=text) from None
    return name, Set(number, reason)


def _share(text: str) -> Fraction:
    """Return a share between nothing and all, such as ``0.12``, ``12%`` or ``3/25``."""
    try:
        share = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise Misuse("loss.no_share", text=text) from None
    if not 0 < share <= 1:
        raise Misuse("loss.no_share", text=text)
    return share


def _people_of(session: Session, incident: str | None) -> int:
    """Return the most persons that there can be on an incident."""
    from sekisho.loss.assessing import situation_of

    with session.office() as office:
        people = situation_of(office, incident_of(office, incident)).persons
    if not people:
        raise Misuse("loss.people_unknown")
    return people


def _demand(people: int | None, calls: int | None, *, calling: Fraction, peak: Fraction, aht: int) -> "Demand":
    from sekisho.loss.staffing import Demand, demand_of

    if calls is not None:
        return Demand(calls=float(calls * peak), aht=aht)
    return demand_of(people or 1, calling=calling, peak=peak, aht=aht)

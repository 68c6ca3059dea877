"""``sekisho lost``: one command on the night: stop it, prove what happened, say who is on it.

What it understands is stopped first, and said to be, whatever else on the command line is wrong; then comes the rest, each
step of which may fail. What was stopped or destroyed by then is said before the failure is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import PATH, command
from sekisho.cli.envelopes import say_envelopes
from sekisho.cli.findings import findings_lines, read_last_seen, write_evidence
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse, SekishoError

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.loss.lost import Report
    from sekisho.signing.keys import SigningKey


@command("lost")
@click.argument("slips", nargs=-1)
@click.option("--medium", "media", multiple=True)
@click.option("--last-seen", default="")
@click.option("--key", "keys", type=PATH, multiple=True)
@click.option("--out", type=PATH)
@click.option("--people", type=PATH)
@pass_session
def run(
    session: Session, *, slips: tuple[str, ...], media: tuple[str, ...], last_seen: str, keys: tuple[Path, ...],
    out: Path | None, people: Path | None,
) -> None:  # fmt: skip
    """Report, prove, list."""
    from sekisho.loss.lost import beside, lose

    read, misread = _read(slips)
    if not read and not media:
        for error in misread.values():
            raise error
    # Older destructions are finished with this one: what they wait for must not hold up the report.
    with session.office(finish=False) as office:
        found, unknown = _find(office, media)
        named, refused = beside(office, [*read, *found]), misread | unknown
        with _what_stands(session, office, [*named, *refused]):
            report = lose(office, named, refused=refused)
            if not report.rows:
                report.must_be_whole()
            session.note("lost.stopped", slips=" ".join(report.slips))
            if report.incident:
                session.note("lost.incident", incident=report.incident)
                _page(session, office)
            held_up = _go_on(session, office, report, last_seen=last_seen, keys=keys, out=out, people=people)
        if not keys:
            _say_what_is_left(session, office, report.slips)
        report.must_be_whole()
        if held_up:
            raise held_up


# A word that is none of ours must not keep the others from being understood: it comes among the slips, and is refused.
run.ignore_unknown_options = True


def _page(session: Session, office: "Office") -> None:
    """Send the pages that the report queued; what does not leave is told, and leaves with the next round of alarms."""
    from sekisho.loss.incident.paging import deliver_pages

    for fault in deliver_pages(office):
        session.note("lost.page_waits", channel=fault.channel, fault=fault.fault)


def _read(slips: Sequence[str]) -> tuple[list[str], dict[str, SekishoError]]:
    """Return the slip numbers, and what is none → why."""
    named, misread = list[str](), dict[str, SekishoError]()
    for text in slips:
        try:
            named.append(read_slip(text))
        except Misuse as error:
            misread[text] = Misuse("loss.no_such_option", option=text) if text.startswith("-") else error
    return named, misread


def _find(office: "Office", media: Sequence[str]) -> tuple[list[str], dict[str, SekishoError]]:
    """Return the slip numbers of what is on media, and the media on which nothing is → why."""
    from sekisho.loss.lost import slips_on

    named, unknown = list[str](), dict[str, SekishoError]()
    for medium in media:
        try:
            named += slips_on(office, medium)
        except SekishoError as error:
            unknown[medium] = error
    return named, unknown


def _go_on(
    session: Session, office: "Office", report: "Report", *, last_seen: str, keys: Sequence[Path], out: Path | None,
    people: Path | None,
) -> SekishoError | None:  # fmt: skip
    """Destroy, prove and list what is stopped; return what keeps a destruction from being finished, if anything does."""
    from sekisho.loss.evidence import gather
    from sekisho.loss.seen import record_last_seen
    from sekisho.loss.statement import statement_json
    from sekisho.loss.who import export_people

    for error in (error for text, error in report.refused.items() if text.startswith("-")):
        raise error  # what else was meant by the words around it, nobody knows
    seen = read_last_seen(office, last_seen)
    officer = _officer(session, keys, people)
    held_up = _destroy(session, office, report.slips, officer) if officer else None
    if seen is not None:
        record_last_seen(office, report.slips, seen)
    findings = gather(office, report.slips)
    if out is not None:
        write_evidence(session, office, findings, out)
    if officer and people is not None:
        export_people(office, report.slips, people, first=officer, second=session.key(keys[1]))
        session.note("who.written", path=people)
    session.emit({**statement_json(findings), "incident": report.incident}, findings_lines(session, findings))
    return held_up


def _officer(session: Session, keys: Sequence[Path], people: Path | None) -> "SigningKey | None":
    """Load the key of who destroys; a second one is for the list of people alone."""
    if len(keys) > 1 + (people is not None) or (people and len(keys) != 2):
        raise Misuse("cli.lost_keys")
    return session.key(keys[0]) if keys else None


def _destroy(session: Session, office: "Office", slips: Sequence[str], officer: "SigningKey") -> SekishoError | None:
    """Destroy the shares, say how far that came, and return what held it up."""
    from sekisho.loss.lost import finish_destroying, lose

    report = lose(office, slips, key_officer=officer)
    held_up = finish_destroying(office, slips) or next(iter(report.refused.values()), None)
    _say_standing(session, office, slips)
    if held_up:
        session.note("lost.why", why=held_up.what(session.language))
    return held_up


def _say_what_is_left(session: Session, office: "Office", slips: Sequence[str]) -> None:
    from sekisho.loss.lost import Standing, standing_of

    left = [slip for slip, how in standing_of(office, slips).items() if how is Standing.STOPPED]
    if left:
        session.note("lost.then_destroy", slips=" ".join(left))


@contextmanager
def _what_stands(session: Session, office: "Office", named: Sequence[str]) -> Iterator[None]:
    """Where the block fails or is interrupted, say what was done all the same, before the failure is said."""
    from sekisho.loss.lost import Standing, standing_of

    try:
        yield
    except BaseException:
        if standing := standing_of(office, named):
            _say_standing(session, office, named)
            destroyed = [slip for slip, how in standing.items() if how is Standing.DESTROYED]
            session.emit({"stopped": list(standing), "destroyed": destroyed}, [])
            if rest := [text for text in named if text not in standing]:
                session.note("lost.not_stopped", names=" ".join(rest))
        raise


def _say_standing(session: Session, office: "Office", slips: Sequence[str]) -> None:
    """Say of copies that are lost which are only stopped, which are being destroyed, and which are destroyed."""
    from sekisho.loss.lost import Standing, standing_of

    standing = standing_of(office, slips)
    for how in Standing:
        if those := [slip for slip, each in standing.items() if each is how]:
            session.note(f"lost.standing_{how.value}", slips=" ".join(those))
    with suppress(SekishoError):  # of a copy whose record is damaged, which says so itself
        say_envelopes(session, office, list(standing))

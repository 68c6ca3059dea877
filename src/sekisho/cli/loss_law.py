"""The commands of ``sekisho loss`` about the law: what is due, and what a named person decides about it."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from sekisho.cli.arguments import read_time
from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sekisho.loss.incident.deciding import What
    from sekisho.loss.law.obligation import Obligation


def add_to(group: Group) -> None:
    """Add them to the group."""
    group.command("clocks")(clocks)
    group.command("decide")(decide)


@click.argument("incident", required=False)
@click.option("--as-of", default="")
@click.option("--run", "run", type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True)
@click.option("--ics", type=PATH)
@pass_session
def clocks(
    session: Session, *, incident: str | None, as_of: str, run: int | None, everything: bool, ics: Path | None
) -> None:
    """Show what is due."""
    from sekisho.loss.incident.computing import obligations_at
    from sekisho.loss.incident.runs import run_of
    from sekisho.loss.incident.updating import refresh
    from sekisho.loss.incident_words import clock_lines, obligation_json, pressing

    if as_of and run:
        raise Misuse("loss.as_of_or_run")
    with session.office() as office:
        number, zone = incident_of(office, incident), office.settings.zone
        if run:
            kept = run_of(office, number, run)
            at, n, found = kept.at, kept.n, kept.obligations
        else:
            newest = refresh(office, number)
            at, n, found = newest.at, newest.n, newest.obligations
        if as_of:
            at = read_time(as_of, zone)
            found = obligations_at(office, number, at)
        if ics is not None:
            _write_calendar(session, office.settings.origin, number, ics, found=found, n=n, at=at)
    shown = found if everything else pressing(found)
    lines = [line for each in shown for line in clock_lines(each, zone, session.language)]
    if not shown:
        lines = [session.say("loss.show.no_clocks")]
    rest = len(found) - len(shown)
    if rest:
        lines.append(session.say("loss.clocks.rest", count=rest))
    session.emit({"incident": number, "run": n, "clocks": [obligation_json(each) for each in found]}, lines)


@click.argument("words", nargs=-1, required=True)
@click.option("--exempt", "what", flag_value="exempt")
@click.option("--not-exempt", "what", flag_value="not_exempt")
@click.option("--applies", "what", flag_value="applies")
@click.option("--does-not-apply", "what", flag_value="does_not_apply")
@click.option("--done", default="")
@click.option("--exemption", default="")
@click.option("--reason", required=True)
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def decide(
    session: Session, *, words: tuple[str, ...], what: str | None, done: str, exemption: str, reason: str,
    keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Decide on an obligation."""
    from sekisho.clock import to_text
    from sekisho.loss.incident.computing import compute
    from sekisho.loss.incident.deciding import decide as decide_on
    from sekisho.loss.incident_words import clock_lines, obligation_json

    *first, duty = words
    if len(first) > 1 or bool(done) == bool(what):
        raise Misuse("loss.decide_one")
    rule, _, stage = duty.partition("/")
    with session.office() as office:
        number, zone = incident_of(office, first[0] if first else None), office.settings.zone
        compute(office, number)
        decide_on(
            office,
            number,
            rule,
            stage,
            what=cast("What", "done" if done else what),
            reason=reason,
            keys=[session.key(key) for key in keys],
            exemption=exemption,
            done_at=to_text(read_time(done, zone)) if done else "",
        )
        run = compute(office, number)
    concerned = [each for each in run.obligations if each.rule == rule and stage in ("", each.stage)]
    lines = [line for each in concerned for line in clock_lines(each, zone, session.language)]
    session.emit({"incident": number, "clocks": [obligation_json(each) for each in concerned]}, lines)


def _write_calendar(
    session: Session, origin: str, number: int, path: Path, *, found: "Sequence[Obligation]", n: int, at: "datetime"
) -> None:
    from sekisho.errors import MediumError
    from sekisho.files import write_whole
    from sekisho.loss.law.ics import calendar

    content = calendar(found, uid=f"{origin}/{number}", sequence=n, at=at, language=session.language)
    try:
        write_whole(path, content)
    except FileExistsError:
        raise Misuse("loss.exists", path=path) from None
    except OSError as error:
        raise MediumError("loss.disk", path=path) from error

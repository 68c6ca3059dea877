"""``sekisho drill``: rehearse the night, on a copy of the office's own data or on a synthetic city, and keep how long it took."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import PATH, command
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import FINDINGS, Missing, Misuse

if TYPE_CHECKING:
    from sekisho.loss.drill.history import Done
    from sekisho.loss.drill.rehearsal import Rehearsal


@command("drill")
@click.option("--city", type=click.IntRange(1000))
@click.option("--copy-of-office", "copy", is_flag=True)
@click.option("--out", type=PATH)
@click.option("--history", is_flag=True)
@pass_session
def run(session: Session, *, city: int | None, copy: bool, out: Path | None, history: bool) -> int:
    """Rehearse, or tell of the drills there were."""
    if (city is not None) + copy + history > 1 or (history and out):
        raise Misuse("cli.drill_how")
    if history:
        return _tell_history(session)
    if out is not None and out.exists():
        raise Misuse("loss.exists", path=out)
    done = _on_city(session, city, out) if city is not None else _on_copy(session, out)
    session.emit(_document(done), _lines(session, done))
    return 0 if done.well else FINDINGS


def _on_copy(session: Session, out: Path | None) -> "Rehearsal":
    from sekisho.loss.drill.copying import copied_office
    from sekisho.loss.drill.history import record_drill
    from sekisho.loss.drill.readiness import not_ready
    from sekisho.loss.drill.rehearsal import Where
    from sekisho.loss.drill.rehearsing import rehearse, slip_to_lose

    with session.office() as office:
        slip, lacking = slip_to_lose(office), not_ready(office)
        with copied_office(office, session.clock) as stage, _folder(stage.home.root.parent, out) as folder:
            done = rehearse(stage, slip, folder, where=Where.COPY, now=time.perf_counter, lacking=lacking)
        record_drill(office, done)
    return done


def _on_city(session: Session, people: int, out: Path | None) -> "Rehearsal":
    from sekisho.demo.rehearsed import city_stage
    from sekisho.loss.drill.history import record_drill
    from sekisho.loss.drill.rehearsal import Where
    from sekisho.loss.drill.rehearsing import rehearse

    today = session.clock.now().astimezone(UTC).date()
    with (
        tempfile.TemporaryDirectory(prefix="sekisho-drill-") as name,
        city_stage(Path(name), people=people, language=session.language) as (stage, slip),
        _folder(Path(name), out) as folder,
    ):
        done = rehearse(stage, slip, folder, where=Where.CITY, now=time.perf_counter, law_of=today)
    try:
        with session.office() as office:
            record_drill(office, done)
    except Missing:
        session.note("drill.not_kept")
    return done


@contextmanager
def _folder(beside: Path, out: Path | None) -> Iterator[Path]:
    """Yield where evidence and drafts go: a place that is kept, or one that goes with the stage."""
    yield out if out is not None else beside / "papers"


def _document(done: "Rehearsal") -> dict[str, object]:
    return {
        "where": done.where.value,
        "people": done.people,
        "steps": [
            {
                "milestone": step.milestone.value,
                "seconds": round(step.seconds, 3),
                "since_call": round(step.since_call, 3),
                "slow": step.is_slow,
            }
            for step in done.steps
        ],
        "obligations": done.obligations,
        "drafts": done.drafts,
        "missing": list(done.missing),
        "unknown": list(done.unknown),
        "well": done.well,
    }


def _lines(session: Session, done: "Rehearsal") -> list[str]:
    from sekisho.loss.drill.rehearsal import TARGETS
    from sekisho.loss.facts.vocabulary import fact_kind

    headers = [session.say(f"column.{name}") for name in ("milestone", "since_call", "took", "target")]
    rows = [
        [
            session.say(f"drill.milestone_{step.milestone.value}"),
            f"{step.since_call / 60:.2f}",
            f"{step.seconds:.1f}",
            f"{TARGETS[step.milestone]:.0f}" + (f"  {session.say('drill.slow')}" if step.is_slow else ""),
        ]
        for step in done.steps
    ]
    lines = [
        session.say(f"drill.where_{done.where.value}", people=f"{done.people:,}"),
        *table(headers, rows, whole=[0]),
    ]
    lines.append(session.say("drill.made", obligations=done.obligations, drafts=done.drafts))
    lines += [_missing(session, code) for code in done.missing]
    if done.unknown:
        separator = session.say("separator")
        what = separator.join(fact_kind(key).label(session.language) for key in done.unknown)
        lines.append(session.say("drill.unknown", what=what))
    lines.append(session.say("drill.well" if done.well else "drill.not_well"))
    return lines


def _missing(session: Session, code: str) -> str:
    kind, _, which = code.partition("/")
    return session.say(f"drill.missing_{kind}", which=which) if which else session.say(f"drill.missing_{kind}")


def _tell_history(session: Session) -> int:
    from sekisho.loss.drill.history import drills

    with session.office() as office:
        zone, found = office.settings.zone, drills(office)
        document = {"drills": [_done_document(each) for each in found]}
        headers = [session.say("column.at"), *(session.say(f"drill.milestone_{name}") for name in _MILESTONES)]
        rows = [[to_local(each.at, zone), *_minutes(each)] for each in found]
        session.emit(document, table(headers, rows, whole=[0]) if found else [session.say("drill.none")])
    return 0


_MILESTONES = ("kill", "answer", "list", "clocks", "drafts")


def _minutes(done: "Done") -> list[str]:
    times = {milestone.value: each for milestone, each in done.milliseconds.items()}
    return [f"{times[name] / 60_000:.2f}" if name in times else "-" for name in _MILESTONES]


def _done_document(done: "Done") -> dict[str, object]:
    return {
        "at": to_text(done.at),
        "where": done.where.value,
        "people": done.people,
        "milliseconds": {milestone.value: each for milestone, each in done.milliseconds.items()},
        "slow": list(done.slow),
        "missing": list(done.missing),
    }

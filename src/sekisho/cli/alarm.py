"""``sekisho alarm``: tell who has to know of what is not done; and show that somebody looks."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, group
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import FINDINGS, Misuse, SekishoError

if TYPE_CHECKING:
    from sekisho.custody.alarm_records import Fired
    from sekisho.custody.alarm_sending import Round
    from sekisho.custody.alarm_status import Status
    from sekisho.custody.alarms import DueTask
    from sekisho.custody.jobs import Job

_PERIOD = re.compile(r"([0-9]{1,4})(s|m)")
_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(minutes=15)

_TEST_WORDS = {"": "alarm.test.sent", "no_address": "alarm.test.no_address"}
"""What a test says of a fault that somebody here can mend; the others are said by their code."""


@group("alarm")
def run() -> None:
    """See the catalogue."""


@run.command("run")
@click.option("--once", is_flag=True)
@click.option("--every", default="60s")
@pass_session
def watch(session: Session, *, once: bool, every: str) -> int:
    """Look, fire and send, once or for as long as it runs."""
    from sekisho.custody import alarm_sending

    period = _period(every)
    if once:
        with session.office() as office:
            done = alarm_sending.run_round(office)
            _tell_round(session, done)
        return FINDINGS if done.faults or done.unfinished else 0
    for each in alarm_sending.watch(session.office, every=period, pause=time.sleep, now=time.monotonic):
        if isinstance(each, SekishoError):
            session.report(each)
        elif each.fired or each.faults or each.unfinished:
            _tell_round(session, each)
    return 0


@run.command("list")
@click.option("--all", "everything", is_flag=True)
@click.option("--tasks", "upcoming", is_flag=True)
@pass_session
def show(session: Session, *, everything: bool, upcoming: bool) -> None:
    """List alarms that nobody acknowledged, or what is still to be done."""
    from sekisho.custody import alarm_records, alarming

    with session.office() as office:
        zone = office.settings.zone
        if upcoming:
            tasks = alarming.tasks(office)
            headers = [session.say(f"column.{name}") for name in ("task", "subject", "due")]
            rows = [
                [session.words(f"alarm.task.{each.task}"), each.subject or "-", to_local(each.due, zone)]
                for each in tasks
            ]
            session.emit({"tasks": [_task_document(each) for each in tasks]}, table(headers, rows, whole=range(3)))
            return
        alarms = [
            each for each in alarm_records.every(office.ledger.connection) if everything or each.acknowledged is None
        ]
        headers = [session.say(f"column.{name}") for name in ("index", "at", "task", "subject", "due", "rung", "told")]
        rows = [_row(session, each, zone) for each in alarms]
        session.emit({"alarms": [_document(each) for each in alarms]}, table(headers, rows, right=[0], whole=range(5)))


@run.command("test")
@click.option("--to", "persons", multiple=True)
@pass_session
def send_test(session: Session, *, persons: tuple[str, ...]) -> int:
    """Send a test on every channel."""
    from sekisho.custody.alarm_facts import security_officers
    from sekisho.custody.alarm_sending import send_test
    from sekisho.custody.alarming import alarm_settings

    with session.office() as office:
        settings, register = alarm_settings(office), office.register
        to = [register.person(each).id for each in persons] or security_officers(settings, register)
        failed = False
        results: list[dict[str, str]] = []
        lines: list[str] = []
        for channel, person, fault in send_test(office, settings, to=to):
            failed |= bool(fault)
            results.append({"channel": channel.name, "from_rung": channel.from_rung, "person": person, "fault": fault})
            key = _TEST_WORDS.get(fault, "alarm.test.failed")
            lines.append(session.say(key, channel=channel.name, person=person or "-", fault=fault))
        session.emit({"results": results}, lines or [session.say("alarm.no_channel")])
    return FINDINGS if failed or not results else 0


@run.command("acknowledge")
@click.argument("number", type=click.IntRange(0))
@click.option("--key", type=FILE, required=True)
@pass_session
def acknowledge(session: Session, *, number: int, key: Path) -> None:
    """Take note of an alarm."""
    from sekisho.custody import alarming

    with session.office() as office:
        alarm = alarming.acknowledge(office, number, key=session.key(key))
        words = session.words(f"alarm.task.{alarm.task}")
        session.emit(_document(alarm), [session.say("alarm.acknowledge.done", number=number, task=words)])


@run.command("ics")
@pass_session
def ics(session: Session) -> None:
    """Print what is open as a calendar file."""
    from sekisho.custody.alarm_calendar import outlook
    from sekisho.custody.alarming import alarm_settings
    from sekisho.custody.senders.calendar_file import calendar_text

    with session.office() as office:
        text = calendar_text(outlook(office, alarm_settings(office)), session.language)
        if session.json:
            session.emit({"calendar": text}, [])
        else:
            click.echo(text.encode(), nl=False)  # its lines end as RFC 5545 wants it


@run.command("status")
@pass_session
def status(session: Session) -> int:
    """Say whether somebody looks, what is overdue, and what did not leave."""
    from sekisho.custody.alarm_status import alarm_status
    from sekisho.custody.alarming import alarm_settings

    with session.office() as office:
        found = alarm_status(office, alarm_settings(office))
        document = {
            "well": found.well,
            "last_run": None if found.last_run is None else to_text(found.last_run),
            "silent": found.silent,
            "overdue": [_task_document(each) for each in found.overdue],
            "waiting": [_job_document(each) for each in found.waiting],
            "dead": [_job_document(each) for each in found.dead],
            "unreachable": list(found.unreachable),
            "channels": found.channels,
        }
        session.emit(document, _status_lines(session, found, office.settings.zone))
    return 0 if found.well else FINDINGS


def _period(text: str) -> timedelta:
    found = _PERIOD.fullmatch(text)
    period = timedelta(**{"seconds" if found[2] == "s" else "minutes": int(found[1])}) if found else timedelta(0)
    if not _SHORTEST <= period <= _LONGEST:
        raise Misuse("cli.no_period", text=text)
    return period


def _tell_round(session: Session, done: "Round") -> None:
    document = {
        "fired": [_document(each) for each in done.fired],
        "sent": done.sent,
        "faults": [{"channel": each.channel, "fault": each.fault} for each in done.faults],
        "unfinished": done.unfinished.key if done.unfinished else None,
    }
    lines = ["\t".join(_row(session, each, done.zone)) for each in done.fired]
    lines += [session.say("alarm.run.failed", channel=each.channel, fault=each.fault) for each in done.faults]
    if done.unfinished:
        session.note("unfinished", why=done.unfinished.what(session.language))
    session.emit(document, [*lines, session.say("alarm.run.done", fired=len(done.fired), sent=done.sent)])


def _status_lines(session: Session, found: "Status", zone: str) -> list[str]:
    last = session.say("alarm.never") if found.last_run is None else f"{to_local(found.last_run, zone)} ({zone})"
    lines = [session.say("alarm.status.silent" if found.silent else "alarm.status.looked", last=last)]
    for task in found.overdue:
        words = session.words(f"alarm.task.{task.task}")
        lines.append(
            session.say("alarm.status.overdue", task=words, subject=task.subject or "-", due=to_local(task.due, zone))
        )
    for key, queue in (("waiting", found.waiting), ("dead", found.dead)):
        for job in queue:
            channel = job.payload.get("channel", "-")
            lines.append(session.say(f"alarm.status.{key}", channel=channel, fault=job.fault, tries=job.tries))
    if found.unreachable:
        lines.append(session.say("alarm.status.unreachable", persons=" ".join(found.unreachable)))
    if not found.channels:
        lines.append(session.say("alarm.no_channel"))
    return lines


def _row(session: Session, alarm: "Fired", zone: str) -> list[str]:
    return [
        str(alarm.index),
        to_local(alarm.at, zone),
        session.words(f"alarm.task.{alarm.task}"),
        alarm.subject or "-",
        to_local(alarm.due, zone),
        session.words(f"alarm.rung.{alarm.rung.name.lower()}"),
        " ".join(alarm.persons),
    ]


def _document(alarm: "Fired") -> dict[str, object]:
    return {
        "number": alarm.index,
        "at": to_text(alarm.at),
        "task": alarm.task,
        "subject": alarm.subject,
        "due": to_text(alarm.due),
        "rung": alarm.rung.name.lower(),
        "told": list(alarm.persons),
        "acknowledged": alarm.acknowledged,
    }


def _task_document(task: "DueTask") -> dict[str, object]:
    return {"task": task.task.value, "subject": task.subject, "due": to_text(task.due), "cause": task.cause}


def _job_document(job: "Job") -> dict[str, object]:
    return {"key": job.key, "channel": job.payload.get("channel", ""), "tries": job.tries, "fault": job.fault}

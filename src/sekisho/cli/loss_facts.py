"""The commands of ``sekisho loss`` about facts: state them, and see what is known and was thought before."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, Group
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.loss.facts.fact import Value

_VISIBILITIES = ("public", "regulator", "internal", "secret")
_COLUMNS = ("number", "key", "fact", "value", "heard_by", "source", "at")


def add_to(group: Group) -> None:
    """Add them to the group."""
    group.command("state")(state)
    group.command("facts")(facts)


@click.argument("words", nargs=-1)
@click.option("--file", "file", type=FILE)
@click.option("--source", default="")
@click.option("--visibility", type=click.Choice(_VISIBILITIES))
@click.option("--key", type=FILE)
@pass_session
def state(
    session: Session,
    *,
    words: tuple[str, ...],
    file: Path | None,
    source: str,
    visibility: str | None,
    key: Path | None,
) -> None:
    """State facts."""
    from sekisho.loss.facts.fact import Visibility
    from sekisho.loss.facts.spoken import values_in
    from sekisho.loss.incident.runs import changes, newest_run
    from sekisho.loss.incident.stating import Stated
    from sekisho.loss.incident.updating import tell
    from sekisho.loss.incident_words import change_line, obligation_json

    incident, pairs = _incident_and_pairs(words)
    heard = Visibility[visibility.upper()] if visibility else None
    with session.office() as office:
        number, zone = incident_of(office, incident), office.settings.zone
        values = (values_in(file, zone) if file else {}) | _values(pairs, zone)
        if not values:
            raise Misuse("loss.nothing_stated")
        before = newest_run(office, number)
        stated = [Stated(name, value, heard) for name, value in values.items()]
        run = tell(office, number, stated, source=source or "cli", key=session.key(key) if key else None)
    changed = changes(before.obligations if before else (), run.obligations)
    lines = [session.say("loss.state.done", count=len(stated), incident=number)]
    lines += [f"  {change_line(each, zone, session.language)}" for each in changed]
    document = {
        "incident": number,
        "stated": sorted(values),
        "run": run.n,
        "changed": [{"rule": each.rule, "stage": each.stage, "state": each.after.value} for each in changed],
        "clocks": [obligation_json(each) for each in run.obligations],
    }
    session.emit(document, lines)


@click.argument("incident", required=False)
@click.option("--history", is_flag=True)
@click.option("--known", is_flag=True)
@pass_session
def facts(session: Session, *, incident: str | None, history: bool, known: bool) -> None:
    """Show the facts, or what can be stated."""
    from sekisho.loss.incident.stating import facts_of
    from sekisho.loss.incident_words import fact_json, fact_row

    if known:
        _vocabulary(session)
        return
    with session.office() as office:
        number, zone = incident_of(office, incident), office.settings.zone
        found = facts_of(office, number)
    shown = found.stated if history else tuple(found)
    rows = [fact_row(each, session.language, zone) for each in shown]
    headers = [session.say(f"column.{name}") for name in _COLUMNS]
    document = {"incident": number, "facts": [fact_json(each) for each in shown]}
    session.emit(document, table(headers, rows, right=[0], whole=[1]))


def _vocabulary(session: Session) -> None:
    """Show every kind of fact, with the words that a value may be."""
    from sekisho.loss.facts.vocabulary import vocabulary

    kinds = list(vocabulary().values())
    rows = [
        [each.key, each.label(session.language), each.type.value, each.visibility.name.lower(), " ".join(each.words)]
        for each in kinds
    ]
    headers = [session.say(f"column.{name}") for name in ("key", "fact", "kind", "heard_by", "value")]
    document = [
        {
            "key": each.key,
            "type": each.type.value,
            "visibility": each.visibility.name.lower(),
            "origin": each.origin,
            "words": list(each.words),
        }
        for each in kinds
    ]
    session.emit({"vocabulary": document}, table(headers, rows, whole=[0]))


def _incident_and_pairs(words: Sequence[str]) -> tuple[str | None, list[tuple[str, str]]]:
    """Return the incident's number, where the first word is none of a fact, and key and value of each other word."""
    incident = words[0] if words and "=" not in words[0] else None
    pairs = []
    for word in words[1 if incident else 0 :]:
        name, sign, value = word.partition("=")
        if not sign:
            raise Misuse("loss.no_pair")
        pairs.append((name.strip(), value))
    return incident, pairs


def _values(pairs: Sequence[tuple[str, str]], zone: str) -> "dict[str, Value]":
    """Return the facts of a command line; a key that is given several times has several values."""
    from sekisho.loss.facts.spoken import value_of
    from sekisho.loss.facts.vocabulary import fact_kind

    texts = dict[str, list[str]]()
    for name, value in pairs:
        texts.setdefault(name, []).append(value)
    return {name: value_of(fact_kind(name), values, zone) for name, values in texts.items()}

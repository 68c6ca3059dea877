"""``sekisho cut trace``: which cut, and so which recipient, a leaked table comes from."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.cli.command import FILE, command
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import FINDINGS

if TYPE_CHECKING:
    from sekisho.custody.tracing import Named, Traced


@command("cut.trace")
@click.argument("leaked", type=FILE)
@pass_session
def trace(session: Session, *, leaked: Path) -> int:
    """Trace."""
    from sekisho.custody.tracing import trace_leak

    with session.office() as office:
        traced = trace_leak(office, leaked)
    document = {
        "rows": traced.rows,
        "against": traced.cuts,
        "people": traced.people,
        "named": [_document(named) for named in traced.named],
    }
    session.emit(document, _lines(session, traced))
    return FINDINGS if traced.named else 0


def _document(named: "Named") -> dict[str, Any]:
    return {
        "cut": named.cut.id,
        "title": named.cut.title,
        "recipient": named.cut.recipient,
        "copies": list(named.copies),
        "log10_chance": round(named.suspicion.log10_chance, 1),
        "people": named.suspicion.people,
        "evidence": [
            {"method": each.method, "hit": each.hit, "of": each.of, "log10_chance": round(each.log10_chance, 1)}
            for each in named.suspicion.evidence
        ],
    }


def _lines(session: Session, traced: "Traced") -> Iterator[str]:
    if not traced.named:
        yield session.say("cut.traced.nobody", rows=f"{traced.rows:,}", cuts=f"{traced.cuts:,}")
    for named in traced.named:
        yield session.say(
            "cut.traced.named",
            cut=named.cut.id,
            title=named.cut.title,
            recipient=named.cut.recipient,
            exponent=_exponent(named.suspicion.log10_chance),
        )
        headers = [session.say(f"cut.traced.{name}") for name in ("method", "hit", "of", "chance")]
        rows = [
            [
                session.say(f"cut.traced.by_{each.method}"),
                f"{each.hit:,}",
                f"{each.of:,}",
                f"10^{_exponent(each.log10_chance)}",
            ]
            for each in named.suspicion.evidence
        ]
        yield from table(headers, rows, right=[1, 2, 3])
        if named.suspicion.people is not None:
            yield session.say(
                "cut.traced.people", inside=f"{named.suspicion.people:,}", people=f"{named.suspicion.of_people:,}"
            )
        if named.copies:
            yield session.say("cut.traced.copies", slips=", ".join(named.copies))
    if traced.named:
        yield session.say("cut.traced.limits")


def _exponent(log10_chance: float) -> str:
    """Round up: the bound is never said to be smaller than it is."""
    return f"{int(max(log10_chance, -9_999)):d}"

"""``sekisho cut``: carry a purpose out, and what is done with cuts afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import PATH, Group, group
from sekisho.cli.cut_rejoin import rejoin
from sekisho.cli.cut_risk import risk
from sekisho.cli.cut_trace import trace
from sekisho.cli.fields import form_words, kind_words
from sekisho.cli.law import check_lines, publication_lines
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table

if TYPE_CHECKING:
    from sekisho.custody.cut_record import CutRecord


_CARRY_OUT = "carry-out"


class _Cut(Group):
    """A group whose commonest command needs no word: a purpose file stands in its place."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is no command's name, and asks for no help, is a purpose to carry out."""
        own = {*self.commands, *(name for parameter in self.get_params(ctx) for name in parameter.opts)}
        return super().parse_args(ctx, [_CARRY_OUT, *args] if args and args[0] not in own else args)


@group("cut", cls=_Cut)
def run() -> None:
    """See the catalogue."""


@run.command(_CARRY_OUT)
@click.argument("purpose", type=PATH)
@pass_session
def carry_out(session: Session, *, purpose: Path) -> int:
    """Carry a purpose out."""
    return _cut(session, purpose)


@run.command("list")
@pass_session
def list_cuts(session: Session) -> None:
    """List the cuts."""
    _list(session)


run.add_command(rejoin, "rejoin")
run.add_command(risk, "risk")
run.add_command(trace, "trace")


def _cut(session: Session, path: Path) -> int:
    from sekisho.custody.cutting import make_cut, prepare

    prepared = prepare(path)
    with session.office() as office:
        problems = prepared.problems(office.today())
        if problems:
            return session.report(*problems)
        with progress(session, "cut.cutting") as step:
            record = make_cut(office, prepared, progress=step)
        session.emit(cut_document(record), _cut_lines(session, record))
    return 0


def _list(session: Session) -> None:
    from sekisho.custody import records

    with session.office() as office:
        cuts = records.cuts(office.ledger.connection)
        headers = [session.say(f"column.{name}") for name in ("cut", "purpose", "rows", "people")]
        rows = [[cut.id, cut.title, f"{cut.rows_out:,}", f"{cut.people:,}"] for cut in cuts]
        session.emit({"cuts": [cut_document(cut) for cut in cuts]}, table(headers, rows, right=[2, 3]))


def cut_document(record: "CutRecord") -> dict[str, object]:
    """Return a cut for programs."""
    import msgspec

    document: dict[str, object] = msgspec.to_builtins(record)
    return document | {"bytes_out": sum(file.size for file in record.files)}


def _cut_lines(session: Session, record: "CutRecord") -> Iterator[str]:
    """Say the ratio first: how much less leaves than was there."""
    size = sum(file.size for file in record.files)
    yield session.say(
        "cut.done",
        cut=record.id,
        title=record.title,
        rows_in=f"{record.rows_in:,}",
        rows_out=f"{record.rows_out:,}",
        megabytes_in=f"{record.bytes_in / 1e6:,.1f}",
        megabytes_out=f"{size / 1e6:,.1f}",
        people=f"{record.people:,}",
    )
    labels = [
        (f"{field.file}: {field.name}", kind_words(session, field.kind), form_words(session, field.form))
        for field in record.leaving
    ]
    headers = [session.say(f"column.{name}") for name in ("leaves", "kind", "form")]
    yield from table(headers, labels)
    yield from _inside_lines(session, record)
    yield from _doubt_lines(session, record)
    if record.risk:
        from sekisho.cut.risk.words import sentences

        yield from sentences(record.risk, session.language)
    yield from check_lines(session, record.checks)
    yield from publication_lines(session, record)
    yield session.say("cut.next", cut=record.id)


def _inside_lines(session: Session, record: "CutRecord") -> Iterator[str]:
    """Say what does not leave, and which of it can be told from what does."""
    selecting = [f"{field.name} ({kind_words(session, field.kind)})" for field in record.selecting]
    if selecting:
        yield session.say("cut.selects", columns=session.say("separator").join(selecting))
    if record.dropped:
        yield session.say("cut.dropped", columns=session.say("separator").join(record.dropped))


def _doubt_lines(session: Session, record: "CutRecord") -> Iterator[str]:
    """Say what was not found, not read, or is nobody's."""
    for join in record.joins:
        yield session.say(
            "cut.join",
            source=join.source,
            unmatched=f"{join.unmatched:,}",
            rows=f"{join.rows:,}",
            unclaimed=f"{join.unclaimed:,}",
            partners=f"{join.partners:,}",
        )
    for field in record.leaving:
        if field.unreadable:
            rows = session.say("separator").join(field.unreadable_rows)
            yield session.say("cut.unreadable", field=field.name, cells=f"{field.unreadable:,}", rows=rows)
    for field in record.leaving:
        if field.replaced:
            yield session.say("cut.replaced", field=field.name, characters=f"{field.replaced:,}")
        if field.private:
            yield session.say("cut.private", field=field.name, characters=f"{field.private:,}")
    if record.unresolved:
        yield session.say("cut.unresolved", rows=f"{record.unresolved:,}")
    if record.profile == "answer":
        yield session.say("cut.answers", unanswerable=f"{record.unanswerable:,}", undecided=f"{record.undecided:,}")

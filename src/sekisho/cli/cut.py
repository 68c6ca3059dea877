"""``sekisho cut``: check a purpose, carry it out, list what was cut, or draft a purpose for a table."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.fields import form_words, kind_words
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Missing, Misuse

if TYPE_CHECKING:
    from datetime import date

    from sekisho.custody.cut_record import CutRecord


@command("cut")
@click.argument("purpose", type=PATH, required=False)
@click.option("--check", is_flag=True)
@click.option("--list", "list_cuts", is_flag=True)
@click.option("--new", "draft_for", type=FILE)
@pass_session
def run(session: Session, *, purpose: Path | None, check: bool, list_cuts: bool, draft_for: Path | None) -> int:
    """Cut."""
    if list_cuts:
        _list(session)
    elif draft_for is not None:
        from sekisho.cut.draft import draft_purpose
        from sekisho.readers.tables import open_tables

        text = draft_purpose(open_tables(draft_for)[0], _today(session))
        session.emit({"purpose": text}, [text.rstrip("\n")])
    elif purpose is None:
        raise Misuse("cli.cut_what")
    else:
        return _check(session, purpose) if check else _cut(session, purpose)
    return 0


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


def _check(session: Session, path: Path) -> int:
    from sekisho.custody.cutting import prepare

    problems = prepare(path).problems(_today(session))
    if problems:
        return session.report(*problems)
    session.emit({"purpose": str(path), "problems": []}, [session.say("cut.fits", path=path)])
    return 0


def _today(session: Session) -> "date":
    """Return the day by the office's clock on the wall, as cutting does; where there is no office yet, by the machine's."""
    from sekisho.store.home import find_home

    try:
        find_home(session.home)
    except Missing:
        return session.clock.now().astimezone().date()
    with session.office() as office:
        return office.today()


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
            yield session.say("cut.unreadable", field=field.name, cells=f"{field.unreadable:,}")
    if record.unresolved:
        yield session.say("cut.unresolved", rows=f"{record.unresolved:,}")
    if record.profile == "answer":
        yield session.say("cut.answers", unanswerable=f"{record.unanswerable:,}", undecided=f"{record.undecided:,}")

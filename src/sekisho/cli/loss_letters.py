"""The commands of ``sekisho loss`` about letters: printed, handed to a mail house, come back."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.disk import disk
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse, Unreadable

if TYPE_CHECKING:
    from sekisho.loss.affected.roles import Mapped
    from sekisho.loss.letters.exporting import ListRecord
    from sekisho.loss.letters.mailing import Mailing
    from sekisho.loss.letters.recipients import Held
    from sekisho.signing.keys import SigningKey

_TWO = 2
_TEMPLATES = "templates"


def add_to(group: Group) -> None:
    """Add them to the group."""
    commands: dict[str, Callable[..., None]] = {
        "letters": _letters,
        "envelopes": _envelopes,
        "test-sheet": _test_sheet,
        "mail-house": _mail_house,
        "returned": _returned,
    }
    for name, run in commands.items():
        group.command(name)(run)


@click.argument("incident", required=False)
@click.option("--contacts", type=PATH, multiple=True, required=True)
@click.option("--mapping", type=FILE)
@click.option("--segment", "segments", multiple=True)
@click.option("--envelope", required=True)
@click.option("--body", type=FILE)
@click.option("--out", type=PATH, required=True)
@click.option("--to", "to", multiple=True)
@click.option("--duplex", is_flag=True)
@click.option("--row", "rows", type=int, multiple=True)
@click.option("--large", is_flag=True)
@click.option("--again", is_flag=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def _letters(
    session: Session, *, incident: str | None, contacts: tuple[Path, ...], mapping: Path | None,
    segments: tuple[str, ...], envelope: str, body: Path | None, out: Path, to: tuple[str, ...], duplex: bool, rows: tuple[int, ...], large: bool,
    again: bool, keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Print."""
    from sekisho.cli.progress import progress
    from sekisho.loss.affected.listing import recipient_of
    from sekisho.loss.letters.envelopes import find_envelope
    from sekisho.loss.letters.exporting import export_letters
    from sekisho.loss.letters.preparing import prepare_letters, written_to
    from sekisho.loss.letters.single import Singles

    if large and not rows:
        raise Misuse("cli.large_of_whom")
    two, text = _two(session, keys), _text(body)
    with session.office() as office:
        number = incident_of(office, incident)
        found = find_envelope(envelope, office.home.root / _TEMPLATES)
        written = written_to(office, number, contacts, mapped=_mapped(mapping), only=segments)
        mailings = prepare_letters(office, number, written, found, language=session.language, text=text, duplex=duplex)
        singles = [Singles(each, rows, large) for each in mailings if rows]
        wanted: list[Mailing | Singles] = [each for each in singles if each.letters] if rows else [*mailings]
        sealed_for = [recipient_of(office, each) for each in to]
        total = sum(each.letters for each in wanted)
        with progress(session, "loss.letters.printing", total=total) as step:
            done = export_letters(office, number, wanted, out, keys=two, to=sealed_for, again=again, progress=step)
    document = {
        "incident": number,
        "folder": str(out),
        "bytes": done.size,
        "segments": [_record(record, done.held[record.segment]) for record in done.records],
    }
    session.emit(document, _record_lines(session, done.records))
    if found.mark == "R" and not rows:
        session.note("loss.letters.unmeasured", envelope=envelope, source=found.source)
    _say_held(session, [each for held in done.held.values() for each in held])
    session.note("loss.letters.sealed" if to else "loss.letters.open", path=out)


@pass_session
def _envelopes(session: Session) -> None:
    """List."""
    from sekisho.loss.letters.envelopes import load_envelopes

    found = load_envelopes(session.home / _TEMPLATES)
    document = {
        name: {
            "label": each.label(session.language),
            "window": [each.window.left, each.window.top, each.window.width, each.window.height],
            "mark": each.mark,
        }
        for name, each in found.items()
    }
    cells = [
        [name, each.label(session.language), " ".join(f"{value:g}" for value in document[name]["window"]), each.mark]
        for name, each in found.items()
    ]
    headers = [session.say(f"column.{name}") for name in ("envelope", "title", "window", "mark")]
    session.emit({"envelopes": document}, table(headers, cells, whole=[0]))


@click.option("--envelope", required=True)
@click.option("--out", type=PATH, required=True)
@pass_session
def _test_sheet(session: Session, *, envelope: str, out: Path) -> None:
    """Print the window."""
    from sekisho.custody.paper.shelf import shelf_of
    from sekisho.custody.paper.typeset import ready_fonts
    from sekisho.files import write_whole
    from sekisho.loss.letters.envelopes import find_envelope
    from sekisho.loss.letters.sample import sample_sheet

    with session.office() as office:
        found = find_envelope(envelope, office.home.root / _TEMPLATES)
        sheet = sample_sheet(
            found, envelope, ready_fonts(shelf_of(office.home.root)), office=office.settings.name,
            language=session.language, at=office.ledger.time(),
        )  # fmt: skip
    with disk(out):
        write_whole(out, sheet)
    session.emit({"envelope": envelope, "file": str(out)}, [session.say("loss.test-sheet.done", path=out)])


@click.argument("incident", required=False)
@click.option("--contacts", type=PATH, multiple=True, required=True)
@click.option("--mapping", type=FILE)
@click.option("--segment", "segments", multiple=True)
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), default="utf-8")
@click.option("--to", "to", multiple=True)
@click.option("--out", type=PATH, required=True)
@click.option("--again", is_flag=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def _mail_house(
    session: Session, *, incident: str | None, contacts: tuple[Path, ...], mapping: Path | None,
    segments: tuple[str, ...], encoding: str, to: tuple[str, ...], out: Path, again: bool, keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Seal tables to a mail house."""
    from sekisho.loss.affected.listing import recipient_of
    from sekisho.loss.letters.exporting import letters_key
    from sekisho.loss.letters.mail_house import Encoding, export_tables, mail_house_table
    from sekisho.loss.letters.preparing import written_to

    two = _two(session, keys)
    with session.office() as office:
        number = incident_of(office, incident)
        written = written_to(office, number, contacts, mapped=_mapped(mapping), only=segments)
        key = letters_key(office, number)
        tables = {
            each.segment.id: mail_house_table(each.to, key=key, encoding=Encoding(encoding), language=session.language)
            for each in written
        }
        sealed_for = [recipient_of(office, each) for each in to]
        records = export_tables(office, number, tables, out, keys=two, to=sealed_for, again=again)
    document = {
        "incident": number,
        "folder": str(out),
        "segments": [_record(record, tables[record.segment].held) for record in records],
    }
    session.emit(document, _record_lines(session, records))
    _say_held(session, [each for made in tables.values() for each in made.held])
    session.note("loss.letters.sealed", path=out)


@click.argument("file", type=FILE)
@click.option("--incident")
@click.option("--contacts", type=PATH, multiple=True)
@click.option("--mapping", type=FILE)
@click.option("--out", type=PATH)
@click.option("--to", "to", multiple=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def _returned(
    session: Session, *, file: Path, incident: str | None, contacts: tuple[Path, ...], mapping: Path | None,
    out: Path | None, to: tuple[str, ...], keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Take in."""
    from sekisho.loss.affected.listing import recipient_of
    from sekisho.loss.letters.returned import export_substitutes, read_returned, take_returned, whose

    if bool(contacts) != (out is not None):
        raise Misuse("cli.returned_list")
    two = _two(session, keys) if out else []
    with disk(file):
        found = read_returned(file.read_bytes())
    with session.office() as office:
        number = incident_of(office, incident)
        people = None
        if out:
            people = whose(office, number, found, contacts, mapped=_mapped(mapping))
            export_substitutes(office, number, people, out, keys=two, to=[recipient_of(office, each) for each in to])
        take_returned(office, number, found)
    document = {
        "incident": number,
        "returned": len(found.reasons),
        "reasons": dict(found.by_reason()),
        "misread": list(found.misread),
        "found": None if people is None else people.height,
        "list": str(out) if out else None,
    }
    headers = [session.say("column.letters"), session.say("column.reason")]
    rows = [[f"{count:,}", reason or "-"] for reason, count in found.by_reason()]
    said = [session.say("loss.returned.done", count=f"{len(found.reasons):,}")]
    session.emit(document, [*said, *table(headers, rows, right=[0])])
    if found.misread:
        session.note("loss.returned.misread", rows=", ".join(map(str, found.misread[:20])))
    if people is not None:
        session.note("loss.returned.list", path=out, people=people.height)


def _two(session: Session, keys: Sequence[Path]) -> "list[SigningKey]":
    if len(keys) != _TWO:
        raise Misuse("cli.list_needs_two")
    return [session.key(path) for path in keys]


def _text(path: Path | None) -> str | None:
    """Return the text of a letter that somebody wrote."""
    if path is None:
        return None
    with disk(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("cli.letter_no_text", path=path) from None


def _mapped(path: Path | None) -> "Mapped | None":
    from sekisho.loss.affected.roles import read_mapped

    return read_mapped(path) if path else None


def _record(record: "ListRecord", held: "Iterable[Held]") -> dict[str, object]:
    rows = [{"row": each.row, "why": each.why.value, "characters": each.characters} for each in held]
    return {
        "segment": record.segment,
        "people": record.people,
        "files": record.files,
        "sealed": record.sealed,
        "sha256": record.sha256,
        "held": rows,
    }


def _record_lines(session: Session, records: "Sequence[ListRecord]") -> Iterable[str]:
    headers = [session.say(f"column.{name}") for name in ("segment", "letters", "files", "not_printed")]
    cells = [[each.segment, f"{each.people:,}", f"{each.files:,}", f"{each.held:,}"] for each in records]
    return table(headers, cells, right=[1, 2, 3], whole=[0])


def _say_held(session: Session, held: "Sequence[Held]") -> None:
    """Say by row and code point who got nothing; a long list is in the folder."""
    for each in held[:20]:
        why = session.words(f"letters.why_{each.why.value}")
        session.note("loss.letters.held", row=each.row, why=f"{why} {each.characters}".strip())
    if len(held) > 20:
        session.note("loss.letters.held_more", rows=len(held) - 20)

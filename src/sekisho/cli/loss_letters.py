"""The commands of ``sekisho loss`` about letters: printed, handed to a mail house, come back."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, Group
from sekisho.cli.disk import disk
from sekisho.cli.loss_incident import incident_of
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.age.filekey import Recipient
    from sekisho.custody.office import Office
    from sekisho.loss.letters.envelopes import Envelope
    from sekisho.loss.letters.exporting import ListRecord
    from sekisho.loss.letters.master import Body
    from sekisho.loss.letters.recipients import Held
    from sekisho.signing.keys import SigningKey

_TWO = 2
_TEMPLATES = "templates"


def add_to(group: Group) -> None:
    """Add them to the group."""
    for command in (letters, envelopes, test_sheet, mail_house, returned):
        group.add_command(command)


_staging = Group("loss", key="loss")  # where they are made; their words stand under the group that they are added to


@_staging.command("letters")
@click.argument("incident", required=False)
@click.option("--contacts", type=FILE, required=True)
@click.option("--segment", "segments", multiple=True)
@click.option("--envelope", required=True)
@click.option("--body", type=FILE)
@click.option("--out", type=PATH, required=True)
@click.option("--to", "to", multiple=True)
@click.option("--duplex", is_flag=True)
@click.option("--again", is_flag=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def letters(
    session: Session, *, incident: str | None, contacts: Path, segments: tuple[str, ...], envelope: str,
    body: Path | None, out: Path, to: tuple[str, ...], duplex: bool, again: bool, keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Print."""
    from sekisho.custody.paper.shelf import shelf_of
    from sekisho.custody.paper.typeset import ready_fonts
    from sekisho.loss.letters.envelopes import find_envelope
    from sekisho.loss.letters.exporting import export_letters, letters_key
    from sekisho.loss.letters.mailing import Mailing
    from sekisho.loss.letters.recipients import recipients
    from sekisho.loss.letters.table import read_table

    two = _two(session, keys)
    with session.office() as office:
        number = incident_of(office, incident)
        found = find_envelope(envelope, office.home.root / _TEMPLATES)
        fonts = ready_fonts(shelf_of(office.home.root))
        people, key, at = read_table(contacts), letters_key(office, number), office.ledger.time()
        mailings = [
            Mailing(
                segment or "all",
                recipients(people, segment),
                _body(session, office, body),
                found,
                fonts,
                key,
                at,
                duplex=duplex,
            )
            for segment in (segments or (None,))
        ]
        done = export_letters(
            office, number, mailings, out, keys=two, to=_recipients(office, to), again=again,
        )  # fmt: skip
        _say_envelope(session, envelope, found)
        document = {
            "incident": number,
            "folder": str(out),
            "bytes": done.size,
            "segments": [_record(record, done.held[record.segment]) for record in done.records],
        }
        session.emit(document, _record_lines(session, done.records))
        _say_held(session, [each for held in done.held.values() for each in held])
        session.note("loss.letters.sealed" if to else "loss.letters.open", path=out)


@_staging.command("envelopes")
@pass_session
def envelopes(session: Session) -> None:
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
        [name, each.label(session.language), " ".join(f"{value:g}" for value in document[name]["window"]), each.mark]  # type: ignore[union-attr]
        for name, each in found.items()
    ]
    headers = [session.say(f"column.{name}") for name in ("envelope", "title", "window", "mark")]
    session.emit({"envelopes": document}, table(headers, cells, whole=[0]))


@_staging.command("test-sheet")
@click.option("--envelope", required=True)
@click.option("--out", "-o", "out", type=PATH, required=True)
@pass_session
def test_sheet(session: Session, *, envelope: str, out: Path) -> None:
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


@_staging.command("mail-house")
@click.argument("incident", required=False)
@click.option("--contacts", type=FILE, required=True)
@click.option("--segment", default="")
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), default="utf-8")
@click.option("--to", "to", multiple=True)
@click.option("--out", "-o", "out", type=PATH, required=True)
@click.option("--again", is_flag=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def mail_house(
    session: Session, *, incident: str | None, contacts: Path, segment: str, encoding: str, to: tuple[str, ...],
    out: Path, again: bool, keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Seal a table to a mail house."""
    from sekisho.loss.letters.exporting import letters_key
    from sekisho.loss.letters.mail_house import Encoding, export_table, mail_house_table
    from sekisho.loss.letters.recipients import recipients
    from sekisho.loss.letters.table import read_table

    two = _two(session, keys)
    with session.office() as office:
        number = incident_of(office, incident)
        found = recipients(read_table(contacts), segment or None)
        made = mail_house_table(
            found, key=letters_key(office, number), encoding=Encoding(encoding), language=session.language
        )
        record = export_table(
            office, number, segment or "all", made, out, keys=two, to=_recipients(office, to), again=again
        )
        document = {"incident": number, "file": str(out), **_record(record, made.held)}
        session.emit(document, _record_lines(session, [record]))
        _say_held(session, made.held)


@_staging.command("returned")
@click.argument("file", type=FILE)
@click.option("--incident")
@click.option("--contacts", type=FILE)
@click.option("--out", "-o", "out", type=PATH)
@click.option("--to", "to", multiple=True)
@click.option("--key", "keys", type=FILE, multiple=True)
@pass_session
def returned(
    session: Session, *, file: Path, incident: str | None, contacts: Path | None, out: Path | None,
    to: tuple[str, ...], keys: tuple[Path, ...],
) -> None:  # fmt: skip
    """Take in."""
    from sekisho.loss.letters.exporting import letters_key
    from sekisho.loss.letters.recipients import recipients
    from sekisho.loss.letters.returned import export_substitutes, read_returned, substitutes, take_returned
    from sekisho.loss.letters.table import read_table

    if (contacts is None) != (out is None):
        raise Misuse("cli.returned_list")
    two = _two(session, keys) if out else []
    with disk(file):
        found = read_returned(file.read_bytes())
    with session.office() as office:
        number = incident_of(office, incident)
        whose = None
        if contacts and out:
            people = recipients(read_table(contacts))
            whose = substitutes(people, found, key=letters_key(office, number))
            export_substitutes(office, number, whose, out, keys=two, to=_recipients(office, to))
        take_returned(office, number, found)
        document = {
            "incident": number,
            "returned": len(found.reasons),
            "reasons": dict(found.by_reason()),
            "misread": list(found.misread),
            "found": None if whose is None else whose.height,
            "list": str(out) if out else None,
        }
        headers = [session.say("column.letters"), session.say("column.reason")]
        rows = [[f"{count:,}", reason or "-"] for reason, count in found.by_reason()]
        said = [session.say("loss.returned.done", count=f"{len(found.reasons):,}")]
        session.emit(document, [*said, *table(headers, rows, right=[0])])
        if found.misread:
            session.note("loss.returned.misread", rows=", ".join(map(str, found.misread[:20])))
        if whose is not None:
            session.note("loss.returned.list", path=out, people=whose.height)


def _two(session: Session, keys: Sequence[Path]) -> "list[SigningKey]":
    if len(keys) != _TWO:
        raise Misuse("cli.list_needs_two")
    return [session.key(path) for path in keys]


def _recipients(office: "Office", texts: Sequence[str]) -> "list[Recipient]":
    """Return to whom a list is sealed: an age recipient, or a person of the register by id."""
    from sekisho.age.errors import KeyTextError
    from sekisho.custody.checking import sealed_to
    from sekisho.custody.register import parse_recipient

    found = list["Recipient"]()
    for text in texts:
        try:
            found.append(parse_recipient(text))
        except KeyTextError:
            found.append(sealed_to(office.register.person(text)))
    return found


def _body(session: Session, office: "Office", path: Path | None) -> "Body":
    from sekisho.custody.paper.dates import day_words
    from sekisho.loss.letters.body import plain_body

    if path is None:
        raise Misuse("cli.letters_need_body")
    with disk(path):
        text = path.read_text(encoding="utf-8-sig")
    date = day_words(office.today(), session.language, years="western")
    settings = office.settings
    return plain_body(text, office=settings.name, sender=[settings.phone], date=date, language=session.language)


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


def _say_envelope(session: Session, name: str, envelope: "Envelope") -> None:
    """Warn of a window that nobody measured."""
    if envelope.mark == "R":
        session.note("loss.letters.unmeasured", envelope=name, source=envelope.source)

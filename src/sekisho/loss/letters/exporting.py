"""Printing a mailing into a folder: two persons ask for it, the ledger says so, and the folder is whole or not there.

The files hold names and addresses. They go into a folder that somebody named, readable by that account alone, or sealed to
whoever prints them. Beside them lie two lists without anybody's name: which file has how many letters, and which rows of the
address table got none, and why.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from sekisho.age.filekey import Recipient
from sekisho.age.writer import encrypt
from sekisho.clock import to_text
from sekisho.custody.checking import two_persons
from sekisho.custody.incident_records import add_record, get_incident, records_of
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Misuse, NotFound, Refused
from sekisho.files import replacing_folder, write_whole
from sekisho.loss.letters.mailing import Mailing
from sekisho.loss.letters.recipients import Held
from sekisho.loss.letters.reference import KEY_BYTES
from sekisho.loss.letters.single import Singles
from sekisho.loss.who import SHOWERS
from sekisho.progress import Progress, silent
from sekisho.signing.keys import SigningKey

if TYPE_CHECKING:
    from sekisho.ledger.entry import Value

KIND, ON_REQUEST = "letters", "letters-on-request"
FILES, HELD = "files.csv", "not-printed.csv"


class ListRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of people that left: letters, or a table for a mail house.

    Attributes:
        at: when.
        segment: of whom.
        people: how many are on it.
        held: how many of the segment are not, without those who are protected or dead.
        files: how many files it is.
        sha256: of the list of the files, which has the digest of each.
        sealed: whether it is sealed to whoever gets it.
    """

    at: str
    segment: str
    people: int
    held: int
    files: int
    sha256: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Export:
    """What was printed.

    Attributes:
        records: of each segment.
        held: of each segment, who got no letter, for the officer.
        folder: where it lies.
        size: of all files, in bytes.
    """

    records: tuple[ListRecord, ...]
    held: dict[str, tuple[Held, ...]]
    folder: Path
    size: int


def letters_key(office: Office, number: int) -> bytes:
    """Return the key of an incident's reference codes, made when it is first asked for; it stays in the vault.

    Raises:
        NotFound: there is no such incident.
        Unreadable: the key is damaged.
        MediumError: the disk refused.
    """
    get_incident(office.ledger.connection, number)
    path = office.home.people / f"letters-{number}.key"
    with suppress(NotFound):
        return office.vault.read(path)
    with suppress(MediumError):  # of another run that was faster: its key is the one
        office.vault.write(path, token_bytes(KEY_BYTES))
    try:
        return office.vault.read(path)
    except NotFound:
        raise MediumError("custody.vault_disk", path=path) from None


def must_be_two(office: Office, keys: Sequence[SigningKey]) -> dict[str, str]:
    """Return who asks for a list, person → id of the key.

    Raises:
        Refused: fewer than two persons, or one who may not.
    """
    return two_persons(office.register, [key.public for key in keys], *SHOWERS)


def export_letters(
    office: Office,
    number: int,
    mailings: Sequence[Mailing | Singles],
    folder: Path,
    *,
    keys: Sequence[SigningKey],
    to: Sequence[Recipient] = (),
    again: bool = False,
    progress: Progress = silent,
) -> Export:
    """Print the letters of segments into a new folder.

    Args:
        office: whose.
        number: the incident.
        mailings: the letters, a segment each; single ones are printed on request however often.
        folder: appears when all of it is written.
        keys: of two persons.
        to: whoever prints the letters; without anybody they lie open in the folder.
        again: print segments that were printed before.
        progress: told after each file how many letters it had.

    Raises:
        Refused: fewer than two persons, one who may not, or a segment that was printed before.
        Misuse: something has that name already, or nobody is to be written to.
        MediumError: the disk refused; nothing is left of the folder.
        Missing, Unreadable: as :meth:`~sekisho.loss.letters.mailing.Mailing.files`.
    """
    persons = must_be_two(office, keys)
    kind = ON_REQUEST if any(isinstance(each, Singles) for each in mailings) else KIND
    if kind == KIND:
        must_be_new(office, number, kind, [each.segment for each in mailings], again=again)
    if not any(mailing.letters for mailing in mailings):
        raise Misuse("loss.no_letters")
    office.note(folder.parent)
    with whole_folder(folder) as partial:
        written = [_write(office, mailing, partial, to, progress) for mailing in mailings]
        texts = {mailing.segment: mailing.body.text for mailing in mailings}
        record_lists(office, number, kind, [record for record, _ in written], persons, texts=texts)
    return Export(
        tuple(record for record, _ in written),
        {mailing.segment: tuple(mailing.held) for mailing in mailings},
        folder,
        sum(size for _, size in written),
    )


def must_be_new(office: Office, number: int, kind: str, segments: Sequence[str], *, again: bool) -> None:
    """Refuse to make a list a second time without being told to: who gets two letters asks whether they were lost twice.

    Raises:
        NotFound: there is no such incident.
        Refused: a segment's list was made before.
    """
    get_incident(office.ledger.connection, number)
    before = {record.segment: record for _, _, record in records_of(office.ledger.connection, number, kind, ListRecord)}
    for segment in segments:
        if segment in before and not again:
            record = before[segment]
            raise Refused("loss.list_again", segment=segment, at=record.at, people=record.people)


def record_lists(
    office: Office,
    number: int,
    kind: str,
    records: Sequence[ListRecord],
    persons: Mapping[str, str],
    *,
    texts: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Say in the ledger that lists leave, and what people are told by them; one commit for all."""
    with office.ledger.transaction() as tx:
        for record in records:
            text = texts.get(record.segment, "")
            told: dict[str, Value] = {"text": hashlib.sha256(text.encode()).hexdigest()} if text else {}
            fields: dict[str, Value] = {
                "incident": number,
                "list": kind,
                "segment": record.segment,
                "people": record.people,
                "held": record.held,
                "files": record.files,
                "sha256": record.sha256,
                "sealed": record.sealed,
                "by": sorted(persons.values()),
            }
            index = tx.append("list.exported", fields=fields | told, details={"text": text} if text else {})
            add_record(tx.connection, number, kind, index, record)


def _write(
    office: Office, mailing: Mailing | Singles, folder: Path, to: Sequence[Recipient], progress: Progress
) -> tuple[ListRecord, int]:
    rows, people, size = list[tuple[object, ...]](), 0, 0
    for file in mailing.files():
        data = sealed(file.pdf, to) if to else file.pdf
        name = f"{file.name}.age" if to else file.name
        write_whole(folder / name, data)
        digest = hashlib.sha256(data).hexdigest()
        rows.append((name, file.letters, file.pages, file.first, file.last, len(data), digest))
        people += file.letters
        size += len(data)
        progress(file.letters)
    listing = csv_bytes([("file", "letters", "pages", "first_postcode", "last_postcode", "bytes", "sha256"), *rows])
    write_whole(folder / f"{mailing.segment}-{FILES}", listing)
    write_whole(folder / f"{mailing.segment}-{HELD}", held_csv(mailing.held))
    record = ListRecord(
        at=to_text(office.ledger.time()),
        segment=mailing.segment,
        people=people,
        held=len(mailing.held),
        files=len(rows),
        sha256=hashlib.sha256(listing).hexdigest(),
        sealed=bool(to),
    )
    return record, size


def sealed(data: bytes, to: Sequence[Recipient]) -> bytes:
    """Return data as an age file that whoever gets it opens with a key alone."""
    file = io.BytesIO()
    with encrypt(file, to) as writer:
        writer.write(data)
    return file.getvalue()


def held_csv(held: Sequence[Held]) -> bytes:
    """Return who got no letter as CSV for spreadsheets: rows and code points, nobody's name."""
    rows = [(each.row, each.why.value, each.characters) for each in sorted(held, key=lambda each: each.row)]
    return csv_bytes([("row", "why", "characters"), *rows])


def csv_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    """Return rows as CSV; a spreadsheet takes Japanese without the mark for another encoding."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Fill a folder that appears when the block ends, or not at all.

    Raises:
        Misuse: something has that name already.
        MediumError: the disk refused.
    """
    try:
        with replacing_folder(folder) as partial:
            yield partial
    except FileExistsError:
        raise Misuse("loss.exists", path=folder) from None
    except OSError as error:
        raise MediumError("loss.letters_disk", path=folder) from error

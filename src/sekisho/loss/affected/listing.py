"""Names: to two persons, sealed to whoever needs them, and never plain on a disk.

People under address protection are on no list but one of their own, which the officer for them is one of the two to ask
for. The dead are written to by nobody; minors stand there with their guardian.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import polars as pl
from pyroaring import BitMap

from sekisho.age.errors import KeyTextError
from sekisho.age.filekey import Recipient
from sekisho.age.writer import encrypt
from sekisho.clock import to_text
from sekisho.custody.checking import sealed_to, two_persons
from sekisho.custody.cut_kept import load_population
from sekisho.custody.incident_records import add_record
from sekisho.custody.office import Office
from sekisho.custody.register import parse_recipient
from sekisho.cut.spreadsheet import guarded
from sekisho.errors import MediumError, Misuse, Refused, Unreadable
from sekisho.files import replacing
from sekisho.loss.affected.contacts import TEXTS, Contacts
from sekisho.loss.affected.people import People, people_of
from sekisho.loss.affected.segments import Group, Segments, groups, people_in, segments_of
from sekisho.loss.who import SHOWERS
from sekisho.signing.keys import SigningKey

_KIND = "list"
_WRITTEN_TO = (Group.OTHERS, Group.MINORS)
_ROWS_A_BLOCK = 1 << 16
_HEADINGS = ("segment", "key_kind", "key", "kinds", *TEXTS)


class ListRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list that left, sealed.

    Attributes:
        at: when.
        people: how many are on it.
        segment: of which segment; empty for all who may be on it.
        protected: whether it is that of people under address protection.
        to: for whom it is sealed.
        sha256: digest of the sealed file.
        by: ids of the keys of those who asked.
    """

    at: str
    people: int
    segment: str
    protected: bool
    to: str
    sha256: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which list is asked for.

    Attributes:
        segment: of which segment alone; empty for all.
        protected: that of people under address protection, and of nobody else.
        protected_officer: id of the person who handles them.
    """

    segment: str = ""
    protected: bool = False
    protected_officer: str = ""


def people_frame(
    office: Office, number: int, contacts: Contacts, *, segment: str = "", people: People | None = None
) -> pl.DataFrame:
    """Return the people of an incident who can be written to, one row each: to make letters of, in memory alone.

    Columns: ``person`` (the same for the same person in every run), ``row`` (in the address table), ``name``, ``kana``,
    ``postal_code``, ``address`` (with the building on a line of its own), ``guardian``, ``email``, ``phone``, ``segment``, ``minor``, and ``deceased`` and
    ``protected``, which are false: nobody under address protection, dead or without an address is among them. Whoever hands
    the letters out asks two persons first.

    Args:
        office: the office.
        number: the incident.
        contacts: their addresses.
        segment: of one segment alone.
        people: of the incident, where they were read before; what the contacts say of them is added.

    Raises:
        NotFound: there is no such incident or segment.
        SekishoError: as :func:`~sekisho.loss.affected.people.people_of`.
    """
    known = (people or people_of(office, number)).renewed(contacts.flags)
    return _frame(known, contacts, segment)


def export_list(
    office: Office,
    number: int,
    path: Path,
    *,
    to: str,
    keys: Sequence[SigningKey],
    asked: Asked,
    contacts: Contacts | None = None,
) -> ListRecord:
    """Write a list of people as an age file for one recipient; two persons ask for it, and the ledger says so.

    The file gets its name only once the ledger has its digest.

    The file holds CSV in UTF-8: segment, kind of key, key, kinds, and the contact data where there are any. Cells that a
    spreadsheet would carry out are guarded.

    Args:
        office: the office.
        number: the incident.
        path: the new file.
        to: an age recipient, or the id of a registered person who has one.
        keys: of the two persons.
        asked: which list.
        contacts: the addresses.

    Raises:
        Refused: fewer than two persons, one who may not, or protected people without the officer for them.
        Misuse: the file is there, or ``to`` is no recipient.
        NotFound: there is no such incident, segment or person.
        MediumError: the disk refused.
        SekishoError: as :func:`~sekisho.loss.affected.people.people_of`.
    """
    by = two_persons(office.register, [key.public for key in keys], *SHOWERS)
    _must_have_officer(asked, by)
    recipient = recipient_of(office, to)
    people = people_of(office, number)
    if contacts:
        people = people.renewed(contacts.flags)
    table = _listed(office, people, contacts, asked)
    if path.exists():
        raise Misuse("loss.exists", path=path)
    office.note(path.parent)
    try:
        with replacing(path) as file:
            sealed = _Digesting(file)
            _seal(table, recipient, sealed)
            record = ListRecord(
                at=to_text(office.ledger.time()),
                people=table.height,
                segment=asked.segment,
                protected=asked.protected,
                to=str(recipient),
                sha256=sealed.sha256,
                by=tuple(sorted(by.values())),
            )
            _record(office, number, record)
    except FileExistsError:
        raise Misuse("loss.exists", path=path) from None
    except OSError as error:
        raise MediumError("loss.disk", path=path) from error
    return record


def recipient_of(office: Office, text: str) -> Recipient:
    """Return whom a list is sealed to: an age recipient, or a registered person's.

    Raises:
        Misuse: it looks like a recipient and is none.
        NotFound: nobody of that id is registered.
        Refused: the person has none.
    """
    if not text.startswith("age1"):
        return sealed_to(office.register.person(text))
    try:
        return parse_recipient(text)
    except KeyTextError:
        raise Misuse("loss.no_recipient") from None


def _must_have_officer(asked: Asked, by: dict[str, str]) -> None:
    if asked.protected and (not asked.protected_officer or asked.protected_officer not in by):
        raise Refused("loss.protected_officer")


def _frame(people: People, contacts: Contacts, segment: str) -> pl.DataFrame:
    segments = _segments(people)
    wanted = [segments.named(segment)] if segment else list(segments.segments)
    written = [each for each in wanted if each.group in _WRITTEN_TO]
    index, flags = people.found.index, people.flags
    parts = [
        _labelled(people_in(index, flags, each), each.id).with_columns(minor=pl.lit(each.is_guardian_told))
        for each in written
    ]
    none = pl.DataFrame(schema={"number": pl.UInt32, "segment": pl.String, "minor": pl.Boolean})
    frame = pl.concat([none, *parts]).join(contacts.frame, on="number", how="inner")
    shown = frame.filter(pl.col("address").is_not_null()).sort("number")
    return shown.select(
        pl.col("number").cast(pl.String).alias("person"),
        "row",
        "name",
        "kana",
        "postal_code",
        pl.concat_str("address", "building", separator="\n", ignore_nulls=True),
        "guardian",
        "email",
        "phone",
        "segment",
        "minor",
        deceased=pl.lit(value=False),
        protected=pl.lit(value=False),
    )


def _listed(office: Office, people: People, contacts: Contacts | None, asked: Asked) -> pl.DataFrame:
    """Return the rows of a list."""
    index, flags = people.found.index, people.flags
    by_group = groups(index.everybody(), flags)
    allowed = by_group[Group.PROTECTED] if asked.protected else index.everybody() - by_group[Group.PROTECTED]
    segments = _segments(people)
    wanted = [segments.named(asked.segment)] if asked.segment else list(segments.segments)
    parts = [
        _labelled(people_in(index, flags, each) & allowed, each.id).with_columns(
            kinds=pl.lit(" ".join(k.id for k in each.kinds))
        )
        for each in wanted
    ]
    frame = pl.concat([pl.DataFrame(schema={"number": pl.UInt32, "segment": pl.String, "kinds": pl.String}), *parts])
    frame = frame.sort("number")
    try:
        keys = load_population(office).keys(frame["number"].to_numpy())
    except ValueError:
        raise Unreadable("people.damaged_population") from None
    frame = frame.join(keys.rename({"kind": "key_kind"}), on="number", how="left", maintain_order="left")
    if contacts:
        frame = frame.join(contacts.frame, on="number", how="left", maintain_order="left")
    return frame.select(name for name in _HEADINGS if name in frame.columns)


def _labelled(people: BitMap, segment: str) -> pl.DataFrame:
    numbers = pl.Series("number", np.asarray(people.to_array(), np.uint32), dtype=pl.UInt32)
    return pl.DataFrame([numbers]).with_columns(segment=pl.lit(segment))


def _segments(people: People) -> Segments:
    return segments_of(people.found.index, people.flags, at_least=people.found.at_least)


class _Digesting:
    """Hands bytes on to a file, and digests them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Digest of all that was written."""
        return self._digest.hexdigest()

    def write(self, data: bytes | memoryview, /) -> int:
        """Take all of it."""
        self._digest.update(data)
        return self._file.write(data)


def _seal(table: pl.DataFrame, recipient: Recipient, sink: _Digesting) -> None:
    """Write a table as sealed CSV, block by block; its name appears once the ledger has it."""
    with encrypt(sink, [recipient]) as writer:
        head = pl.DataFrame(schema=table.schema).write_csv(include_bom=True, line_terminator="\r\n")
        writer.write(head.encode())
        for rows in table.iter_slices(_ROWS_A_BLOCK):
            writer.write(guarded(rows).write_csv(include_header=False, line_terminator="\r\n").encode())


def _record(office: Office, number: int, record: ListRecord) -> None:
    fields: dict[str, str | int | list[str]] = {
        "incident": number,
        "people": record.people,
        "segment": record.segment,
        "protected": record.protected,
        "sha256": record.sha256,
        "by": list(record.by),
    }
    with office.ledger.transaction() as tx:
        add_record(tx.connection, number, _KIND, tx.append("list.exported", fields=fields), record)

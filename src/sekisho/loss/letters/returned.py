"""Returned mail: the codes that the post brings back, read in; what they come to, and whom to reach in another way.

A mail house or the counter sends a table of reference codes, each with a reason in its own words. A code is not anybody's
number; with the address table it is made out again whose letter it was, since the office alone has the key of the codes.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import polars as pl

from sekisho.age.filekey import Recipient
from sekisho.clock import to_text
from sekisho.custody.incident_records import add_record, get_incident, records_of
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Misuse, Refused, Unreadable
from sekisho.files import write_whole
from sekisho.loss.affected.roles import Mapped
from sekisho.loss.letters.exporting import ListRecord, csv_bytes, letters_key, must_be_two, record_lists, sealed
from sekisho.loss.letters.preparing import everybody_written_to, written_to
from sekisho.loss.letters.recipients import Recipients
from sekisho.loss.letters.reference import read_reference, reference_codes
from sekisho.signing.keys import SigningKey

KIND, LIST_KIND = "returned", "substitute"
_MOST = 64 * 1024 * 1024


class ReturnedRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of returned mail that was taken in.

    Attributes:
        at: when.
        count: letters, each once.
        misread: rows without a code that can be one.
        sha256: of the table.
    """

    at: str
    count: int
    misread: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back.

    Attributes:
        reasons: reference code → why, in the words of the table.
        misread: the rows, counted as a spreadsheet does, whose code is none.
        sha256: of the table.
    """

    reasons: Mapping[str, str] = field(repr=False)
    misread: tuple[int, ...]
    sha256: str

    def by_reason(self) -> list[tuple[str, int]]:
        """Return how many came back for each reason, the commonest first."""
        return sorted(Counter(self.reasons.values()).items(), key=lambda each: (-each[1], each[0]))


def read_returned(data: bytes) -> Returned:
    """Read a table of returned mail: code in the first column, reason in the second, with or without headings.

    Raises:
        Unreadable: it is no text, or has no code at all.
    """
    reasons, misread = dict[str, str](), list[int]()
    for number, cells in enumerate(_rows(data), 1):
        try:
            code = read_reference(cells[0])
        except ValueError:
            misread.append(number)
            continue
        reasons[code] = cells[1].strip()[:80] if len(cells) > 1 else ""
    if not reasons:
        raise Unreadable("loss.returned_no_codes")
    if misread[:1] == [1]:  # the headings
        misread.pop(0)
    return Returned(reasons, tuple(misread), hashlib.sha256(data).hexdigest())


def take_returned(office: Office, number: int, returned: Returned) -> ReturnedRecord:
    """Record returned mail; the codes themselves go into no entry.

    Raises:
        NotFound: there is no such incident.
        Refused: the same table was taken in before.
    """
    get_incident(office.ledger.connection, number)
    for _, _, record in records_of(office.ledger.connection, number, KIND, ReturnedRecord):
        if record.sha256 == returned.sha256:
            raise Refused("loss.returned_again", at=record.at, count=record.count)
    record = ReturnedRecord(
        at=to_text(office.ledger.time()),
        count=len(returned.reasons),
        misread=len(returned.misread),
        sha256=returned.sha256,
    )
    with office.ledger.transaction() as tx:
        index = tx.append(
            "mail.returned",
            fields={"incident": number, "count": record.count, "misread": record.misread, "sha256": record.sha256},
        )
        add_record(tx.connection, number, KIND, index, record)
    return record


def substitutes(to: Recipients, returned: Returned, *, key: bytes) -> pl.DataFrame:
    """Return whose letters came back: ``reference, reason, row, person, name, postal_code, address``.

    The codes that are nobody's in this table are simply not in it; ``returned.reasons`` has them all.
    """
    letters = to.letters
    coded = letters.with_columns(pl.Series("reference", reference_codes(key, letters["person"]), dtype=pl.String))
    reasons = pl.DataFrame(
        {"reference": list(returned.reasons), "reason": list(returned.reasons.values())},
        schema={"reference": pl.String, "reason": pl.String},
    )
    columns = ("reference", "reason", "row", "person", "name", "postal_code", "address")
    return coded.join(reasons, on="reference", how="inner", maintain_order="left").select(columns)


def whose(
    office: Office, number: int, returned: Returned, contacts: Sequence[Path], *, mapped: Mapped | None = None
) -> pl.DataFrame:
    """Return whose letters came back, by the office's address tables; see :func:`substitutes`."""
    written = written_to(office, number, contacts, mapped=mapped)
    return substitutes(everybody_written_to(written), returned, key=letters_key(office, number))


def export_substitutes(
    office: Office,
    number: int,
    people: pl.DataFrame,
    path: Path,
    *,
    keys: Sequence[SigningKey],
    to: Sequence[Recipient],
) -> None:
    """Write whose letters came back, for the substitute channel, sealed; two persons ask for it, and the ledger says so.

    Raises:
        Refused: fewer than two persons, or one who may not.
        Misuse: the file exists, or is sealed to nobody.
        MediumError: the disk refused; nothing is left of the file.
    """
    persons = must_be_two(office, keys)
    if not to:
        raise Misuse("loss.mail_house_open")
    if path.exists():
        raise Misuse("loss.exists", path=path)
    data = csv_bytes([people.columns, *people.iter_rows()])
    record = ListRecord(
        at=to_text(office.ledger.time()), segment="", people=people.height, held=0, files=1,
        sha256=hashlib.sha256(data).hexdigest(), sealed=True,
    )  # fmt: skip
    office.note(path.parent)
    record_lists(office, number, LIST_KIND, [record], persons)
    try:
        write_whole(path, sealed(data, to))
    except FileExistsError:
        raise Misuse("loss.exists", path=path) from None
    except OSError as error:
        raise MediumError("loss.letters_disk", path=path) from error


def _rows(data: bytes) -> Iterator[list[str]]:
    if len(data) > _MOST:
        raise Unreadable("loss.returned_no_codes")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            yield from (row for row in csv.reader(io.StringIO(text, newline="")) if any(map(str.strip, row)))
        except csv.Error:
            break
        return
    raise Unreadable("loss.returned_no_codes")

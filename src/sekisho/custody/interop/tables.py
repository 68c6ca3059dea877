"""Everything the office holds on copies and media, as tables for a spreadsheet: one CSV file each.

Persons stand by their ids; no file holds a name. UTF-8 with a byte order mark, or Excel takes Japanese for something else;
a cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection").
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sekisho.clock import to_text
from sekisho.custody import records
from sekisho.custody.interop.meanings import MEANINGS, OTHER
from sekisho.custody.interop.ocsf import keys_of
from sekisho.custody.media_records import media
from sekisho.custody.office import Office
from sekisho.errors import MediumError
from sekisho.files import write_whole
from sekisho.ledger.entry import Entry

BOM = "\ufeff"

Row = Sequence[str]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

EVENT_COLUMNS = ("index", "at", "type", "name", "severity", "copy", "keys", "fields")

_CERTIFICATE = "certificate.issued"
_HAND_OVERS = frozenset(
    {
        "copy.offered",
        "copy.handed_over",
        "copy.declined",
        "copy.offer_expired",
        "copy.seal_broken",
        "copy.accepted_twice",
    }
)


def line(row: Row) -> str:
    """Return a row as a line of CSV, with its end, in which no cell is a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in row])
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not compute."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def event_row(entry: Entry) -> Row:
    """Return an entry under :data:`EVENT_COLUMNS`."""
    meaning = MEANINGS.get(entry.type, OTHER)
    fields = json.dumps(dict(entry.fields), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    keys = " ".join(keys_of(entry))
    severity = str(meaning.severity.value)
    return (str(entry.index), to_text(entry.at), entry.type, meaning.name, severity, entry.copy or "", keys, fields)


def tables(office: Office) -> dict[str, tuple[Row, Iterable[Row]]]:
    """Return every table: its name, its columns, its rows."""
    return {
        "events": (EVENT_COLUMNS, (event_row(entry) for entry in office.ledger.entries())),
        "copies": (
            (
                "slip",
                "copy",
                "medium",
                "request",
                "state",
                "requester",
                "carrier",
                "recipient",
                "holder",
                "opens",
                "revoked",
            ),
            _copies(office),
        ),
        "media": (
            (
                "number",
                "label",
                "state",
                "vendor_id",
                "product_id",
                "serial",
                "size",
                "section",
                "registered_at",
                "probed",
            ),
            _media(office),
        ),
        "persons": (("person", "employer", "roles", "key", "passkeys", "contracts"), _persons(office)),
        "contracts": (("contract", "company", "parent", "starts", "ends", "persons"), _contracts(office)),
        "approvals": (("request", "person"), _approvals(office)),
        "hand-overs": (
            ("index", "at", "type", "slip", "copy", "from", "to", "levels", "statement", "people"),
            _hand_overs(office),
        ),
        "certificates": (("index", "at", "copy", "keys", "fields"), _certificates(office)),
    }


def write_tables(office: Office, folder: Path) -> list[Path]:
    """Write every table into a folder that is made for it, and return the files.

    Raises:
        MediumError: the folder is there already, or the disk refused.
    """
    written = []
    try:
        folder.mkdir()
        for name, (columns, rows) in tables(office).items():
            path = folder / f"{name}.csv"
            text = BOM + line(columns) + "".join(line(row) for row in rows)
            write_whole(path, text.encode())
            written.append(path)
    except OSError as error:
        raise MediumError("cli.disk", path=folder) from error
    return written


def _copies(office: Office) -> Iterator[Row]:
    for row in records.copies(office.ledger.connection):
        copy = row.copy
        yield (
            row.slip, row.cid.hex() if row.cid else "", row.medium, f"C-{row.request}", copy.state.value, copy.requester,
            copy.carrier, copy.recipient, copy.holder or "", str(copy.opens), _yes(copy.revoked),
        )  # fmt: skip


def _media(office: Office) -> Iterator[Row]:
    for each in media(office.ledger.connection):
        yield (
            each.id, each.label, each.state.value, each.vendor_id, each.product_id, each.serial, str(each.size), each.section,
            each.registered_at, _yes(each.probed),
        )  # fmt: skip


def _persons(office: Office) -> Iterator[Row]:
    register = office.register
    for person in register.persons.values():
        contracts = [each.id for each in register.contracts.values() if person.id in each.persons]
        yield (
            person.id, person.employer, " ".join(person.roles), person.public_key.id if person.key else "",
            " ".join(passkey.kid for passkey in person.passkeys), " ".join(contracts),
        )  # fmt: skip


def _contracts(office: Office) -> Iterator[Row]:
    for each in office.register.contracts.values():
        yield (
            each.id,
            each.company,
            each.parent,
            each.starts.isoformat(),
            each.ends.isoformat(),
            " ".join(each.persons),
        )


def _approvals(office: Office) -> Iterator[Row]:
    for request in records.requests(office.ledger.connection):
        yield from ((f"C-{request.id}", person) for person in request.approvals)


def _hand_overs(office: Office) -> Iterator[Row]:
    for entry in office.ledger.entries():
        if entry.type in _HAND_OVERS:
            people = " ".join(sorted(office.ledger.details(entry.index).values()))
            fields = {name: _text(value) for name, value in entry.fields.items()}
            levels = fields.get("levels", fields.get("level", ""))
            yield (
                str(entry.index), to_text(entry.at), entry.type, fields.get("slip", ""), entry.copy or "", fields.get("from", ""),
                fields.get("to", fields.get("by", "")), levels, fields.get("statement", ""), people,
            )  # fmt: skip


def _certificates(office: Office) -> Iterator[Row]:
    for entry in office.ledger.entries():
        if entry.type == _CERTIFICATE:
            fields = json.dumps(dict(entry.fields), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            yield str(entry.index), to_text(entry.at), entry.copy or "", " ".join(keys_of(entry)), fields


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"

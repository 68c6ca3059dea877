"""The table of media: which sticks the office owns, in which state each is, and what each said of itself when registered."""

from enum import StrEnum

import msgspec

from sekisho.errors import NotFound, Unreadable
from sekisho.media.device import Fingerprint
from sekisho.sql import Connection

SCHEMA_3 = """
CREATE TABLE medium (
    id     TEXT PRIMARY KEY,
    label  TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL
) STRICT;
"""


class MediumState(StrEnum):
    """Where a medium stands."""

    IN_STORE = "in_store"
    ISSUED = "issued"
    QUARANTINE = "quarantine"
    RETIRED = "retired"


class MediumRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A medium of the office.

    Attributes:
        id: its registration number with a check character, as on its sticker.
        label: what people and requests call it, such as ``USB-017``.
        state: where it stands.
        vendor_id: of its fingerprint (:class:`~sekisho.media.device.Fingerprint`); empty for a folder that is no device.
        product_id: of its fingerprint.
        serial: of its fingerprint.
        size: of its fingerprint; 0 for a folder.
        manufacturer: as it said when registered.
        product: as it said when registered.
        lost_code: the random code on its "if found" label.
        section: which section of the office keeps it; may be empty.
        registered_at: when.
        probed: whether its capacity was probed and true.
        foreign: it is none of the office; it was met, and is kept apart.
    """

    id: str
    label: str
    state: MediumState
    vendor_id: str = ""
    product_id: str = ""
    serial: str = ""
    size: int = 0
    manufacturer: str = ""
    product: str = ""
    lost_code: str
    section: str = ""
    registered_at: str
    probed: bool = False
    foreign: bool = False

    @property
    def fingerprint(self) -> Fingerprint:
        """What it said of itself when it was registered."""
        return Fingerprint(vendor_id=self.vendor_id, product_id=self.product_id, serial=self.serial, size=self.size)


def add_medium(connection: Connection, medium: MediumRecord) -> None:
    """Store a new medium, inside the caller's transaction."""
    row = (medium.id, medium.label, msgspec.json.encode(medium).decode())
    connection.execute("INSERT INTO medium (id, label, record) VALUES (?, ?, ?)", row)


def update_medium(connection: Connection, medium: MediumRecord) -> None:
    """Store what became of a medium, inside the caller's transaction."""
    row = (msgspec.json.encode(medium).decode(), medium.id)
    connection.execute("UPDATE medium SET record = ? WHERE id = ?", row)


def media(connection: Connection) -> list[MediumRecord]:
    """Return every medium, by label."""
    rows = connection.execute("SELECT record FROM medium ORDER BY label").fetchall()
    return [_read(record) for (record,) in rows]


def get_medium(connection: Connection, name: str) -> MediumRecord:
    """Return the medium of a label or registration number.

    Raises:
        NotFound: the office has none of that name.
    """
    row = connection.execute("SELECT record FROM medium WHERE label = ? OR id = ?", (name, name)).fetchone()
    if row is None:
        raise NotFound("custody.no_such_medium", medium=name)
    return _read(row[0])


def keeps_media(connection: Connection) -> bool:
    """Tell whether the office has registered any medium; from then on it takes no others."""
    return any(not medium.foreign for medium in media(connection))


def medium_of_lost_code(connection: Connection, code: str) -> MediumRecord:
    """Return the medium on whose label a lost code stands.

    Raises:
        NotFound: none has it.
    """
    for medium in media(connection):
        if medium.lost_code == code:
            return medium
    raise NotFound("custody.no_such_lost_code")


def _read(text: str) -> MediumRecord:
    try:
        return msgspec.json.decode(text, type=MediumRecord)
    except msgspec.DecodeError:
        raise Unreadable("custody.damaged_record") from None

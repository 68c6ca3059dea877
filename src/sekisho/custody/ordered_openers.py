"""The openers that orders carry to a station, so that what stands on its media is the office's own and the slip has its number.

The opening number never leaves but inside the page, hashed: what a station brings back names the page alone, by its digest,
and the number is found by that.
"""

import hashlib
import os

from sekisho.capsule.opener_gate import draw_pin
from sekisho.custody.office import Office
from sekisho.custody.openers import opener_page
from sekisho.custody.records import CopyRow
from sekisho.sql import Connection


def order_opener(office: Office, row: CopyRow) -> str:
    """Return the opener for a copy that a station is to seal, its number on record; ordered again it has the same number."""
    connection = office.ledger.connection
    known = connection.execute("SELECT pin FROM ordered_opener WHERE slip = ?", (row.slip,)).fetchone()
    pin = str(known[0]) if known else draw_pin(os.urandom)
    waiting = connection.execute(
        "SELECT pin FROM ordered_opener JOIN copy USING (slip) WHERE medium = ? AND capsule IS NULL", (row.medium,)
    ).fetchall()
    page = opener_page(office, row.medium, [pin, *(str(other) for (other,) in waiting)])
    with office.ledger.transaction() as tx:
        tx.connection.execute(
            "INSERT INTO ordered_opener (sha256, slip, pin) VALUES (?, ?, ?)",
            (hashlib.sha256(page).hexdigest(), row.slip, pin),
        )
    return page.decode()


def ordered_pin(connection: Connection, slip: str, sha256: str) -> str | None:
    """Return the opening number of a page that was ordered for a copy; None if this page was not."""
    row = connection.execute("SELECT pin FROM ordered_opener WHERE sha256 = ? AND slip = ?", (sha256, slip)).fetchone()
    return None if row is None else str(row[0])

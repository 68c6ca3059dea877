"""How often passkeys and security keys have signed, so that two that count as one are noticed (WebAuthn section 6.1.1)."""

from sekisho.custody.signatures import Checked
from sekisho.errors import Refused
from sekisho.sql import Connection

SCHEMA_3 = """
CREATE TABLE signature_counter (
    key     TEXT PRIMARY KEY,
    counter INTEGER NOT NULL
) STRICT;
"""


def advance(connection: Connection, checked: Checked, *, person: str) -> None:
    """Remember a signature's counter, inside the transaction that takes it; what does not count says 0 for ever.

    Raises:
        Refused: as many or more were seen of this key before.
    """
    row = connection.execute("SELECT counter FROM signature_counter WHERE key = ?", (checked.key,)).fetchone()
    last = row[0] if row else 0
    if checked.counter <= last and (checked.counter or last):
        raise Refused("custody.passkey_counter", person=person, counter=checked.counter, last=last)
    if checked.counter:
        connection.execute(
            "INSERT INTO signature_counter (key, counter) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET counter = excluded.counter",
            (checked.key, checked.counter),
        )

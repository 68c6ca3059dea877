"""Values in the open: who may have a scan show them, and the entry that says that somebody did."""

import hashlib
from collections.abc import Sequence

from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.signing.keys import SigningKey

_REVEALERS = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)


def record_reveal(office: Office, sources: Sequence[str], *, key: SigningKey) -> None:
    """Write down that a person has the values of some sources shown, before they are.

    The ledger learns how many sources there are and the digest of their names, not the names: a file may be called by
    somebody's name.

    Args:
        office: whose register knows the person.
        sources: what is scanned, as it was asked for.
        key: of the person.

    Raises:
        Refused: the key belongs to nobody in the register, or to somebody who may not.
    """
    person = office.register.owner(key.public)
    office.register.require_role(person, *_REVEALERS)
    names = "\n".join(sorted(sources)).encode("utf-8", "surrogateescape")
    with office.ledger.transaction() as tx:
        tx.append(
            "scan.revealed",
            fields={"sources": len(sources), "sha256": hashlib.sha256(names).hexdigest(), "by": [key.public.id]},
        )

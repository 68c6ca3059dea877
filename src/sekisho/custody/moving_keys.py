"""Taking the custodian's key-encryption keys to another back-end: from a file into a token, say; two persons decide."""

from collections.abc import Sequence

from sekisho.custody.checking import two_persons
from sekisho.custody.office import Office
from sekisho.custody.register import DECIDERS
from sekisho.signing.keys import SigningKey


def move_keys(office: Office, to: str, *, keys: Sequence[SigningKey]) -> int:
    """Wrap every share anew under a key at another back-end, destroy the old keys, and return the new epoch.

    A kill at any point is repaired by the next start.

    Args:
        office: the office.
        to: the new back-end's address.
        keys: of two persons.

    Raises:
        Misuse: there is no such back-end.
        Refused: fewer than two who may; the keys are there already; a destruction or an earlier move is not finished.
        Missing, NoKey, MediumError: one of the two back-ends cannot be used; before the new epoch, nothing is changed.
    """
    deciders = two_persons(office.register, [key.public for key in keys], *DECIDERS)
    office.finish_destructions()
    with office.ledger.transaction() as tx:
        epoch = office.move.begin(tx, to=to, keys=deciders.values())
    office.finish_destructions()
    return epoch

"""Stopping what is out: suspend by anybody on shift, lift and destroy by two persons."""

from collections.abc import Sequence

from sekisho.custody import records
from sekisho.custody.handing import sealed_parts
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Role
from sekisho.errors import Refused
from sekisho.signing.keys import SigningKey

_DECIDERS = (Role.APPROVER, Role.KEY_OFFICER)


def suspend_copy(office: Office, slip: str) -> CopyRow:
    """Stop every release of a copy.

    Raises:
        NotFound: there is no such copy.
        Refused: it is not sealed.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    with office.ledger.transaction() as tx:
        office.custodian.suspend(tx, cid)
    return row


def lift_suspension(office: Office, slip: str, *, keys: Sequence[SigningKey]) -> CopyRow:
    """Lift a suspension; two persons, and never for a copy reported lost.

    Raises:
        Refused: just that.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    ids = _two_deciders(office, keys)
    with office.ledger.transaction() as tx:
        office.custodian.lift(tx, cid, keys=ids)
    return row


def destroy_share(office: Office, slip: str, *, keys: Sequence[SigningKey]) -> CopyRow:
    """Destroy a copy's share without a loss; two persons, for good.

    Raises:
        Refused: fewer than two who may.
    """
    row = records.get_copy(office.ledger.connection, slip)
    cid, _ = sealed_parts(row)
    ids = _two_deciders(office, keys)
    with office.ledger.transaction() as tx:
        office.destruction.begin(tx, cid, reason="superseded", keys=ids)
    office.finish_destructions()
    return row


def _two_deciders(office: Office, keys: Sequence[SigningKey]) -> list[str]:
    register = office.register
    persons = {}
    for key in keys:
        person = register.owner(key.public)
        register.require_role(person, *_DECIDERS)
        persons[person.id] = key.public.id
    if len(persons) < 2:
        raise Refused("custodian.approvals_missing", have=len(persons), need=2)
    return sorted(persons.values())

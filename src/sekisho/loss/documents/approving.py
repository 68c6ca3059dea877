"""Approving documents: two persons, each of what they read. What is approved is a digest of the words; other words are a draft again.

The text stands behind the commitment of the ledger's entry.
"""

from collections.abc import Sequence

import msgspec

from sekisho.clock import to_text
from sekisho.custody import incident_records
from sekisho.custody.office import Office
from sekisho.loss.documents.draft import Draft
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.documents.statements import PUBLISHERS
from sekisho.signing.keys import SigningKey
from sekisho.sql import Connection

_KIND = "approval"
_NEEDED = 2


class Approval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's approval of one document.

    Attributes:
        document: its name, such as ``letter.ja``.
        digest: of what it said.
        person: id of who approved it.
        by: id of the key.
        at: when, as text.
    """

    document: str
    digest: str
    person: str
    by: str
    at: str


def approve(office: Office, number: int, drafts: Sequence[Draft], *, key: SigningKey) -> list[str]:
    """Approve documents as they stand; return the names of those that two persons have approved now.

    Raises:
        NotFound: there is no such incident.
        Refused: the key is of nobody who may.
    """
    register = office.register
    person = register.owner(key.public)
    register.require_role(person, *PUBLISHERS)
    with office.ledger.transaction() as tx:
        known = approvals(tx.connection, number)
        for each in drafts:
            if any((one.digest, one.person) == (each.digest, person.id) for one in known):
                continue
            approval = Approval(
                document=each.name, digest=each.digest, person=person.id, by=key.public.id, at=to_text(tx.at)
            )
            index = tx.append(
                "document.approved",
                fields={"incident": number, "document": each.name, "digest": each.digest, "by": key.public.id},
                details={"text": to_plain_text(each, approved=True)},
            )
            incident_records.add_record(tx.connection, number, _KIND, index, approval)
        return [each.name for each in drafts if is_approved(each, approvals(tx.connection, number))]


def approvals(connection: Connection, number: int) -> list[Approval]:
    """Return every approval of an incident's documents, oldest first."""
    incident_records.get_incident(connection, number)
    return [each for _, _, each in incident_records.records_of(connection, number, _KIND, Approval)]


def is_approved(draft: Draft, given: Sequence[Approval]) -> bool:
    """Tell whether two persons approved a document as it stands. Pure."""
    persons = {each.person for each in given if (each.document, each.digest) == (draft.name, draft.digest)}
    return len(persons) >= _NEEDED

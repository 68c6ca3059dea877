"""Approving a draft: two persons, of exactly what it says. Another fact, another word, and it is a draft again.

The ledger's leaf holds the digest of what was approved and the ids of both keys; the text stands behind its commitment.
"""

import contextlib
from collections.abc import Sequence

import msgspec

from sekisho.clock import to_text
from sekisho.custody import incident_records
from sekisho.custody.checking import two_persons
from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.errors import NotFound, Refused
from sekisho.loss.documents.draft import Draft
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import DocumentKind, DocumentLanguage, languages_of
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.documents.shelf import document_shelf
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.reading import read_case
from sekisho.signing.keys import SigningKey

KIND = "document"
APPROVERS = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)


class Approval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document as two persons approved it.

    Attributes:
        name: of it, without an ending.
        kind: what it is.
        language: in which.
        digest: of what it says.
        facts: the number of the newest fact that it was made from.
        at: when.
        by: ids of the keys of who approved it.
    """

    name: str
    kind: str
    language: str
    digest: str
    facts: int
    at: str
    by: tuple[str, ...]


def drafts(
    office: Office, case: Case, *, kinds: Sequence[DocumentKind] = (), languages: Sequence[DocumentLanguage] = ()
) -> list[Draft]:
    """Return drafts of a case by the office's templates, those that there is a template for where none is named.

    Args:
        office: whose templates go first.
        case: what is known.
        kinds: which; all, if not given.
        languages: in which; all of each kind, if not given.

    Raises:
        NotFound: a kind that was named has no template in any of the languages.
        Refused: a fact that may be heard gives a secret one away.
    """
    shelf, found = document_shelf(office.home.root), list[Draft]()
    for kind in kinds or DocumentKind:
        of_kind = list[Draft]()
        for language in languages_of(kind):
            if not languages or language in languages:
                with contextlib.suppress(NotFound):
                    of_kind.append(draft(case, kind, language, shelf=shelf))
        if kinds and not of_kind:
            raise NotFound("loss.no_template", template=".".join((kind, *languages[:1])))
        found += of_kind
    return found


def approve(
    office: Office, number: int, kind: DocumentKind, language: DocumentLanguage, *, keys: Sequence[SigningKey]
) -> tuple[int, Draft]:
    """Approve what a document says now; two persons. Return the index of the entry, and the draft that is none any more.

    Raises:
        NotFound: there is no such incident, or no template.
        Refused: fewer than two who may; a fact without which it is not complete is not known; it would give a secret away.
    """
    persons = two_persons(office.register, [key.public for key in keys], *APPROVERS)
    case = read_case(office, number)
    written = draft(case, kind, language, shelf=document_shelf(office.home.root))
    if written.missing:
        raise Refused("loss.not_complete", document=written.name, missing=" ".join(written.missing))
    newest = max((fact.n for fact in case.facts.stated), default=0)
    with office.ledger.transaction() as tx:
        approval = Approval(
            name=written.name,
            kind=kind.value,
            language=language,
            digest=written.digest,
            facts=newest,
            at=to_text(tx.at),
            by=tuple(sorted(persons.values())),
        )
        index = tx.append(
            "document.approved",
            fields={
                "incident": number,
                "document": written.name,
                "digest": written.digest,
                "facts": newest,
                "by": list(approval.by),
            },
            details={"text": to_plain_text(written, approved=True)},
        )
        incident_records.add_record(tx.connection, number, KIND, index, approval)
    return index, written


def approvals(office: Office, number: int) -> list[Approval]:
    """Return what was approved of an incident, oldest first.

    Raises:
        NotFound: there is no such incident.
    """
    incident_records.get_incident(office.ledger.connection, number)
    return [record for _, _, record in incident_records.records_of(office.ledger.connection, number, KIND, Approval)]


def is_approved(written: Draft, approved: Sequence[Approval]) -> bool:
    """Tell whether two persons approved exactly what a draft says. Pure."""
    return any((each.name, each.digest) == (written.name, written.digest) for each in approved)

"""Writing drafts into a folder: text to copy, JSON for programs, PDF for paper; whole or not at all.

Letters and mails are written once for every set of kinds of data, for each person reads only what concerns that person.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho.custody.office import Office
from sekisho.custody.paper.typeset import ready_fonts
from sekisho.errors import MediumError, Misuse
from sekisho.files import replacing_folder
from sekisho.loss.documents.approving import Approval, approvals, is_approved
from sekisho.loss.documents.choosing import kinds_for
from sekisho.loss.documents.draft import Concerned, Draft
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import TO_PERSONS, DocumentKind, DocumentLanguage, languages_of
from sekisho.loss.documents.printing import print_draft
from sekisho.loss.documents.rendering import to_document, to_plain_text
from sekisho.loss.documents.shelf import document_shelf
from sekisho.loss.incident.case import Case

_MOST_SETS = 16


def drafts_of(
    office: Office, case: Case, kinds: Sequence[DocumentKind] = (), languages: Sequence[DocumentLanguage] = ()
) -> list[Draft]:
    """Return drafts of a case.

    Args:
        office: whose templates are used.
        case: what they are written from.
        kinds: which; those that the case asks for, if none are named.
        languages: in which; all that each kind is written in, if none are named.

    Raises:
        Refused: a draft would give a secret fact away.
        Unreadable: a template of the office is none.
    """
    shelf = document_shelf(office.home.root)
    return [
        draft(case, kind, language, concerned=concerned, shelf=shelf)
        for kind in kinds or kinds_for(case)
        for language in languages_of(kind)
        if not languages or language in languages
        for concerned in (_concerned(case) if kind in TO_PERSONS else [None])
    ]


def write_drafts(office: Office, case: Case, drafts: Sequence[Draft], folder: Path, *, pdf: bool = False) -> list[str]:
    """Write drafts into a new folder, and their digests into the ledger; return the names of the files.

    Raises:
        Misuse: the folder exists.
        Missing: PDFs are asked for, and typst or the fonts are not installed.
        MediumError: the disk refused.
    """
    if os.path.lexists(folder):
        raise Misuse("loss.exists", path=folder)
    given = approvals(office.ledger.connection, case.incident)
    files = _files(drafts, given)
    if pdf:
        files |= dict(_pdfs(office, case, drafts, given))
    with office.ledger.transaction() as tx:
        digests = {each.name: each.digest for each in drafts}
        tx.append("document.drafted", fields={"incident": case.incident, "documents": digests})
    office.note(folder.parent)
    try:
        with replacing_folder(folder) as partial:
            for name, content in files.items():
                (partial / name).write_bytes(content)
    except FileExistsError:
        raise Misuse("loss.exists", path=folder) from None
    except OSError as error:
        raise MediumError("loss.disk", path=folder) from error
    return sorted(files)


def _files(drafts: Sequence[Draft], given: Sequence[Approval]) -> dict[str, bytes]:
    files = {f"{each.name}.txt": to_plain_text(each, approved=is_approved(each, given)).encode() for each in drafts}
    documents = [to_document(each, approved=is_approved(each, given)) for each in drafts]
    files["drafts.json"] = json.dumps(documents, ensure_ascii=False, indent=2).encode() + b"\n"
    return files


def _pdfs(
    office: Office, case: Case, drafts: Sequence[Draft], given: Sequence[Approval]
) -> Iterator[tuple[str, bytes]]:
    shelf = document_shelf(office.home.root)
    fonts = ready_fonts(shelf)
    for each in drafts:
        printed = print_draft(
            each, shelf, fonts=fonts, office=office.settings.name, zone=case.zone, approved=is_approved(each, given)
        )
        yield f"{each.name}.pdf", printed.pdf


def _concerned(case: Case) -> list[Concerned | None]:
    """Return whom a letter is written to: one set of kinds after the other, the largest first."""
    found = [Concerned(kinds=kinds, name=f"set-{n}") for n, (kinds, _) in enumerate(case.by_field_set, 1)]
    return [*found[:_MOST_SETS]] or [None]

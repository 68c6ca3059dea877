"""The statement log: what the office has said in public, numbered and dated, each with what changed since the one before.

Two persons publish. What was published is never edited; what has changed is said in the next one. The ledger holds the digest
of each text, so that nobody can say later that another was on the page.
"""

import difflib
import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from sekisho.clock import to_text
from sekisho.custody import incident_records
from sekisho.custody.checking import two_persons
from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.errors import Refused
from sekisho.loss.documents.draft import Draft
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import DocumentKind
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.documents.shelf import document_shelf
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.settings import read_incident_settings
from sekisho.signing.keys import SigningKey

KIND = "statement"
PUBLISHERS = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)


class SaidLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a statement: how it stands, its label where it is a row, and its text."""

    style: str
    label: str
    text: str


class SaidSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section of a statement."""

    heading: str
    lines: tuple[SaidLine, ...]


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement in one language.

    Attributes:
        title: what it is called.
        sections: what it says.
        text: the same as plain text, of which the ledger holds the digest.
        digest: of what it says, as that of its draft: who published it approved this.
    """

    title: str
    sections: tuple[SaidSection, ...]
    text: str
    digest: str

    @property
    def sha256(self) -> str:
        """The digest of the plain text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def lines(self) -> list[str]:
        """What it says, line by line, without the blank ones; the moment at which it was made is no news."""
        said = [self.title]
        for section in self.sections:
            said += [
                section.heading,
                *(f"{line.label} {line.text}".strip() for line in section.lines if not _dates(line)),
            ]
        return [line for line in said if line]


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement as it was published.

    Attributes:
        n: its number within the incident, from 1.
        at: when it was published.
        facts: the number of the newest fact that it was made from.
        said: language → what it says.
        by: ids of the keys of who published it.
    """

    n: int
    at: str
    facts: int
    said: dict[str, Said]
    by: tuple[str, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was added or taken away from one statement to the next."""

    added: bool
    line: str


def publish(office: Office, number: int, *, keys: Sequence[SigningKey]) -> Statement:
    """Publish what the facts say now; two persons.

    Args:
        office: the office.
        number: of the incident.
        keys: of two persons who may.

    Raises:
        NotFound: there is no such incident.
        Refused: fewer than two who may; a draft would give a secret fact away; or nothing has changed since the last one.
    """
    persons = two_persons(office.register, [key.public for key in keys], *PUBLISHERS)
    case = read_case(office, number)
    languages = read_incident_settings(office.home.root).languages
    shelf = document_shelf(office.home.root)
    said: dict[str, Said] = {
        each: said_of(draft(case, DocumentKind.STATEMENT, each, shelf=shelf)) for each in languages
    }
    newest = max((fact.n for fact in case.facts.stated), default=0)
    with office.ledger.transaction() as tx:
        before = statements(office, number)
        if before and _is_said(before[-1], said):
            raise Refused("loss.nothing_new", incident=number, n=before[-1].n)
        statement = Statement(
            n=len(before) + 1, at=to_text(tx.at), facts=newest, said=said, by=tuple(sorted(persons.values()))
        )
        index = tx.append(
            "statement.published",
            fields={
                "incident": number,
                "n": statement.n,
                "files": {f"statement.{language}.txt": each.sha256 for language, each in said.items()},
                "by": list(statement.by),
            },
        )
        incident_records.add_record(tx.connection, number, KIND, index, statement)
    return statement


def statements(office: Office, number: int) -> list[Statement]:
    """Return what was published of an incident, oldest first.

    Raises:
        NotFound: there is no such incident.
    """
    connection = office.ledger.connection
    incident_records.get_incident(connection, number)
    return [record for _, _, record in incident_records.records_of(connection, number, KIND, Statement)]


def changes(before: Said | None, now: Said) -> list[Change]:
    """Return which lines came and which went from one statement to the next; none of the first. Pure."""
    if before is None:
        return []
    compared = difflib.ndiff(before.lines, now.lines)
    return [Change(added=line[0] == "+", line=line[2:]) for line in compared if line[0] in "+-"]


def said_of(written: Draft) -> Said:
    """Return a draft as a statement keeps it. Pure."""
    sections = tuple(
        SaidSection(
            heading=section.heading,
            lines=tuple(
                SaidLine(style=line.style.value, label=line.label_text, text=line.text) for line in section.lines
            ),
        )
        for section in written.sections
    )
    return Said(
        title=written.title, sections=sections, text=to_plain_text(written, approved=True), digest=written.digest
    )


def _is_said(last: Statement, said: Mapping[str, Said]) -> bool:
    """Tell whether the last statement says all of it."""
    return last.said.keys() == said.keys() and all(last.said[each].lines == now.lines for each, now in said.items())


def _dates(line: SaidLine) -> bool:
    """Tell whether a line says of what day and by whom a statement is, which stands to the right."""
    return line.style == "right"

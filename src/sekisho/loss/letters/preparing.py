"""From an incident to its letters: whom to write to, segment by segment, and what each segment is told.

The address table is read where it lies; names and addresses stay in memory until two persons print them
(:mod:`sekisho.loss.letters.exporting`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sekisho.catalogue.words import Language
from sekisho.custody.office import Office
from sekisho.custody.paper.dates import day_words
from sekisho.custody.paper.shelf import shelf_of
from sekisho.custody.paper.typeset import ready_fonts
from sekisho.errors import NotFound
from sekisho.loss.affected.contacts import read_contacts
from sekisho.loss.affected.listing import people_frame
from sekisho.loss.affected.people import keep_flags, people_of
from sekisho.loss.affected.roles import Mapped
from sekisho.loss.affected.segments import Group, Segment, segments_of
from sekisho.loss.documents.draft import Concerned
from sekisho.loss.documents.drafting import must_not_give_away, write_draft
from sekisho.loss.documents.kinds import DocumentKind
from sekisho.loss.documents.shelf import document_shelf, load_template
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.reading import read_case
from sekisho.loss.letters.body import draft_body, plain_body
from sekisho.loss.letters.envelopes import Envelope
from sekisho.loss.letters.exporting import letters_key
from sekisho.loss.letters.mailing import Mailing
from sekisho.loss.letters.master import Body
from sekisho.loss.letters.recipients import Recipients, recipients

_WRITTEN_TO = (Group.OTHERS, Group.MINORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A segment that is written to.

    Attributes:
        segment: it.
        to: whom letters go to.
    """

    segment: Segment
    to: Recipients


def written_to(
    office: Office, number: int, contacts: Sequence[Path], *, mapped: Mapped | None = None, only: Sequence[str] = ()
) -> list[Written]:
    """Return the segments that get letters, with whom they go to; what the address table says of people is kept.

    Args:
        office: whose.
        number: the incident.
        contacts: the office's address tables.
        mapped: which column is what, where headers do not say it.
        only: ids of the segments that are asked for; all that may be written to, if none is named.

    Raises:
        NotFound: there is no such incident, or a segment is not among those that may be written to.
        SekishoError: as :func:`~sekisho.loss.affected.contacts.read_contacts`.
    """
    people = people_of(office, number)
    read = read_contacts(office, contacts, people.found.index.everybody(), mapped=mapped)
    keep_flags(office, number, read.flags)
    frame = people_frame(office, number, read, people=people)
    renewed = people.renewed(read.flags)
    known = [each for each in segments_of(renewed.found.index, renewed.flags).segments if each.group in _WRITTEN_TO]
    for name in only:
        if name not in {each.id for each in known}:
            raise NotFound("loss.no_such_segment", segment=name)
    return [Written(segment=each, to=recipients(frame, each.id)) for each in known if not only or each.id in only]


def everybody_written_to(written: Sequence[Written]) -> Recipients:
    """Return whom the letters of several segments go to, as one: to make out whose letter came back."""
    frames = [each.to.letters for each in written]
    held = tuple(held for each in written for held in each.to.held)
    withheld = sum(each.to.withheld for each in written)
    return Recipients(pl.concat(frames) if frames else recipients_of_nobody(), held, withheld)


def recipients_of_nobody() -> pl.DataFrame:
    """Return the letters of a mailing to nobody."""
    texts = dict.fromkeys(("person", "name", "postal_code", "address"), pl.String)
    return recipients(pl.DataFrame(schema=texts)).letters


def prepare_letters(
    office: Office,
    number: int,
    written: Sequence[Written],
    envelope: Envelope,
    *,
    language: Language,
    text: str | None = None,
    duplex: bool = False,
) -> list[Mailing]:
    """Return the letters of segments, ready to be printed.

    Args:
        office: whose.
        number: the incident.
        written: the segments, with whom they go to.
        envelope: in which they go.
        language: of the letter.
        text: what it says, as somebody wrote it; each segment's own draft, if not given.
        duplex: whether both sides of a sheet are printed.

    Raises:
        Missing: typst or the fonts are not installed.
        Refused: a draft or the text gives a secret away, or a draft lacks a fact.
        SekishoError: as :func:`~sekisho.loss.incident.reading.read_case`.
    """
    fonts, key = ready_fonts(shelf_of(office.home.root)), letters_key(office, number)
    case = read_case(office, number)
    return [
        Mailing(
            segment=each.segment.id,
            to=each.to,
            body=letter_body(office, case, each.segment, language=language, text=text),
            envelope=envelope,
            fonts=fonts,
            key=key,
            at=case.at,
            duplex=duplex,
        )
        for each in written
        if each.to.letters.height
    ]


def letter_body(office: Office, case: Case, segment: Segment, *, language: Language, text: str | None) -> Body:
    """Return what a segment's letter says; raises as :func:`prepare_letters`."""
    date = day_words(office.day(case.at), language, years="era" if language == "ja" else "western")
    public = case.facts.visible_to(Visibility.PUBLIC)
    unit = [public.text(key) for key in ("contact_unit", "contact_phone")]
    sender = [line for line in unit if line] or [office.settings.phone]
    name = public.text("controller_name") or office.settings.name
    if text is not None:
        must_not_give_away(case, text, "letter")
        return plain_body(text, office=name, sender=sender, date=date, language=language)
    template = load_template(document_shelf(office.home.root).folders, DocumentKind.LETTER, language)
    concerned = Concerned(kinds=segment.kinds, guardian=segment.is_guardian_told, name=segment.id)
    draft = write_draft(case, template, DocumentKind.LETTER, language, concerned=concerned)
    return draft_body(draft, office=name, sender=sender, date=date, language=language)

"""What a letter says: from the incident's draft, or from a text that somebody wrote."""

from collections.abc import Sequence

from sekisho.catalogue.words import Language
from sekisho.errors import Refused
from sekisho.loss.documents.draft import Draft, Section
from sekisho.loss.documents.rendering import line_text
from sekisho.loss.documents.template import Style
from sekisho.loss.letters.master import Body

_APART = frozenset({Style.PARAGRAPH, Style.STATE, Style.CENTRE})


def draft_body(draft: Draft, *, office: str, sender: Sequence[str], date: str, language: Language) -> Body:
    """Return a letter from a draft; day, office and signature, which a draft has at its right, go where the envelope has room.

    Raises:
        Refused: a fact is missing without which it is not complete; a city gets no letter with a gap in it.
    """
    if draft.missing:
        raise Refused("loss.letter_missing", facts=" ".join(draft.missing))
    head = [line.text for section in draft.sections if _is_head(section) for line in section.lines]
    day, who, *signed = head if len(head) > 1 else (date, office)
    return Body(
        title=draft.title,
        sections=tuple((section.heading, _text(section)) for section in draft.sections if not _is_head(section)),
        office=who,
        sender=(*signed, *sender),
        date=day,
        language=language,
    )


def plain_body(text: str, *, office: str, sender: Sequence[str], date: str, language: Language) -> Body:
    r"""Return a letter from a text: its first line is the subject, a line that begins with ``#`` is a heading.

    >>> body = plain_body("Lost\n\nWe are sorry.\n\n# What\nName", office="City", sender=[], date="", language="en")
    >>> body.title, body.sections
    ('Lost', (('', 'We are sorry.'), ('What', 'Name')))
    """
    title, _, rest = text.strip().partition("\n")
    sections = [("", list[str]())]
    for line in rest.splitlines():
        if line.startswith("#"):
            sections.append((line.lstrip("# ").strip(), []))
        else:
            sections[-1][1].append(line.rstrip())
    found = [(heading, "\n".join(lines).strip()) for heading, lines in sections]
    return Body(
        title=title.strip(),
        sections=tuple((heading, text) for heading, text in found if heading or text),
        office=office,
        sender=tuple(sender),
        date=date,
        language=language,
    )


def _is_head(section: Section) -> bool:
    """Tell whether a section is the day, the office and who signs for it."""
    return not section.heading and all(line.style is Style.RIGHT for line in section.lines)


def _text(section: Section) -> str:
    """Return a section's lines; an empty line parts paragraphs, and rows and bullets stand together."""
    text = ""
    for line in section.lines:
        between = "" if not text else "\n\n" if line.style in _APART else "\n"
        text += between + line_text(line)
    return text

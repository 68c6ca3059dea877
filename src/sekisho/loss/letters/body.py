"""What a letter says: from a draft that two persons approved, or from a text that somebody wrote."""

from collections.abc import Sequence

from sekisho.catalogue.words import Language
from sekisho.loss.letters.master import Body


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

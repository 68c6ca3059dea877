"""A draft as a PDF: the same lines as its text, for who signs and files it; PDF/A-2a, with the draft's mark until it is approved."""

from collections.abc import Mapping
from typing import Any

from sekisho.catalogue.words import area_words, say
from sekisho.clock import to_local
from sekisho.custody.paper.glyphs import Fonts
from sekisho.custody.paper.shelf import Shelf
from sekisho.custody.paper.typeset import Printed, print_data
from sekisho.loss.documents.draft import Draft
from sekisho.loss.documents.kinds import base_language
from sekisho.loss.documents.rendering import before_sending

_TEMPLATE = "document"


def print_draft(draft: Draft, shelf: Shelf, *, fonts: Fonts, office: str, zone: str, approved: bool = False) -> Printed:
    """Set a draft.

    Args:
        draft: what it says.
        shelf: where the template comes from.
        fonts: those it may use.
        office: whose document it is.
        zone: of the clocks on the office's wall.
        approved: whether two persons approved it as it stands.

    Raises:
        Missing: typst is not installed.
        NotFound, Unreadable: the template is not there, or none.
    """
    data = _data(draft, office=office, zone=zone, approved=approved)
    template = shelf.template(_TEMPLATE)
    return print_data(data, template, language=base_language(draft.language), at=draft.at, fonts=fonts)


def _data(draft: Draft, *, office: str, zone: str, approved: bool) -> Mapping[str, Any]:
    base = base_language(draft.language)
    words = area_words("document")
    foot = words["foot"][base].format(incident=draft.incident, at=to_local(draft.at, zone), digest=draft.digest[:16])
    return {
        "title": draft.title,
        "office": office,
        "language": base,
        "mark": "" if approved else words["draft_mark"][base],
        "before": [] if approved else [words["draft"][base], *before_sending(draft)],
        "ledger": foot,
        "words": {"page_of": say("paper.page_of", base)},
        "sections": [
            {
                "heading": section.heading,
                "field": words["field"][base].format(field=section.field) if section.field else "",
                "lines": [
                    {"style": line.style.value, "label": line.label_text, "text": line.text} for line in section.lines
                ],
            }
            for section in draft.sections
        ],
    }

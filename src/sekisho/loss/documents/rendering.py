"""A draft as text to copy, and as JSON. Pure."""

from collections.abc import Iterator

from sekisho.catalogue.words import area_words
from sekisho.clock import to_text
from sekisho.loss.documents.draft import Draft, Line, Section
from sekisho.loss.documents.kinds import base_language
from sekisho.loss.documents.template import Style
from sekisho.loss.facts.vocabulary import fact_kind

_WIDTH = 40


def to_plain_text(draft: Draft, *, approved: bool = False) -> str:
    """Return a draft as text; until two persons approved it, it says first that it is a draft and what is still to do."""
    words, base = area_words("document"), base_language(draft.language)
    lines = [] if approved else [words["draft"][base], *before_sending(draft), ""]
    lines += [draft.title, ""]
    for section in draft.sections:
        lines += [*_section(section, draft), ""]
    return "\n".join(lines).rstrip() + "\n"


def before_sending(draft: Draft) -> list[str]:
    """Return what has to be done before a draft is sent: facts to be found out, texts to be translated."""
    words, base = area_words("document"), base_language(draft.language)
    separator = ", " if base == "en" else "、"
    lines = []
    for name, keys in (("still_missing", draft.missing), ("untranslated", draft.untranslated)):
        if keys:
            what = separator.join(f"{fact_kind(key).label(base)} ({key})" for key in keys)
            lines.append(words[name][base].format(what=what))
    return lines


def to_document(draft: Draft, *, approved: bool = False) -> dict[str, object]:
    """Return a draft for programs; documented in ``docs/reference/documents.md``."""
    return {
        "kind": draft.kind.value,
        "language": draft.language,
        "name": draft.name,
        "incident": draft.incident,
        "at": to_text(draft.at),
        "title": draft.title,
        "approved": approved,
        "digest": draft.digest,
        "sections": [
            {
                "id": section.id,
                "heading": section.heading,
                "field": section.field,
                "lines": [
                    {"style": line.style.value, "label": line.label_text, "text": line.text} for line in section.lines
                ],
            }
            for section in draft.sections
        ],
        "used": {name: list(facts) for name, facts in draft.used().items()},
        "missing": list(draft.missing),
        "untranslated": list(draft.untranslated),
    }


def line_text(line: Line) -> str:
    """Return a line as it stands in plain text."""
    match line.style:
        case Style.BULLET:
            return f"・{line.text}" if not line.text.isascii() else f"- {line.text}"
        case Style.ROW:
            return f"{line.label_text}: {line.text}" if line.label_text.isascii() else f"{line.label_text}：{line.text}"
        case Style.RIGHT:
            return f"{line.text:>{_WIDTH}}"
        case Style.STATE:
            return f"【{line.text}】" if not line.text.isascii() else f"** {line.text} **"
        case _:
            return line.text


def _section(section: Section, draft: Draft) -> Iterator[str]:
    if section.heading:
        yield f"■ {section.heading}" if draft.language != "en" else f"# {section.heading}"
    if section.field:
        words, base = area_words("document"), base_language(draft.language)
        yield words["field"][base].format(field=section.field)
    before: Style | None = None
    for line in section.lines:
        if before is Style.PARAGRAPH and line.style is Style.PARAGRAPH and draft.language == "en":
            yield ""
        yield line_text(line)
        before = line.style

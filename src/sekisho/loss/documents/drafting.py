"""Writing a draft from a case and a template. Pure: the same case and the same template are the same words.

Before anything is written the facts are cut down to those that the reader may hear, so that no template can reach a secret
one; when it is written, everything in it is searched for what gives a secret one away, whoever typed it where.
"""

from collections.abc import Sequence
from dataclasses import replace

from sekisho.custody.paper.shelf import Shelf
from sekisho.errors import Refused
from sekisho.loss.documents.blocks import BLOCKS, block, missing
from sekisho.loss.documents.draft import Concerned, Draft, Line, Piece, Section, digest_of
from sekisho.loss.documents.kinds import AUDIENCE, DocumentKind, DocumentLanguage
from sekisho.loss.documents.shelf import document_shelf, load_template
from sekisho.loss.documents.template import (
    DocumentTemplate,
    Placeholder,
    Style,
    TemplateLine,
    TemplateSection,
)
from sekisho.loss.documents.values import Values, joined
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.facts.giveaway import given_away, gives_away
from sekisho.loss.incident.case import Case


def draft(
    case: Case,
    kind: DocumentKind,
    language: DocumentLanguage,
    *,
    concerned: Concerned | None = None,
    shelf: Shelf | None = None,
) -> Draft:
    """Write a draft from the shelf's template; what is shipped, if no shelf is given. Raises as the two steps do."""
    template = load_template((shelf or document_shelf()).folders, kind, language)
    return write_draft(case, template, kind, language, concerned=concerned)


def write_draft(
    case: Case,
    template: DocumentTemplate,
    kind: DocumentKind,
    language: DocumentLanguage,
    *,
    concerned: Concerned | None = None,
) -> Draft:
    """Write a draft.

    Args:
        case: what is known.
        template: its words.
        kind: what it is, and so who reads it.
        language: of the template.
        concerned: whom a letter is for; everybody on the copies, if not given.

    Raises:
        Refused: a fact that may be heard gives a secret one away, or the finished text does; the fact is named, what it
            says is not.
    """
    for key, secret in given_away(case.facts):
        raise Refused("loss.secret_in_fact", fact=key, secret=secret)
    most = min(AUDIENCE[kind], Visibility.INTERNAL)
    values = Values(case=case, facts=case.facts.visible_to(most), language=language, concerned=concerned)
    writer = _Writer(values, template)
    sections = tuple(
        Section(id=each.id, heading=each.heading, field=each.field, lines=lines)
        for each in template.sections
        if writer.wanted(each) and (lines := tuple(writer.lines(each)))
    )
    draft = Draft(
        kind=kind,
        language=language,
        name=".".join(part for part in (kind.value, concerned.name if concerned else "", language) if part),
        incident=case.incident,
        at=case.at,
        title=template.title,
        sections=sections,
        missing=missing(values, template.needs),
        untranslated=tuple(sorted(values.untranslated)),
    )
    must_not_give_away(case, draft_words(draft), draft.name, generic=kind is not DocumentKind.DO_NOT_SAY)
    return replace(draft, digest=digest_of(kind, language, draft.title, sections))


def must_not_give_away(case: Case, text: str, name: str, *, generic: bool = True) -> None:
    """Search a finished text for what gives a secret fact away.

    Raises:
        Refused: it does; the secret fact is named, what it says is not.
    """
    for secret in gives_away(text, case.facts, generic=generic):
        raise Refused("loss.secret_in_draft", document=name, secret=secret)


def draft_words(draft: Draft) -> str:
    """Return everything that a draft says."""
    lines = [draft.title]
    for section in draft.sections:
        lines += [section.heading, section.field]
        lines += [f"{line.label_text} {line.text}" for line in section.lines]
    return "\n".join(lines)


class _Writer:
    """Writes the sections of one document."""

    def __init__(self, values: Values, template: DocumentTemplate) -> None:
        self.values = values
        self.template = template

    def wanted(self, section: TemplateSection) -> bool:
        """Tell whether all of a section's conditions hold."""
        return all(self.values.holds(each.name, each.words) is not each.negated for each in section.when)

    def lines(self, section: TemplateSection) -> list[Line]:
        """Return the lines of a section."""
        return [line for source in section.lines for line in self._lines(source)]

    def _lines(self, source: TemplateLine) -> Sequence[Line]:
        if len(source.parts) == 1 and isinstance(source.parts[0], Placeholder) and source.parts[0].name in BLOCKS:
            return self._block(source, source.parts[0])
        if source.style is Style.BULLET and len(source.parts) == 1 and isinstance(source.parts[0], Placeholder):
            return self._list(source, source.parts[0])
        if source.optional and not all(self._is_known(part) for part in (*source.label, *source.parts)):
            return ()
        return (Line(style=source.style, pieces=self._pieces(source.parts), label=self._pieces(source.label)),)

    def _is_known(self, part: str | Placeholder) -> bool:
        return isinstance(part, str) or self.values.shown(part) is not None

    def _pieces(self, parts: Sequence[str | Placeholder]) -> tuple[Piece, ...]:
        pieces = list[Piece]()
        for part in parts:
            if isinstance(part, str):
                pieces.append(Piece(text=part))
            else:
                shown = self.values.shown(part)
                pieces.append(joined(shown, self.values.language) if shown else self._unknown(part))
        return tuple(pieces)

    def _block(self, source: TemplateLine, name: Placeholder) -> Sequence[Line]:
        lines = block(name.name, self.values, self.template.needs)
        if not lines and not source.optional:
            return (Line(style=source.style, pieces=(self._unknown(name),)),)
        return lines or ()

    def _list(self, source: TemplateLine, name: Placeholder) -> Sequence[Line]:
        shown = self.values.shown(name)
        if shown is None:
            return () if source.optional else (Line(style=Style.BULLET, pieces=(self._unknown(name),)),)
        return tuple(Line(style=Style.BULLET, pieces=(piece,)) for piece in shown)

    def _unknown(self, part: Placeholder) -> Piece:
        """Return what stands where nobody knows; a fact that says so is traced too."""
        fact = None if part.name.startswith("@") else self.values.facts.get(part.name)
        return Piece(text=self.template.unknown, placeholder=str(part), facts=(fact.n,) if fact else ())

"""What stands for a line of a template that is a whole table or list: counts, a course of events, clocks, limbs. Pure."""

from collections.abc import Callable, Iterator, Mapping

from sekisho.catalogue.words import area_words
from sekisho.clock import from_text
from sekisho.loss.documents.draft import Line, Piece
from sekisho.loss.documents.kinds import DocumentLanguage, base_language
from sekisho.loss.documents.template import Style
from sekisho.loss.documents.values import Values
from sekisho.loss.documents.wording import people_words, time_words
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.facts.vocabulary import Type, fact_kind, vocabulary
from sekisho.loss.law.named import named
from sekisho.loss.law.obligation import Limb, Mark, Obligation, ObligationState

_COURSE = (
    "occurred_from", "noticed_at", "known_at", "declared_at", "suspended_at", "destroyed_at", "police_told_at",
    "controller_told_at", "regulator_told_at", "published_at", "persons_notified_at", "found_at",
)  # fmt: skip
_NOBODYS = (ObligationState.VOID, ObligationState.LISTED)
_LIKELY = (ObligationState.LIKELY_EXEMPT, ObligationState.EXEMPT_DECIDED)


def block(name: str, values: Values, needs: tuple[str, ...]) -> list[Line] | None:
    """Return the lines that a name stands for; None where it is no name of a block."""
    make = _BLOCKS.get(name)
    if name == "@missing":
        return list(_missing(values, needs))
    return None if make is None else list(make(values))


def missing(values: Values, needs: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the facts that a document needs are not known to its reader."""
    return tuple(key for key in needs if values.facts.value(key) in {None, ()})


def _row(name: str, label: str, text: str, *, facts: tuple[int, ...] = (), source: str = "") -> Line:
    return Line(
        style=Style.ROW,
        label=(Piece(text=label, placeholder=name, facts=facts, source=source),),
        pieces=(Piece(text=text, placeholder=name, facts=facts, source=source),),
    )


def _item(name: str, text: str, *, facts: tuple[int, ...] = (), source: str = "") -> Line:
    return Line(style=Style.BULLET, pieces=(Piece(text=text, placeholder=name, facts=facts, source=source),))


def _missing(values: Values, needs: tuple[str, ...]) -> Iterator[Line]:
    for key in missing(values, needs):
        yield _item("@missing", vocabulary()[key].label(base_language(values.language)), source="vocabulary")


def _by_kind(values: Values) -> Iterator[Line]:
    for kind, people in values.case.by_kind:
        yield _row("@by_kind", values.kind(kind), people_words(people, values.language), source="index")


def _by_field_set(values: Values) -> Iterator[Line]:
    separator = ", " if values.language == "en" else "・"
    for kinds, people in values.case.by_field_set:
        text = separator.join(values.kind(kind) for kind in kinds)
        yield _row("@by_field_set", people_words(people, values.language), text, source="index")


def _course(values: Values) -> Iterator[Line]:
    """The course of events: every time that the reader may hear, in the order in which they happened."""
    facts = [fact for key in _COURSE if (fact := values.facts.get(key)) and isinstance(fact.value, str)]
    for fact in sorted(facts, key=lambda each: str(each.value)):
        when = time_words(from_text(str(fact.value)), values.case.zone, values.language)
        label = fact_kind(fact.key).label(base_language(values.language))
        yield _row("@course", when, label, facts=(fact.n,))


def _obligations(values: Values) -> Iterator[Line]:
    for obligation in values.case.obligations:
        if obligation.state not in _NOBODYS:
            yield _row("@obligations", _named(obligation, values), _clock(obligation, values), source="law")


def _named(obligation: Obligation, values: Values) -> str:
    """Return what an obligation is called, with its record's id."""
    return f"{named(obligation, base_language(values.language))} ({obligation.rule})"


def _clock(obligation: Obligation, values: Values) -> str:
    words, base = area_words("document"), base_language(values.language)
    parts = [
        words[f"recipient_{obligation.recipient}"][base]
        if f"recipient_{obligation.recipient}" in words
        else obligation.recipient
    ]
    if obligation.due is not None:
        due = time_words(obligation.due, values.case.zone, values.language)
        parts.append(words["due"][base].format(due=due))
    if said := obligation.due_words.get(base):
        parts.append(said)
    parts.append(area_words("duty")[f"state_{obligation.state.value}"][base])
    parts += caveats(obligation, values.language)
    return (" · " if base == "en" else "／").join(parts)


def caveats(obligation: Obligation, language: DocumentLanguage) -> list[str]:
    """Return what has to be said beside a rule: that it is not in force, or how little its date was checked."""
    words, base = area_words("document"), base_language(language)
    found = [] if obligation.status == "in_force" else [words[f"status_{obligation.status}"][base]]
    if obligation.mark is not Mark.READ:
        found.append(words[f"mark_{obligation.mark.name.lower()}"][base])
    return found


def _limbs(values: Values) -> Iterator[Line]:
    """The limbs of the exemptions that are likely or were decided, with the evidence for each and what has to be said."""
    for obligation in values.case.obligations:
        if obligation.state in _LIKELY:
            yield Line(style=Style.PARAGRAPH, pieces=(_law_piece("@limbs", _decided(obligation, values)),))
            for limb in obligation.limbs:
                yield _limb(limb, values)


def _law_piece(name: str, text: str) -> Piece:
    return Piece(text=text, placeholder=name, source="law")


def _decided(obligation: Obligation, values: Values) -> str:
    words, base = area_words("document"), base_language(values.language)
    said = words[f"exempt_{'decided' if obligation.state is ObligationState.EXEMPT_DECIDED else 'likely'}"][base]
    sources = (", " if base == "en" else "、").join(obligation.sources)
    checked = words["checked"][base].format(on=obligation.checked_on, sources=sources)
    parts = [_named(obligation, values), said, *caveats(obligation, values.language), checked]
    return (" · " if base == "en" else "／").join(parts)


def _limb(limb: Limb, values: Values) -> Line:
    words, base = area_words("document"), base_language(values.language)
    met = {True: "limb_met", False: "limb_not_met", None: "limb_unknown"}[limb.met]
    parts = [words[met][base]]
    if limb.evidence:
        evidence = (", " if base == "en" else "、").join(limb.evidence)
        parts.append(words["limb_evidence"][base].format(evidence=evidence))
    if limb.gap:
        parts.append(words["limb_gap"][base].format(gap=_gap(limb.gap, values)))
    if limb.mark is not Mark.READ:
        parts.append(words[f"mark_{limb.mark.name.lower()}"][base])
    named = area_words("exemption").get(f"limb_{limb.limb}", {}).get(base, limb.limb)
    return _row("@limbs", named, (" · " if base == "en" else "／").join(parts), source="law")


def _gap(gap: str, values: Values) -> str:
    """Return what a gap's text id says; an id that the catalogue does not have as it stands."""
    area, _, name = gap.partition(".")
    try:
        return area_words(area)[name][base_language(values.language)]
    except (KeyError, OSError):
        return gap


def _secrets(values: Values) -> Iterator[Line]:
    """What nobody says aloud: the secret keys of the vocabulary, whether or not anything was stated of them, never a value."""
    base = base_language(values.language)
    words = area_words("document")
    for key, kind in vocabulary().items():
        if kind.visibility is Visibility.SECRET:
            hint = words[f"secret_{key}"][base] if f"secret_{key}" in words else ""
            yield _row("@secrets", kind.label(base), hint, source="vocabulary")


def _not_yet_public(values: Values) -> Iterator[Line]:
    """Which facts are stated and not for the public, by what they are about: never what they say."""
    base = base_language(values.language)
    for fact in values.facts:
        if Visibility.PUBLIC < fact.visibility < Visibility.SECRET and fact_kind(fact.key).type is not Type.FLAG:
            yield _item("@not_yet_public", fact_kind(fact.key).label(base), source="vocabulary")


def _senders(values: Values) -> Iterator[Line]:
    """Every number and address from which the office calls or writes, each once."""
    seen = set[str]()
    for key in ("official_senders", "contact_phone", "contact_email", "contact_url"):
        fact = values.facts.get(key)
        texts = () if fact is None or fact.value is None else fact.value
        for text in texts if isinstance(texts, tuple) else (str(texts),):
            assert fact is not None, "it said something"
            if text not in seen:
                seen.add(text)
                yield _item("@senders", text, facts=(fact.n,))


_BLOCKS: Mapping[str, Callable[[Values], Iterator[Line]]] = {
    "@by_kind": _by_kind,
    "@by_field_set": _by_field_set,
    "@course": _course,
    "@obligations": _obligations,
    "@limbs": _limbs,
    "@secrets": _secrets,
    "@not_yet_public": _not_yet_public,
    "@senders": _senders,
}
BLOCKS = frozenset({*_BLOCKS, "@missing"})
"""The names of what stands alone on a line."""

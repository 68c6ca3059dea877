"""What stands for a placeholder: a fact as its reader says it, or what is put together from several. Pure.

Whatever comes from a fact bears the fact's number; what comes from the index of people or from the law's evaluation says so.
Here only facts arrive that the reader may hear: a hidden one is as unknown as one that nobody stated.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sekisho.catalogue.words import area_words
from sekisho.clock import from_text
from sekisho.kinds.taxonomy import Kind, taxonomy
from sekisho.loss.documents.draft import Concerned, Piece
from sekisho.loss.documents.kinds import DocumentLanguage, base_language
from sekisho.loss.documents.plain import plain_kind, plain_state, plain_states, plain_word
from sekisho.loss.documents.template import Placeholder
from sekisho.loss.documents.wording import (
    count_words,
    date_words,
    listed,
    people_words,
    time_words,
    times_words,
)
from sekisho.loss.facts.fact import Fact, Facts
from sekisho.loss.facts.vocabulary import Type, fact_kind, vocabulary
from sekisho.loss.incident.case import Case

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_STATE_FACTS = (
    "releases", "releases_by_voice", "releases_by_envelopes", "erased_at", "escrow_left", "escrow_threshold", "peers_count",
    "peers_needed",
)  # fmt: skip
_COUNT_LINE = ("releases", "releases_by_voice", "releases_by_envelopes")
_UNKNOWN_STATE = {False: "lost_unknown", True: "found_unknown"}
_YES_NO = {"en": ("no", "yes"), "ja": ("なし", "あり"), "ja-plain": ("いいえ", "はい")}


@dataclass(slots=True)
class Values:
    """What one reader may hear of one case, in one language.

    Attributes:
        case: the case.
        facts: those of its facts that the reader may hear.
        language: of the document.
        concerned: whom it is for, where it is for some of the persons alone.
        untranslated: keys of facts that were shown in another language.
    """

    case: Case
    facts: Facts
    language: DocumentLanguage
    concerned: Concerned | None = None
    untranslated: set[str] = field(default_factory=set)

    def shown(self, placeholder: Placeholder) -> list[Piece] | None:
        """Return what stands for a placeholder, several for a list; None where nobody knows, or may say so."""
        if placeholder.name.startswith("@"):
            put_together = _PUT_TOGETHER.get(placeholder.name)
            return put_together(self, placeholder) if put_together else None
        fact = self._said(placeholder.name)
        if fact is None or fact.value is None or fact.value == ():
            return None
        return [
            Piece(text=text, placeholder=str(placeholder), facts=(fact.n,)) for text in self._texts(fact, placeholder)
        ]

    def holds(self, name: str, words: Sequence[str]) -> bool:
        """Tell whether one of a condition's words is true of a name."""
        return any(self._is(name, word) for word in words)

    def kind(self, kind: Kind) -> str:
        """Return a kind of data as the reader calls it."""
        return plain_kind(kind) if self.language == "ja-plain" else kind.label(base_language(self.language))

    def state_key(self) -> str:
        """Return the key of the state line; where none was stated, that of the one that claims least."""
        stated = self.facts.text("state_line").removeprefix("statement.")
        return stated if stated in plain_states() else _UNKNOWN_STATE[self.facts.value("found_at") is not None]

    def _said(self, key: str) -> Fact | None:
        """Return the newest fact of a key, its translation where there is one that is not older."""
        fact = self.facts.get(key)
        translated = self.facts.get(f"{key}@{self.language}")
        if fact and translated and translated.n > fact.n and translated.value:
            return translated
        return fact

    def _texts(self, fact: Fact, placeholder: Placeholder) -> list[str]:
        kind, value = fact_kind(fact.key), fact.value
        match kind.type:
            case Type.TIME:
                write = date_words if placeholder.form == "date" else time_words
                return [write(from_text(str(value)), self.case.zone, self.language)]
            case Type.COUNT:
                assert isinstance(value, int)
                return [self._count(value, placeholder.form)]
            case Type.FLAG:
                return [_YES_NO[self.language][bool(value)]]
            case Type.WORD:
                return [self._word(fact.key, str(value))]
            case Type.WORDS:
                assert isinstance(value, tuple)
                return [self._word(fact.key, word) for word in value]
            case Type.TEXT | Type.TEXTS:
                texts = list(value) if isinstance(value, tuple) else [str(value)]
                if self.language == "en" and any(_JAPANESE.search(text) for text in texts):
                    self.untranslated.add(fact.key)
                return texts

    def _count(self, number: int, form: str) -> str:
        if form == "people":
            return people_words(number, self.language)
        return times_words(number, self.language) if form == "times" else count_words(number)

    def _word(self, key: str, word: str) -> str:
        if key == "kinds" and word in taxonomy():
            return self.kind(taxonomy()[word])
        if self.language == "ja-plain":
            return plain_word(key, word)
        return vocabulary()[key].word(word, base_language(self.language))

    def _is(self, name: str, word: str) -> bool:
        if name.startswith("@"):
            judge = _JUDGED.get(name)
            return judge(self, word) if judge else False
        value = self.facts.value(name)
        match word:
            case "known":
                return value is not None and value != ()
            case "unknown":
                return value is None or value == ()
            case "yes":
                return value is True
            case "no":
                return value is False
            case "some":
                return not isinstance(value, bool) and isinstance(value, int) and value > 0
            case "none":
                return not isinstance(value, bool) and value == 0
        return word in value if isinstance(value, tuple) else value == word

    def numbers(self, *keys: str) -> tuple[int, ...]:
        """Return the numbers of the newest facts of these keys."""
        return tuple(fact.n for key in keys if (fact := self.facts.get(key)))


def _one(text: str, placeholder: Placeholder, facts: tuple[int, ...] = (), source: str = "") -> list[Piece]:
    return [Piece(text=text, placeholder=str(placeholder), facts=facts, source=source)]


def _state_line(values: Values, placeholder: Placeholder) -> list[Piece]:
    return _one(
        state_sentence(values.facts, values.state_key(), values.case.zone, values.language),
        placeholder,
        values.numbers("state_line", "found_at", *_STATE_FACTS),
    )


def state_sentence(facts: Facts, key: str, zone: str, language: DocumentLanguage) -> str:
    """Return a sentence of the statement's catalogue, or its plain one, with its numbers from facts."""
    base = base_language(language)
    words = area_words("statement")
    count, voice, envelopes = (facts.number(each) or 0 for each in _COUNT_LINE)
    releases = words["count" + "_by_voice" * bool(voice) + "_by_envelopes" * bool(envelopes)][base]
    erased = facts.time("erased_at")
    numbers = {
        "releases": releases.format(count=count, voice=voice, envelopes=envelopes),
        "count": times_words(count, language),
        "erased": time_words(erased, zone, language) if erased else words["not_stated"][base],
        "left": facts.number("escrow_left") or 0,
        "threshold": facts.number("escrow_threshold") or 0,
        "peers": facts.number("peers_count") or 0,
        "needed": facts.number("peers_needed") or 0,
    }
    sentence = plain_state(key) if language == "ja-plain" else words[key][base]
    return sentence.format_map(numbers)


def _as_of(values: Values, placeholder: Placeholder) -> list[Piece] | None:
    """The moment of the newest fact that the reader may hear: a document dates from what it knows, not from its printing."""
    newest = max(values.facts.stated, key=lambda fact: fact.n, default=None)
    if newest is None:
        return None
    write = time_words if placeholder.form == "time" else date_words
    return _one(write(newest.at, values.case.zone, values.language), placeholder, (newest.n,))


def _persons(values: Values, placeholder: Placeholder) -> list[Piece] | None:
    """The number of persons, or between which two it lies."""
    least, most = values.facts.number("persons"), values.facts.number("persons_max")
    facts = values.numbers("persons", "persons_max")
    if least is None and most is None:
        return None
    words = [people_words(each, values.language) for each in (least, most) if each is not None]
    if least == most or most is None:
        return _one(words[0], placeholder, facts)
    at_most = {"en": "at most {0}", "ja": "最大で{0}", "ja-plain": "多（おお）くて{0}"}[values.language]
    if least is None:
        return _one(at_most.format(words[0]), placeholder, facts)
    between = {"en": "between {0} and {1}", "ja": "{0}以上{1}以下", "ja-plain": "{0}から{1}まで"}[values.language]
    return _one(between.format(*words), placeholder, facts)


def _kinds(values: Values, placeholder: Placeholder) -> list[Piece] | None:
    """The kinds of data: those of the persons it is for, else all of them; one each on a line of a list."""
    if values.concerned is not None:
        pieces = [
            Piece(text=values.kind(kind), placeholder=str(placeholder), source="index")
            for kind in values.concerned.kinds
        ]
        return pieces or None
    return values.shown(Placeholder("kinds"))


def _zone(values: Values, placeholder: Placeholder) -> list[Piece]:
    return _one(values.case.zone, placeholder, source="settings")


def _incident(values: Values, placeholder: Placeholder) -> list[Piece]:
    return _one(str(values.case.incident), placeholder, source="ledger")


def _residual(values: Values, placeholder: Placeholder) -> list[Piece] | None:
    """Who may still read, one each on a line."""
    fact = values.facts.get("residual")
    if fact is None or not isinstance(fact.value, tuple) or not fact.value:
        return None
    words, texts = area_words("statement"), list[str]()
    for text in fact.value:
        key = text.removeprefix("statement.")
        texts.append(state_sentence(values.facts, key, values.case.zone, values.language) if key in words else text)
    facts = (fact.n, *values.numbers(*_STATE_FACTS[4:]))
    return [Piece(text=text, placeholder=str(placeholder), facts=facts) for text in texts]


_PUT_TOGETHER: Mapping[str, Callable[[Values, Placeholder], list[Piece] | None]] = {
    "@state_line": _state_line,
    "@as_of": _as_of,
    "@persons": _persons,
    "@kinds": _kinds,
    "@zone": _zone,
    "@incident": _incident,
    "@residual": _residual,
}

_JUDGED: Mapping[str, Callable[[Values, str], bool]] = {
    "@guardian": lambda values, word: bool(values.concerned and values.concerned.guardian) is (word == "yes"),
    "@kinds": lambda values, word: (_kinds(values, Placeholder("@kinds")) is not None) is (word == "known"),
    "@holds": lambda values, word: word in _flags(values),
    "@by_kind": lambda values, word: bool(values.case.by_kind) is (word == "known"),
    "@residual": lambda values, word: (_residual(values, Placeholder("@residual")) is not None) is (word == "known"),
    "@duty": lambda values, word: word in _duties(values),
    "@state": lambda values, word: values.state_key() == word,
}


def _flags(values: Values) -> set[str]:
    """Return the ids, groups and flags of the kinds that are concerned: ``@holds is bank_account or financial_harm``."""
    ids = values.facts.value("kinds")
    known = taxonomy()
    kinds = (
        values.concerned.kinds
        if values.concerned
        else [known[each] for each in ids or () if each in known]
        if isinstance(ids, tuple)
        else []
    )
    return {word for kind in kinds for word in (kind.id, *kind.flags)}


def _duties(values: Values) -> set[str]:
    """Return the states of the obligations to authorities and persons: ``@duty is likely_exempt``."""
    return {obligation.state.value for obligation in values.case.obligations} or {"none"}


def joined(pieces: Sequence[Piece], language: DocumentLanguage) -> Piece:
    """Return several pieces as one, in one line."""
    first = pieces[0]
    facts = tuple(sorted({number for piece in pieces for number in piece.facts}))
    return Piece(
        text=listed([piece.text for piece in pieces], language),
        placeholder=first.placeholder,
        facts=facts,
        source=first.source,
    )

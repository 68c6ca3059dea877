"""The page that leads through a case file, Japanese first and English beneath, on one sheet that stands alone. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from sekisho.canon.visible import shown
from sekisho.catalogue.words import LANGUAGES, Language, area_words, say
from sekisho.clock import from_text, to_local
from sekisho.loss.documents.values import Values, state_sentence
from sekisho.loss.facts.fact import Fact
from sekisho.loss.facts.vocabulary import FactKind, Type, fact_kind
from sekisho.loss.incident.case import Case
from sekisho.loss.interop.audience import told
from sekisho.loss.law.obligation import ObligationState
from sekisho.markup import Markup, Node, document, element

_IN_WORDS_ABOVE = frozenset({"state_line", "residual"})
"""Facts whose values are ids of sentences, for which the sentence itself stands."""

_STYLE = """
body { font: 16px/1.6 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
th, td { border: 1px solid #999; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { background: #eee }
section { border-top: 4px solid #333; margin-top: 2rem }
.about { color: #444 }
"""


def index_page(case: Case, office: str, papers: Sequence[str]) -> bytes:
    """Return the page.

    Args:
        case: as the committee may hear it.
        office: whose it is.
        papers: paths of the papers, as they lie in the folder.
    """
    title = " / ".join(say("case.title", language, office=office, incident=case.incident) for language in LANGUAGES)
    parts = [_part(case, office, papers, language) for language in ("ja", "en")]
    return document(title, _STYLE, element("body", *parts), language="ja").encode()


def _part(case: Case, office: str, papers: Sequence[str], language: Language) -> Markup:
    words = partial(_words, language)
    at = to_local(case.at, case.zone)
    return element(
        "section",
        element("h1", words("title", office=shown(office), incident=case.incident)),
        element("p", words("as_of", at=at, zone=case.zone, origin=case.origin), class_="about"),
        element("p", element("strong", shown(state_words(case, language)))),
        element("p", words("check")),
        element("p", words("secret")),
        element("h2", words("times")),
        _table([words("when"), words("what"), words("since")], _times(case, language)),
        element("h2", words("facts")),
        _table([words("what"), words("value"), words("source"), words("stated")], _facts(case, language)),
        element("h2", words("obligations")),
        _table(
            [words(each) for each in ("rule", "stage", "due", "state", "mark", "why")], _obligations(case, language)
        ),
        element("h2", words("people")),
        _table([words("what"), words("count")], ((kind.label(language), f"{n:,}") for kind, n in case.by_kind)),
        element("h2", words("papers")),
        element("ul", *(_paper(path, language) for path in papers)),
        lang=language,
    )


def state_words(case: Case, language: Language) -> str:
    """Return the one sentence on what became of it, as every document has it."""
    key = Values(case=case, facts=case.facts, language=language).state_key()
    return state_sentence(case.facts, key, case.zone, language)


def value_words(kind: FactKind, fact: Fact, zone: str, language: Language) -> str:
    """Return a fact's value as people read it."""
    value = fact.value
    if value is None:
        return _words(language, "unknown")
    if isinstance(value, bool):
        return _words(language, "yes" if value else "no")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return " / ".join(kind.word(each, language) for each in value)
    return to_local(from_text(value), zone) if kind.type is Type.TIME else kind.word(told(value), language)


def _times(case: Case, language: Language) -> Iterable[Sequence[str]]:
    """Yield what happened when, in order, with how long that was after somebody noticed."""
    noticed = case.facts.time("noticed_at")
    keys = [fact.key for fact in case.facts if fact_kind(fact.key).type is Type.TIME]
    for time, key in sorted((time, key) for key in keys if (time := case.facts.time(key))):
        since = _span(time - noticed, language) if noticed else ""
        yield to_local(time, case.zone), fact_kind(key).label(language), since


def _span(span: timedelta, language: Language) -> str:
    minutes = abs(span) // timedelta(minutes=1)
    sign = "-" if span < timedelta() else ""
    return _words(language, "span", sign=sign, days=minutes // 1440, hours=minutes % 1440 // 60, minutes=minutes % 60)


def _facts(case: Case, language: Language) -> Iterable[Sequence[str]]:
    for fact in case.facts:
        kind = fact_kind(fact.key)
        if fact.key in _IN_WORDS_ABOVE:
            continue
        value = value_words(kind, fact, case.zone, language)
        yield kind.label(language), value, fact.source, to_local(fact.at, case.zone)


def _obligations(case: Case, language: Language) -> Iterable[Sequence[str]]:
    for each in case.obligations:
        if each.state is ObligationState.LISTED:
            continue
        due = to_local(each.due, case.zone) if each.due else each.due_words.get(language, "")
        yield (
            each.title.get(language) or each.rule,
            each.stage,
            due,
            each.state.value,
            each.mark.value,
            "; ".join(each.why),
        )


def _paper(path: str, language: Language) -> Markup:
    key = f"paper_{path.rpartition('/')[2]}"
    words = _words(language, key if key in area_words("case") else "paper_other")
    return element("li", element("a", path, href=path), f" — {words}")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Node:
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    return element("table", head, *(element("tr", *(element("td", shown(cell)) for cell in row)) for row in rows))


def _words(language: Language, key: str, **values: object) -> str:
    return say(f"case.{key}", language, **values)

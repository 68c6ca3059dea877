"""The statement log as pages and feeds for the public: no script, nothing from elsewhere, readable on old phones. Pure.

One page and one Atom feed (RFC 4287) for each language; the newest statement first, under it those before, each with what
changed. A folder of them is copied to whatever serves the office's pages, as it is.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from sekisho.catalogue.words import area_words
from sekisho.clock import from_text
from sekisho.loss.documents.kinds import DocumentLanguage, base_language
from sekisho.loss.documents.statements import Change, Said, SaidLine, Statement, changes
from sekisho.loss.documents.wording import time_words
from sekisho.markup import Markup, Node, document, element

_STYLE = """
html{font:17px/1.7 sans-serif;color:#1a1a1c;background:#fff}
body{max-width:40em;margin:0 auto;padding:1em;overflow-wrap:anywhere}
h1{font-size:1.35em;line-height:1.4}h2{font-size:1.1em;margin:1.6em 0 .3em}
article{border-top:3px solid #00118f;padding-top:1em;margin-top:2em}
.state{border:3px solid #00118f;padding:.7em;font-weight:bold}
.right{text-align:right}dt{font-weight:bold;margin-top:.5em}dd{margin:0 0 0 1em}
ins,del{display:block;text-decoration:none;padding-left:1.5em;text-indent:-1.5em}
ins{background:#e6f5ec}del{background:#fdeeee;text-decoration:line-through}
nav a{display:inline-block;padding:.6em 1em .6em 0}a{color:#00118f}
"""
_NAMES = {"ja": "日本語", "en": "English", "ja-plain": "やさしい 日本語（にほんご）"}
_CODES = {"ja": "ja", "en": "en", "ja-plain": "ja"}


def public_files(log: Sequence[Statement], *, origin: str, incident: int, zone: str) -> dict[str, bytes]:
    """Return the files of a statement log: a page and a feed for each language, and each text as it was published.

    Args:
        log: what was published, oldest first, at least one.
        origin: the name of the office's log, under which the feed's entries are known.
        incident: its number.
        zone: of the clocks on the office's wall.
    """
    files = dict[str, bytes]()
    for name in log[-1].said:
        language = _language(name)
        files[f"index.{name}.html"] = statement_page(log, language, zone=zone).encode()
        files[f"feed.{name}.atom"] = statement_feed(log, language, origin=origin, incident=incident).encode()
    for statement in log:
        files |= {f"{statement.n}/statement.{name}.txt": said.text.encode() for name, said in statement.said.items()}
    return files


def statement_page(log: Sequence[Statement], language: DocumentLanguage, *, zone: str) -> str:
    """Return the page of one language."""
    in_language = [each for each in log if language in each.said]
    newest = in_language[-1].said[language]
    articles = [
        _article(each, in_language[place - 1].said[language] if place else None, language, zone)
        for place, each in enumerate(in_language)
    ]
    links = [
        element("a", _NAMES[name], href=f"index.{name}.html", lang=_CODES[name])
        for name in log[-1].said
        if name != language
    ]
    body = element(
        "body",
        element("nav", [_spaced(links)], aria_label=_word("languages", language)),
        element("main", element("h1", newest.title), list(reversed(articles))),
        element("footer", element("p", element("a", _word("feed", language), href=f"feed.{language}.atom"))),
    )
    return document(newest.title, _STYLE, body, language=_CODES[language], public=True)


def statement_feed(log: Sequence[Statement], language: DocumentLanguage, *, origin: str, incident: int) -> str:
    """Return the Atom feed of one language; the newest first."""
    entries = [each for each in reversed(log) if language in each.said]
    title = escape(entries[0].said[language].title)
    domain, _, path = origin.partition("/")
    first = from_text(log[0].at).date()
    tag = f"tag:{domain},{first}:{path}/incident/{incident}/{language}"
    author = next((line.text for line in _lines(entries[0].said[language]) if line.style == "right"), domain)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_CODES[language]}">',
        f"<id>{escape(tag)}</id><title>{title}</title><updated>{entries[0].at}</updated>",
        f"<author><name>{escape(author)}</name></author>",
        f'<link rel="alternate" type="text/html" href="index.{language}.html"/>',
    ]
    for each in entries:
        said = each.said[language]
        lines += [
            f"<entry><id>{escape(tag)}/{each.n}</id><title>{escape(f'{each.n}. {said.title}')}</title>",
            f"<updated>{each.at}</updated>",
            f'<content type="text">{escape(said.text)}</content></entry>',
        ]
    return "\n".join([*lines, "</feed>", ""])


def _article(statement: Statement, before: Said | None, language: DocumentLanguage, zone: str) -> Markup:
    said = statement.said[language]
    when = time_words(from_text(statement.at), zone, language)
    parts: list[Node] = [element("h2", _word("number", language, n=statement.n, at=when))]
    for section in said.sections:
        if section.heading:
            parts.append(element("h3", section.heading))
        parts += [_line(line) for line in section.lines]
    changed = changes(before, said)
    if changed:
        parts.append(element("h3", _word("changed", language)))
        parts += [_change(each, language) for each in changed]
    return element("article", parts, id=f"s{statement.n}")


def _line(line: SaidLine) -> Markup:
    match line.style:
        case "row":
            return element("dl", element("dt", line.label), element("dd", line.text))
        case "bullet":
            return element("p", f"・{line.text}")
        case "state" | "right":
            return element("p", line.text, class_=line.style)
        case _:
            return element("p", line.text)


def _change(change: Change, language: DocumentLanguage) -> Markup:
    word = _word("added" if change.added else "removed", language)
    return element("ins" if change.added else "del", f"{word} {change.line}")


def _lines(said: Said) -> list[SaidLine]:
    return [line for section in said.sections for line in section.lines]


def _spaced(nodes: Sequence[Node]) -> list[Node]:
    return [part for node in nodes for part in (node, " ")]


def _word(key: str, language: DocumentLanguage, **values: object) -> str:
    words = area_words("statement_log")
    plain = f"{key}_plain"
    return words[plain if language == "ja-plain" and plain in words else key][base_language(language)].format(**values)


def _language(name: str) -> DocumentLanguage:
    return "en" if name == "en" else "ja-plain" if name == "ja-plain" else "ja"

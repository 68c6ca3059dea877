"""HTML and SVG as nested calls, in which every text is escaped and nothing else can be written."""

import base64
import hashlib
import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

_VOID = frozenset({"meta", "br", "col", "input", "rect", "line", "path", "use"})


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is markup already."""

    text: str


Node: TypeAlias = "Markup | str | Iterable[Node]"


def element(name: str, /, *children: Node, **attributes: str | float | bool | None) -> Markup:
    """Return an element.

    Args:
        name: its tag.
        children: texts, elements, or several of them.
        attributes: ``class_`` for ``class``, ``aria_label`` for ``aria-label``; left out where None or False.
    """
    tag = name + "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{tag}>" if name in {"meta", "br", "col", "input"} else f"<{tag}/>")
    return Markup(f"<{tag}>{joined(children)}</{name}>")


def document(title: str, style: str, body: "Markup", *, language: str, public: bool = False) -> str:
    """Return a page that stands alone: no script, font or picture from elsewhere, and a policy in its head that forbids any.

    Args:
        title: what a browser shows above it.
        style: the one style sheet, which alone may apply, known by its hash.
        body: the page.
        language: of its words, such as ``ja``.
        public: whether search engines may show it.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        [] if public else element("meta", name="robots", content="noindex"),
        element("title", title),
        element("style", Markup(style)),
    )
    page = element("html", head, "\n", body, lang=language)
    return joined([Markup("<!DOCTYPE html>\n"), page, "\n"])


def joined(nodes: Iterable[Node]) -> str:
    """Return nodes as markup, in order."""
    return "".join(_text(node) for node in nodes)


def _text(node: Node) -> str:
    if isinstance(node, Markup):
        return node.text
    return html.escape(node) if isinstance(node, str) else joined(node)


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is False:
        return ""
    name = key.rstrip("_").replace("_", "-").replace("viewbox", "viewBox")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'

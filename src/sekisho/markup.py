"""HTML and SVG as nested calls, in which every text is escaped and nothing else can be written."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

_VOID = frozenset({"meta", "br", "col", "rect", "line", "path", "use"})


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
        return Markup(f"<{tag}>" if name in {"meta", "br", "col"} else f"<{tag}/>")
    return Markup(f"<{tag}>{joined(children)}</{name}>")


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

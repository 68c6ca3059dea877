"""Plots as inline SVG: bars with their words and figures beside them, so that no reader needs the colours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sekisho.markup import Markup, element

_LEAST = 2.0  # a bar of something is never nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a whole.

    Attributes:
        label: what it is.
        value: how much.
        look: the class of its fill; each has a pattern of its own.
    """

    label: str
    value: int
    look: str


def bar(value: int, most: int, look: str) -> Markup:
    """Return one bar for a row of a table, whose figure stands in the cell before it."""
    width = max(_LEAST, 100 * value / most) if value and most else 0.0
    return element(
        "svg",
        element("rect", x=0, y=0, width=f"{width:.2f}", height=8, class_=f"fill {look}"),
        viewbox="0 0 100 8",
        preserveAspectRatio="none",
        class_="bar",
        aria_hidden="true",
    )


def split(title: str, parts: Sequence[Part]) -> Markup:
    """Return a whole as one strip cut into its parts, under its title and over a key with the figures."""
    whole = sum(part.value for part in parts)
    shown = [part for part in parts if part.value]
    words = ", ".join(f"{part.label} {part.value:,}" for part in parts)
    strip = element(
        "svg",
        element("title", f"{title}: {words}"),
        list(_strip(shown, whole)),
        viewbox="0 0 400 22",
        preserveAspectRatio="none",
        role="img",
        class_="strip",
    )
    return element("figure", element("figcaption", title), strip, _key(parts, whole), class_="split")


def patterns() -> Markup:
    """Return the patterns that fills refer to, once a page."""
    hatch = element(
        "pattern",
        element("rect", width=6, height=6, class_="paper"),
        element("path", d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", class_="stroke"),
        id="hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    )
    dots = element(
        "pattern",
        element("rect", width=6, height=6, class_="paper"),
        element("rect", x=2, y=2, width=2, height=2, class_="dot"),
        id="dots",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    )
    return element("svg", element("defs", hatch, dots), class_="hidden", aria_hidden="true", width=0, height=0)


def _strip(parts: Sequence[Part], whole: int) -> Iterator[Markup]:
    at = 0.0
    for part in parts:
        width = 400 * part.value / whole
        yield element("rect", x=f"{at:.2f}", y=1, width=f"{width:.2f}", height=20, class_=f"fill {part.look}")
        at += width


def _key(parts: Sequence[Part], whole: int) -> Markup:
    return element("ul", [_entry(part, whole) for part in parts], class_="key")


def _entry(part: Part, whole: int) -> Markup:
    swatch = element(
        "svg",
        element("rect", x=0.5, y=0.5, width=13, height=13, class_=f"fill {part.look}"),
        viewbox="0 0 14 14",
        class_="swatch",
        aria_hidden="true",
    )
    share = f" ({100 * part.value / whole:.0f}%)" if whole else ""
    return element("li", swatch, f" {part.label} ", element("b", f"{part.value:,}"), share)

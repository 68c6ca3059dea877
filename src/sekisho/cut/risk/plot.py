"""The plot of a report on risk: rows by how many people share their combination, before and after, as inline SVG."""

from collections.abc import Iterator, Sequence

from sekisho.markup import Markup, Node, element

_WIDTH, _LABELS, _ROW, _BAR = 720, 130, 46, 16
_PLOT = _WIDTH - _LABELS - 90
_LEAST = 2.0  # a bar of something is never nothing


def bars(title: str, labels: list[str], before: list[int], after: list[int] | None) -> Markup:
    """Return pairs of bars under their labels, each with its figure; what was is hatched, what is, filled.

    Args:
        title: what is plotted, for those who hear it.
        labels: of each pair.
        before: the first of each pair.
        after: the second; None where there is none.
    """
    most = max([*before, *(after or [0]), 1])
    now_of: Sequence[int | None] = [None] * len(before) if after is None else after
    rows = list(zip(labels, before, now_of, strict=True))
    words = "; ".join(f"{label}: {was:,}" + ("" if now is None else f" → {now:,}") for label, was, now in rows)
    height = _ROW * len(rows)
    drawn = [node for place, row in enumerate(rows) for node in _pair(place * _ROW, row, most)]
    return element(
        "svg",
        element("title", f"{title}: {words}"),
        _pattern(),
        drawn,
        viewbox=f"0 0 {_WIDTH} {height}",
        role="img",
    )


def swatch(look: str) -> Markup:
    """Return a small square that shows how bars look."""
    return element("svg", _rect(1, 1, 14, 14, look), viewbox="0 0 16 16", aria_hidden="true")


def _pair(top: int, row: tuple[str, int, int | None], most: int) -> Iterator[Node]:
    label, was, now = row
    yield element("text", label, x=_LABELS - 10, y=top + 26, text_anchor="end")
    yield from _bar(top + (4 if now is not None else 12), was, most, "was")
    if now is not None:
        yield from _bar(top + 6 + _BAR, now, most, "now")


def _bar(top: int, value: int, most: int, look: str) -> Iterator[Node]:
    width = max(_LEAST, _PLOT * value / most) if value else 0.0
    if value:
        yield _rect(_LABELS, top, width, _BAR, look)
    yield element("text", f"{value:,}", x=f"{_LABELS + width + 6:.1f}", y=top + 13)


def _rect(x: float, y: float, width: float, height: float, look: str) -> Markup:
    fill = "url(#was)" if look == "was" else None
    return element("rect", x=x, y=y, width=f"{width:.1f}", height=height, class_=look, fill=fill)


def _pattern() -> Markup:
    lines = element("path", d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", class_="hatch")
    pattern = element("pattern", lines, id="was", width=6, height=6, patternUnits="userSpaceOnUse")
    return element("defs", pattern)

"""Tables: drawn for a person, tab-separated for a pipe."""

import sys
from collections.abc import Iterator, Sequence

_FOLDED = 12  # columns of the screen that a cell has at least, where it may be folded


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), whole: Sequence[int] = ()
) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        headers: one a column.
        rows: the cells.
        right: which columns are numbers.
        whole: which columns are never broken, however narrow the screen is: an id in two pieces cannot be copied.
    """
    if sys.stdout and sys.stdout.isatty():
        yield from drawn(headers, rows, right=right, whole=whole)
    else:
        yield "\t".join(headers)
        yield from ("\t".join(row) for row in rows)


def drawn(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
    width: int | None = None,
) -> list[str]:
    """Return the lines of a table for a screen of some width, the terminal's if not given."""
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
    for place, header in enumerate(headers):
        justify = "right" if place in right else "left"
        grid.add_column(header, justify=justify, overflow="fold", no_wrap=place in whole)  # type: ignore[arg-type]  # a str to mypy
    for row in rows:
        grid.add_row(*row)
    widths = [max(map(cell_len, cells)) for cells in zip(headers, *rows, strict=True)]
    least = sum(wide if place in whole else min(wide, _FOLDED) for place, wide in enumerate(widths)) + 2 * len(widths)
    console = Console(width=width)
    console.width = max(console.width, least)
    with console.capture() as capture:
        console.print(grid)
    return capture.get().rstrip().split("\n")

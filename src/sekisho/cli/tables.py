"""Tables: drawn for a person, tab-separated for a pipe."""

import sys
from collections.abc import Iterator, Sequence


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        headers: one a column.
        rows: the cells.
        right: which columns are numbers.
    """
    if not sys.stdout.isatty():
        yield "\t".join(headers)
        yield from ("\t".join(row) for row in rows)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, header in enumerate(headers):
        drawn.add_column(header, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    console = Console()
    with console.capture() as capture:
        console.print(drawn)
    yield from capture.get().rstrip("\n").split("\n")

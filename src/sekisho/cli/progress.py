"""Progress for what may take longer than a second: a line that moves for a person, a line every ten seconds for a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sekisho.cli.session import Session

_FIRST_AFTER = 1.0
_EVERY = 10.0

Step = Callable[[int], None]
"""Told how many more rows or bytes are done."""


@contextmanager
def progress(session: Session, key: str, total: int | None = None) -> Iterator[Step]:
    """Show how far something is, on standard error; nothing where JSON was asked for.

    Args:
        session: whose words and output.
        key: the catalogue key of what is being done.
        total: how much there is to do, if known.
    """
    if session.json:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _drawn(session.say(key), total) as step:
            yield step
    else:
        yield _lines(session.say(key), total)


@contextmanager
def _drawn(text: str, total: int | None) -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%")]
    with Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(text, total=total)
        yield lambda amount: bar.advance(task, amount)


def _lines(text: str, total: int | None) -> Step:
    done = 0
    due = time.monotonic() + _FIRST_AFTER

    def step(amount: int) -> None:
        nonlocal done, due
        done += amount
        if time.monotonic() >= due:
            due = time.monotonic() + _EVERY
            share = f" {100 * done // total}%" if total else f" {done:,}"
            print(f"{text}{share}", file=sys.stderr, flush=True)  # noqa: T201 - a log line, not a result

    return step

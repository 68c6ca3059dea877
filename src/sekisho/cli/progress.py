"""Progress for what may take longer than a second: a line that moves for a person, a line every ten seconds for a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sekisho.cli.session import Session
from sekisho.progress import Progress, silent

_FIRST_AFTER = 1.0
_EVERY = 10.0


@contextmanager
def progress(session: Session, key: str, total: int | None = None) -> Iterator[Progress]:
    """Show how far something is, on standard error; nothing where JSON was asked for.

    Args:
        session: whose words and output.
        key: the catalogue key of what is being done.
        total: how much there is to do, if known.
    """
    if session.json or sys.stderr is None or sys.stderr.closed:
        yield silent
    elif sys.stderr.isatty():
        with _drawn(session.say(key), total) as step:
            yield step
    else:
        yield _lines(session.say(key), total)


@contextmanager
def _drawn(text: str, total: int | None) -> Iterator[Progress]:
    from rich import progress as rich
    from rich.console import Console

    share = "{task.percentage:>3.0f}%" if total else "{task.completed:,.0f}"
    columns = [rich.SpinnerColumn(), rich.TextColumn("{task.description}"), rich.BarColumn(), rich.TextColumn(share)]
    times = [rich.TimeElapsedColumn(), *([rich.TimeRemainingColumn()] if total else [])]
    with rich.Progress(*columns, *times, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda amount: bar.advance(task, amount)


def _lines(text: str, total: int | None) -> Progress:
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

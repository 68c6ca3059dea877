"""The stage of the demo: what is said, in which language, and how long each act took."""

import re
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekisho.catalogue.words import Language, say

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 108


@dataclass(frozen=True, slots=True)
class Act:
    """One act, as timed.

    Attributes:
        title: its heading.
        seconds: wall clock.
    """

    title: str
    seconds: float


@dataclass(slots=True)
class Stage:
    """Prints, and keeps the times."""

    language: Language
    console: Console = field(default_factory=lambda: Console(record=True, width=_WIDTH, highlight=False))
    acts: list[Act] = field(default_factory=list)

    @contextmanager
    def act(self, key: str) -> Iterator[None]:
        """Announce an act, and say how long it took."""
        title = self.words(key)
        self.console.print()
        self.console.rule(f"[bold]{len(self.acts) + 1}  {title}", align="left", style="dim")
        begin = time.perf_counter()
        yield
        seconds = time.perf_counter() - begin
        self.acts.append(Act(title, seconds))
        self.console.print(Text(self.words("seconds", seconds=f"{seconds:.1f}"), style="dim"), justify="right")

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Show whoever watches at a terminal that something longer is going on."""
        watched = sys.stderr.isatty()
        with Console(stderr=True).status(self.words("waiting")) if watched else nullcontext():
            yield

    def words(self, key: str, /, **values: object) -> str:
        """Return the words for a key of the demo's catalogue."""
        return say(f"demo.{key}", self.language, **values)

    def say(self, key: str, /, *, style: str = "", **values: object) -> None:
        """Print the words for a key."""
        self.console.print(Text(self.words(key, **values), style=style))

    def shell(self, command: str) -> None:
        """Print the command that a person would type for what follows."""
        self.console.print(Text(f"$ {command}", style="cyan"))

    def lines(self, lines: Iterable[str], *, style: str = "") -> None:
        """Print lines as they are."""
        for line in lines:
            self.console.print(Text(f"  {line}", style=style))

    def table(self, headers: list[str], rows: Iterable[list[str]], *, right: tuple[int, ...] = ()) -> None:
        """Print a table."""
        drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for place, header in enumerate(headers):
            drawn.add_column(header, justify="right" if place in right else "left", overflow="fold")
        for row in rows:
            drawn.add_row(*row)
        self.console.print(drawn)

    def closing(self, people: int) -> None:
        """Print how long everything took, and the most memory that was needed."""
        rows = [[str(number), act.title, f"{act.seconds:.1f}"] for number, act in enumerate(self.acts, 1)]
        self.table(["", self.words("act"), self.words("time")], rows, right=(2,))
        total = sum(act.seconds for act in self.acts)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
        self.say("total", style="bold", people=f"{people:,}", seconds=f"{total:.0f}", peak=f"{peak:.2f}")

    def picture(self, path: "Path") -> None:
        """Save what was printed as a picture that needs no font from anywhere."""
        svg = self.console.export_svg(title="sekisho demo", clear=False)
        path.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")

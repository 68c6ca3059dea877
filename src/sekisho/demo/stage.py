"""The stage of the demo: what is said, in which language, and how long each act took."""

import io
import re
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from sekisho.catalogue.words import Language, say

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 108
_UNBROKEN = 10_000


@dataclass(frozen=True, slots=True)
class Act:
    """One act, as timed.

    Attributes:
        title: its heading.
        seconds: wall clock.
    """

    title: str
    seconds: float


def screen(*, quiet: bool = False) -> Console:
    """Return where a stage prints: at a terminal in its width, into a pipe in lines that nothing breaks."""
    if not sys.stdout.isatty():
        return Console(width=_UNBROKEN, highlight=False, quiet=quiet)
    console = Console(highlight=False, quiet=quiet)
    console.width = min(console.width, _WIDTH)
    return console


@dataclass(slots=True)
class Stage:
    """Prints, and keeps the times.

    Attributes:
        language: of the words.
        screen: where people see it.
        paper: where it is kept for the picture, which is of one width wherever it was played.
        acts: what was played.
    """

    language: Language
    screen: Console = field(default_factory=screen)
    paper: Console = field(
        default_factory=lambda: Console(record=True, width=_WIDTH, highlight=False, file=io.StringIO())
    )
    acts: list[Act] = field(default_factory=list)

    @contextmanager
    def act(self, key: str) -> Iterator[None]:
        """Announce an act, and say how long it took."""
        title = self.words(key)
        heading = f"{len(self.acts) + 1}  {title}"
        self._print("")
        rule = Rule(Text(heading, style="bold"), align="left", style="dim")
        self._print(rule, unbroken=Text(f"── {heading}"))
        begin = time.perf_counter()
        yield
        seconds = time.perf_counter() - begin
        self.acts.append(Act(title, seconds))
        took = self.words("seconds", seconds=f"{seconds:.1f}")
        self._print(Text(took, style="dim", justify="right"), unbroken=Text(took))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Show whoever watches at a terminal that something longer is going on."""
        watched = sys.stderr.isatty() and not self.screen.quiet
        with Console(stderr=True).status(self.words("waiting")) if watched else nullcontext():
            yield

    def words(self, key: str, /, **values: object) -> str:
        """Return the words for a key of the demo's catalogue."""
        return say(f"demo.{key}", self.language, **values)

    def say(self, key: str, /, *, style: str = "", **values: object) -> None:
        """Print the words for a key."""
        self._print(Text(self.words(key, **values), style=style))

    def shell(self, command: str) -> None:
        """Print the command that a person would type for what follows."""
        self._print(Text(f"$ {command}", style="cyan"))

    def lines(self, lines: Iterable[str], *, style: str = "") -> None:
        """Print lines as they are."""
        for line in lines:
            self._print(Text(f"  {line}", style=style))

    def table(self, headers: list[str], rows: Iterable[list[str]], *, right: tuple[int, ...] = ()) -> None:
        """Print a table."""
        drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for place, header in enumerate(headers):
            drawn.add_column(header, justify="right" if place in right else "left", overflow="fold")
        for row in rows:
            drawn.add_row(*row)
        self._print(drawn)

    def closing(self, people: int) -> None:
        """Print how long everything took, and the most memory that was needed."""
        rows = [[str(number), act.title, f"{act.seconds:.1f}"] for number, act in enumerate(self.acts, 1)]
        self.table(["", self.words("act"), self.words("time")], rows, right=(2,))
        total = sum(act.seconds for act in self.acts)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
        self.say("total", style="bold", people=f"{people:,}", seconds=f"{total:.0f}", peak=f"{peak:.2f}")

    def picture(self, path: "Path") -> None:
        """Save what was printed as a picture that needs no font from anywhere."""
        svg = self.paper.export_svg(title="sekisho demo", clear=False)
        path.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")

    def _print(self, what: RenderableType, *, unbroken: Text | None = None) -> None:
        """Print; where lines have no end, what would fill one is printed in another way."""
        self.paper.print(what)
        self.screen.print(unbroken if unbroken and self.screen.width == _UNBROKEN else what)

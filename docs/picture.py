"""Make the README's picture: the demo at full size, from the loss to the comparison.

    python docs/picture.py

Plays the whole night in a temporary folder, takes the acts that tell the story, and writes ``docs/night.svg``.
"""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sekisho.demo.night import play
from sekisho.demo.stage import Stage

PICTURE = Path(__file__).parent / "night.svg"
_FIRST, _LAST = "open.title", "verify.title"


def main() -> None:
    """Play, cut out, save."""
    with tempfile.TemporaryDirectory() as folder:
        stage = play(Path(folder) / "night", language="en")
    lines = stage.paper.export_text(styles=True, clear=False).splitlines()
    begin, end = (_place(lines, stage.words(key)) for key in (_FIRST, _LAST))
    excerpt = Stage("en", screen=Console(quiet=True))
    total = _place(lines, "seconds in all")
    for line in [*lines[:2], "", *lines[begin:end], lines[total]]:
        excerpt.paper.print(Text.from_ansi(line))
    excerpt.picture(PICTURE)


def _place(lines: list[str], title: str) -> int:
    return next(number for number, line in enumerate(lines) if title in Text.from_ansi(line).plain)


if __name__ == "__main__":
    main()

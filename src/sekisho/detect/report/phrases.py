"""The words that all outputs share: kinds with their sign, levels, names of files, reasons."""

from dataclasses import dataclass
from pathlib import Path

from sekisho.canon.visible import shown
from sekisho.catalogue.words import Language, say
from sekisho.detect.columns import Level
from sekisho.detect.findings import Uninspected
from sekisho.files import printable
from sekisho.kinds.taxonomy import kind
from sekisho.markup import Markup, Node, element

SIGNS = {4: "◆", 3: "▲", 2: "●", 1: "○"}  # a sensitivity, for those who do not see its colour
_LEVEL_SIGNS = {"high": "■", "medium": "▧", "low": "□"}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Says things in one language."""

    language: Language

    def say(self, key: str, **values: object) -> str:
        """Return the words for a key of the reports' catalogue."""
        return say(f"report.{key}", self.language, **values)

    def label(self, kind_id: str) -> str:
        """Return a kind's name."""
        return kind(kind_id).label(self.language)

    def kind(self, kind_id: str) -> Node:
        """Return a kind's name behind the sign of its sensitivity."""
        size = kind(kind_id).sensitivity
        return [element("span", SIGNS[size], class_=f"sign s{size}", aria_hidden="true"), self.label(kind_id)]

    def sensitivity(self, kind_id: str) -> str:
        """Say how sensitive a kind is."""
        size = kind(kind_id).sensitivity
        return f"{size} {self.say(f'sensitivity_{size}')}"

    def level(self, level: Level) -> str:
        """Return a level's name behind its sign."""
        return f"{_LEVEL_SIGNS[level]} {self.say(f'level_{level}')}"

    def level_mark(self, level: Level) -> Markup:
        """Return a level for a cell of a table."""
        return element("span", self.level(level), class_=f"level level-{level}")

    def path(self, path: Path) -> str:
        """Return a path whose every character can be seen."""
        return shown(printable(path))

    def name(self, text: str) -> str:
        """Return a name whose every character can be seen."""
        return shown(printable(text))

    def reason(self, why: Uninspected) -> str:
        """Say why something could not be inspected."""
        return shown(why.says(self.language))

    def hint(self, why: Uninspected) -> str:
        """Say what to do about it."""
        values = {name: printable(each) if isinstance(each, Path) else each for name, each in why.values.items()}
        return shown(say(f"errors/{why.key}.hint", self.language, **values))

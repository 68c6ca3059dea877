"""What a check found about one requirement: with its article and source, so that a lawyer can go on from there.

No finding says that a law is kept. ``passed`` means that a check looked and found nothing against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal

from sekisho.catalogue.words import Language, say
from sekisho.cut.law.rules import Rule

Severity = Literal["refused", "warning", "decide", "passed"]
"""``decide``: a person has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding.

    Attributes:
        rule: the requirement.
        severity: what follows from it.
        key: its words: of a refusal in ``errors/cut``, of any other in ``law``.
        values: what the words need; never a cell.
    """

    rule: Rule
    severity: Severity
    key: str
    values: Mapping[str, object] = attribute(default_factory=dict)

    @property
    def field(self) -> str:
        """The field it is about; empty if it is about the whole purpose."""
        return str(self.values.get("field", ""))

    @property
    def line(self) -> int:
        """The line of the purpose file, or 0."""
        line = self.values.get("line")
        return line if isinstance(line, int) else 0

    def says(self, language: Language) -> str:
        """Return it in words."""
        area = "errors/cut" if self.severity == "refused" else "law"
        return say(f"{area}.{self.key}", language, **self.values)

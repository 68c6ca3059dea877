"""What a recogniser of names gives back, and what every recogniser is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, order=True)
class NameSpan:
    """A person's name in a line.

    Attributes:
        start: its first character.
        end: the character behind its last.
        confidence: how sure the recogniser is, above 0 and below 1.
        why: what it was told by: ``label``, ``title``, ``dictionary``, ``katakana``, ``western`` or ``tagger``.
    """

    start: int
    end: int
    confidence: float
    why: str


class NameRecogniser(Protocol):
    """Finds names of people; what ``sekisho.names`` names."""

    def find(self, lines: Sequence[str]) -> list[list[NameSpan]]:
        """Return the names in each line, in their order, none over another."""
        ...


def surest(spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Return spans in their order without those over a surer one; of two as sure the longer stays."""
    taken: list[NameSpan] = []
    for span in sorted(spans, key=lambda each: (-each.confidence, each.start - each.end, each.start)):
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
    return sorted(taken)

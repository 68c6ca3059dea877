"""What is asked of running text; apart from what does it, because most scans meet tables alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # nothing of it is needed before a text is met
    from sekisho.detect.fingerprints import Fingerprints
    from sekisho.detect.recognisers.recogniser import Recogniser


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlan:
    """What is asked of every piece.

    Attributes:
        spans: list every span, low ones too, and read every line for names.
        names: the recogniser of names; None for the best that is here.
        recognisers: those of others, whose patterns are asked too.
        reveal: keep the values themselves.
        fingerprints: makes the keyed fingerprints of values; None for none.
    """

    spans: bool = False
    names: str | None = None
    recognisers: "tuple[Recogniser, ...]" = ()
    reveal: bool = False
    fingerprints: "Fingerprints | None" = None

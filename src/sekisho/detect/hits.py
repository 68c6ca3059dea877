"""The shapes that a group of digits can have, and where groups of a shape were found."""

from dataclasses import dataclass
from enum import IntEnum

from sekisho.detect.windows import Windows
from sekisho.readers.structure import Positions


class Shape(IntEnum):
    """What a group of digits looks like, or which check it passes."""

    SIX = 0
    SEVEN = 1
    EIGHT = 2
    TEN = 3
    ELEVEN = 4
    TWELVE = 5
    THIRTEEN = 6
    LONG = 7
    INSURER_NUMBER = 8
    DATE8 = 9
    NHS_NUMBER = 10
    LANDLINE = 11
    MOBILE = 12
    MY_NUMBER = 13
    CORPORATE_NUMBER = 14
    PAYMENT_CARD = 15
    POSTAL_CODE = 16
    PENSION_NUMBER = 17
    EMPLOYMENT_INSURANCE = 18
    YUCHO_ACCOUNT = 19
    DATE = 20
    PHONE = 21
    SSN = 22
    KR_RRN = 23
    IPV4 = 24
    PASSPORT = 25
    RESIDENCE_CARD = 26
    TW_ID = 27
    NINO = 28


@dataclass(frozen=True, slots=True)
class Hits:
    """All groups of one shape found in a block, in order.

    Attributes:
        shape: the shape.
        cells: in which cell each stands, counted row by row.
        starts: where it starts.
        stops: where it stops, exclusive.
    """

    shape: Shape
    cells: Positions
    starts: Positions
    stops: Positions


def hits(shape: Shape, found: Windows, *, before: int = 0, behind: int = 0) -> Hits:
    """Return windows as hits of a shape that has so many characters of its own before and behind the digits."""
    return Hits(shape, found.cells, found.starts - before, found.stops + behind)

"""Numbers with letters of their own beside the digits: passports, residence cards, invoice numbers and foreign IDs."""

from collections.abc import Iterator

import numpy as np

from sekisho.detect import digits
from sekisho.detect.hits import Hits, Shape, hits
from sekisho.detect.runs import Heads, Runs, is_letter, is_word
from sekisho.detect.windows import Windows
from sekisho.readers.structure import Bytes, Mask

_NINO_NEVER_ISSUED = np.array(
    [int.from_bytes(pair, "big") for pair in (b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ")]
)


def lettered(runs: Runs, heads: Heads) -> Iterator[Hits]:
    """Yield every such number, letters included."""
    if not len(heads.lettered):
        return
    data, starts, stops = runs.data, runs.starts[heads.lettered], runs.stops[heads.lettered]
    length, ends = runs.lengths[heads.lettered], runs.are_open_right(heads.lettered)
    one_before = ~is_word(data, starts - 2)
    two_before = is_letter(data, starts - 2) & ~is_word(data, starts - 3)
    one_behind = is_letter(data, stops) & ~is_word(data, stops + 1)
    two_behind = is_letter(data, stops) & is_letter(data, stops + 1) & ~is_word(data, stops + 2)

    def some(keep: Mask) -> Windows:
        return Windows(runs, heads.lettered[keep], 1)

    yield hits(Shape.PASSPORT, some((length == 7) & two_before & ends), before=2)
    yield hits(Shape.RESIDENCE_CARD, some((length == 8) & two_before & two_behind), before=2, behind=2)
    yield _ninos(some((length == 6) & two_before & one_behind))
    yield _taiwan_ids(some((length == 9) & one_before & ends))
    yield from _invoice_numbers(some((length == 13) & one_before & ends))


def _invoice_numbers(found: Windows) -> Iterator[Hits]:
    found = found.where(found.runs.data[found.starts - 1] == ord("T"))
    yield hits(Shape.THIRTEEN, found, before=1)
    yield hits(Shape.CORPORATE_NUMBER, found.where(digits.corporate_number(found.digits(13))), before=1)


def _taiwan_ids(found: Windows) -> Hits:
    letters = found.runs.data[found.starts - 1]
    found, letters = found.where(letters <= ord("Z")), letters[letters <= ord("Z")]
    return hits(Shape.TW_ID, found.where(digits.tw_id(letters - np.uint8(ord("A")), found.digits(9))), before=1)


def _ninos(found: Windows) -> Hits:
    """Check the letters as :func:`~sekisho.detect.check_digits.nino` does."""
    data, starts = found.runs.data, found.starts
    first, second, suffix = data[starts - 2], data[starts - 1], data[found.stops]
    prefix = first.astype(np.int64) << 8 | second
    allowed = _one_of(first, b"ABCEGHJKLMNOPRSTWXYZ") & _one_of(second, b"ABCEGHJKLMNPRSTWXYZ")
    allowed &= ~np.isin(prefix, _NINO_NEVER_ISSUED) & _one_of(suffix, b"ABCD")
    return hits(Shape.NINO, found.where(allowed), before=2, behind=1)


def _one_of(found: Bytes, letters: bytes) -> Mask:
    return np.isin(found, np.frombuffer(letters, np.uint8))

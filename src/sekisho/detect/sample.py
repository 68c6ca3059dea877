"""An even sample of a table's rows, the same however the table is cut into blocks.

Every row has a priority: its number and a seed, mixed. The sample is the rows of the lowest priorities, as many as its
room allows, so that the samples of two parts of a table give that of the whole. Whoever has seen other parts already
passes the highest priority that can still be among the lowest; it saves work and changes nothing.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.hashing import mix
from sekisho.readers.blocks import Block
from sekisho.readers.structure import Positions

Priorities = NDArray[np.uint64]

ANY_PRIORITY = np.uint64(2**64 - 1)

_NO_PRIORITIES = np.empty(0, np.uint64)
_NO_SIZES: Positions = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How large a sample may be: so many rows, and none behind those that fill so many bytes.

    Whether a row has room depends on the rows before it alone. So a part of a table never leaves out a row that the
    whole would take, and very long rows cannot fill the memory.
    """

    rows: int
    bytes: int

    def taken(self, sizes: Positions) -> int:
        """Return how many rows of these sizes, in the order of their priorities, it has room for."""
        return min(self.rows, int(np.count_nonzero(np.cumsum(sizes) - sizes < self.bytes)))

    def is_full(self, sizes: Positions) -> bool:
        """Tell whether no row would have room behind these."""
        return len(sizes) >= self.rows or int(sizes.sum()) >= self.bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows as they stand in blocks, in the order of their priorities; the sum of two samples is the sample of both.

    Attributes:
        room: how large it may be.
        priorities: of each row.
        sizes: how many bytes each has.
        rows: their text.
    """

    room: Room
    priorities: Priorities = field(default_factory=lambda: _NO_PRIORITIES)
    sizes: Positions = field(default_factory=lambda: _NO_SIZES)
    rows: tuple[bytes, ...] = field(default=(), repr=False)

    def __add__(self, other: "Sample") -> "Sample":
        priorities = np.concatenate((self.priorities, other.priorities))
        order = np.argsort(priorities)[: self.room.rows]
        sizes = np.concatenate((self.sizes, other.sizes))[order]
        taken = self.room.taken(sizes)
        both, order = self.rows + other.rows, order[:taken]
        return Sample(self.room, priorities[order], sizes[:taken], tuple(map(both.__getitem__, order.tolist())))

    @property
    def limit(self) -> np.uint64:
        """No row of another part with a higher priority can be in the sample of both."""
        return self.priorities[-1] if self.room.is_full(self.sizes) else ANY_PRIORITY


def sample_rows(block: Block, *, room: Room, seed: int, limit: np.uint64 = ANY_PRIORITY) -> Sample:
    """Return the rows of a block with the lowest priorities, none above ``limit``."""
    priorities = mix(np.arange(block.first_row, block.first_row + block.rows, dtype=np.uint64) + np.uint64(seed))
    chosen = np.flatnonzero(priorities <= limit)
    chosen = chosen[np.argsort(priorities[chosen])]
    row_ends = block.ends[block.width - 1 :: block.width]
    stops = row_ends[chosen] + 1
    starts = np.where(chosen > 0, row_ends[chosen - 1] + 1, 0)
    sizes = stops - starts
    taken = room.taken(sizes)
    places = zip(starts[:taken].tolist(), stops[:taken].tolist(), strict=True)
    rows = tuple(block.text[start:stop] for start, stop in places)
    return Sample(room, priorities[chosen[:taken]], sizes[:taken], rows)

"""An even sample of a table's rows, the same however the table is cut into blocks.

Every row has a priority: its number and a seed, mixed. The sample is the rows of the lowest priorities, so that the samples of two parts of a table give that of the whole. Whoever has seen
other parts already passes the highest priority that can still be among the lowest; it saves work and changes nothing.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.hashing import mix
from sekisho.readers.blocks import Block

Priorities = NDArray[np.uint64]

ANY_PRIORITY = np.uint64(2**64 - 1)

_NO_PRIORITIES = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows as they stand in blocks, in the order of their priorities; the sum of two samples is the sample of both.

    Attributes:
        size: how many rows at most.
        priorities: of each row.
        rows: their text.
    """

    size: int
    priorities: Priorities = field(default_factory=lambda: _NO_PRIORITIES)
    rows: tuple[bytes, ...] = field(default=(), repr=False)

    def __add__(self, other: "Sample") -> "Sample":
        priorities = np.concatenate((self.priorities, other.priorities))
        order = np.argsort(priorities)[: self.size]
        both = self.rows + other.rows
        return Sample(self.size, priorities[order], tuple(map(both.__getitem__, order.tolist())))

    @property
    def limit(self) -> np.uint64:
        """No row of another part with a higher priority can be in the sample of both."""
        return self.priorities[-1] if len(self.rows) == self.size else ANY_PRIORITY


def sample_rows(block: Block, *, size: int, seed: int, limit: np.uint64 = ANY_PRIORITY) -> Sample:
    """Return the rows of a block with the lowest priorities, none above ``limit``."""
    priorities = mix(np.arange(block.first_row, block.first_row + block.rows, dtype=np.uint64) + np.uint64(seed))
    chosen = np.flatnonzero(priorities <= limit)
    chosen = chosen[np.argsort(priorities[chosen])[:size]]
    row_ends = block.ends[block.width - 1 :: block.width]
    stops = row_ends[chosen] + 1
    starts = np.where(chosen > 0, row_ends[chosen - 1] + 1, 0)
    rows = tuple(block.text[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))
    return Sample(size, priorities[chosen], rows)

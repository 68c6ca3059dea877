"""An array that grows at its end, by half of itself when it is full."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

_Item = TypeVar("_Item", bound=np.generic)


class Growing(Generic[_Item]):
    """An array with room behind it."""

    def __init__(self, array: NDArray[_Item]) -> None:
        """Start with what is in an array, which is not written to."""
        self._array, self._size = array, len(array)

    def __len__(self) -> int:
        return self._size

    @property
    def all(self) -> NDArray[_Item]:
        """What is in it; a view that is of no use once more is added."""
        return self._array[: self._size]

    @property
    def room(self) -> NDArray[_Item]:
        """What is in it and the room behind."""
        return self._array

    def reserve(self, more: int) -> None:
        """Have room for so many more, in an array of its own."""
        needed = self._size + more
        if needed > len(self._array) or not self._array.flags.writeable:
            longer = np.empty(max(needed, self._size * 3 // 2), self._array.dtype)
            longer[: self._size] = self.all
            self._array = longer

    def lengthen(self, more: int) -> None:
        """Take what was written into the room as part of it."""
        self._size += more

    def extend(self, more: NDArray[_Item]) -> None:
        """Add to the end."""
        self.reserve(len(more))
        self._array[self._size : self._size + len(more)] = more
        self._size += len(more)

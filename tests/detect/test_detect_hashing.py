import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.hashing import Hashes, hash_cells, mix


def _hashes(cells: list[bytes], before: int = 0) -> Hashes:
    stops = np.cumsum([len(cell) for cell in cells])
    starts = stops - np.array([len(cell) for cell in cells])
    return hash_cells(b"".join(cells), starts, stops, np.full(len(cells), before, np.uint64))


def test_mix_is_splitmix64() -> None:
    """The first outputs of SplitMix64 from the seed 1234567, as in its reference implementation."""
    step = 0x9E3779B97F4A7C15
    states = np.array([(1234567 + step * n) % 2**64 for n in range(3)], np.uint64)

    assert mix(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@settings(deadline=None)
@given(cells=st.lists(st.binary(max_size=20), min_size=1, max_size=20))
def test_equal_cells_have_equal_hashes_and_others_differ(cells: list[bytes]) -> None:
    hashes = _hashes(cells).tolist()

    assert len(set(hashes)) == len(set(cells))
    assert [hashes[cells.index(cell)] for cell in cells] == hashes


def test_what_stands_behind_a_cell_does_not_matter() -> None:
    assert _hashes([b"abc", b"x"])[0] == _hashes([b"abc", b"yyyyyyyyyyy"])[0]


def test_cells_are_chained_and_not_joined() -> None:
    first, second = _hashes([b"ab", b"a"]), _hashes([b"c", b"bc"])
    chained = [_hashes([b"c"], int(first[0]))[0], _hashes([b"bc"], int(first[1]))[0]]

    assert chained[0] != chained[1]
    assert second[0] not in chained

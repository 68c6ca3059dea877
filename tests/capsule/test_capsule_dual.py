"""Any t custodians give the key and fewer tell nothing, by the published vectors, by SLIP-39's program, by brute force."""

import json
import os
from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic.shamir import RawShare, _interpolate

from conftest import VECTORS
from sekisho.capsule import dual

CASES = json.loads((VECTORS / "rel1" / "dual" / "known-answers.json").read_text())["cases"]
SHARINGS = st.integers(2, 16).flatmap(lambda count: st.tuples(st.integers(2, count), st.just(count)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['needed']}/{len(case['points'])}")
def test_known_answers(case: dict[str, list[str]]) -> None:
    given_bytes = iter(bytes.fromhex(each) for each in case["coefficients"])
    key, points = bytes.fromhex(str(case["key"])), tuple(map(bytes.fromhex, case["points"]))
    needed = int(str(case["needed"]))
    made = dual.split(key, needed=needed, count=len(points), randomness=lambda _: next(given_bytes))
    assert made == points
    for chosen in combinations(enumerate(points, 1), needed):
        assert dual.join(dict(chosen)) == key


@given(secret=st.binary(min_size=1, max_size=32), sharing=SHARINGS, data=st.data())
def test_slip39s_interpolation_agrees(secret: bytes, sharing: tuple[int, int], data: st.DataObject) -> None:
    needed, count = sharing
    points = dict(enumerate(dual.split(secret, needed=needed, count=count, randomness=os.urandom), 1))
    chosen = data.draw(st.lists(st.sampled_from(sorted(points)), min_size=needed, max_size=count, unique=True))
    assert dual.join({x: points[x] for x in chosen}) == secret
    assert _interpolate([RawShare(x, points[x]) for x in chosen], 0) == secret
    few = data.draw(st.lists(st.sampled_from(sorted(points)), min_size=1, max_size=needed - 1, unique=True))
    assert _interpolate([RawShare(x, points[x]) for x in few], 0) == dual.join({x: points[x] for x in few})


@pytest.mark.parametrize("x", [1, 2, 15])
def test_one_point_of_two_tells_nothing(x: int) -> None:
    """For each secret byte the point takes each value once, over all coefficients."""
    for secret in (0, 1, 0x53, 0xFF):
        seen = Counter(
            dual.split(bytes([secret]), needed=2, count=x + 1, randomness=lambda _, c=c: bytes([c]))[x - 1]  # type: ignore[misc]
            for c in range(256)
        )
        assert set(seen.values()) == {1}
        assert len(seen) == 256


def test_the_fields_multiplication_is_that_of_aes() -> None:
    assert dual._multiply(0x57, 0x83) == 0xC1  # FIPS 197 §4.2
    assert dual._multiply(0x57, 0x13) == 0xFE
    for element in range(1, 256):
        assert dual._multiply(element, dual._inverse(element)) == 1
    for left, right in product((0, 1, 2, 0x80, 0xFF), repeat=2):
        assert dual._multiply(left, right) == dual._multiply(right, left)


@pytest.mark.parametrize(("needed", "count"), [(1, 2), (0, 2), (3, 2), (2, 17), (1, 1)])
def test_other_sharings_are_refused(needed: int, count: int) -> None:
    with pytest.raises(ValueError, match="shared among"):
        dual.split(bytes(16), needed=needed, count=count, randomness=os.urandom)


@pytest.mark.parametrize("points", [{}, {0: bytes(16)}, {17: bytes(16)}, {1: bytes(16), 2: bytes(15)}])
def test_what_are_no_points_give_no_secret(points: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="not points"):
        dual.join(points)

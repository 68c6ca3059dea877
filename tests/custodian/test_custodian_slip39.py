"""Words of an envelope: the standard's own vectors, and any k of n."""

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.custodian.slip39 import combine, number_of, split
from sekisho.errors import NoKey

CASES = json.loads((VECTORS / "slip39" / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("lines", "secret"), [case[1:3] for case in CASES], ids=[case[0] for case in CASES])
def test_a_published_vector_gives_its_secret_or_is_refused(lines: list[str], secret: str) -> None:
    if secret:
        assert combine(lines, passphrase=b"TREZOR").hex() == secret
    else:
        with pytest.raises(NoKey):
            combine(lines, passphrase=b"TREZOR")


def test_all_of_them_are_there() -> None:
    assert (len(CASES), sum(not case[2] for case in CASES)) == (45, 30)


@given(st.binary(min_size=16, max_size=16), st.integers(2, 4), st.integers(0, 2))
def test_any_so_many_give_the_share_back_and_fewer_do_not(share: bytes, threshold: int, more: int) -> None:
    lines = split(share, threshold=threshold, count=threshold + more)
    assert [number_of(line) for line in lines] == list(range(1, threshold + more + 1))
    assert {len(line.split()) for line in lines} == {20}
    assert all(combine(few) == share for few in combinations(lines, threshold))
    with pytest.raises(NoKey):
        combine(lines[: threshold - 1])


def test_a_word_that_was_misread_is_told() -> None:
    first, *_ = split(bytes(16), threshold=2, count=2)
    word = first.split()[7]
    with pytest.raises(NoKey) as caught:
        number_of(first.replace(word, "zero" if word != "zero" else "academic"))
    assert caught.value.key == "custodian.envelope_misread"


@pytest.mark.parametrize(("size", "threshold", "count"), [(15, 2, 3), (16, 1, 3), (16, 3, 2), (16, 2, 17)])
def test_what_cannot_be_split_is_not(size: int, threshold: int, count: int) -> None:
    with pytest.raises(ValueError, match="sixteen"):
        split(bytes(size), threshold=threshold, count=count)

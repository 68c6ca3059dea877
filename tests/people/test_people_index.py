"""The index of people is a dict of sets, only smaller: it counts, merges and comes back exactly."""

import contextlib
import functools
import json
import random
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind, mask_of, taxonomy
from sekisho.people import index as index_room
from sekisho.people.index import Index, Segment, decode_index, masks_of_rows, union

KINDS = tuple(kind(each) for each in ("name", "bank_account", "case_number"))
EXPOSED = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(KINDS)), max_size=40)
INDEXES = st.builds(lambda exposed, unresolved: made(exposed, unresolved=unresolved), EXPOSED, st.integers(0, 9))

Exposed = list[tuple[int, Kind]]
Row = tuple[int | None, str | None, str | None, str | None]


def made(exposed: Exposed, *, unresolved: int = 0) -> Index:
    """An index of these exposures, added in blocks as they come."""
    index = Index(unresolved=unresolved)
    for number, each in exposed:
        index.add(np.array([number]), each)
    return index


def masks(index: Index) -> dict[int, int]:
    numbers, found = index.masks()
    assert (numbers.dtype, found.dtype) == (np.dtype(np.uint32), np.dtype(np.uint64))
    return {int(number): int(mask) for number, mask in zip(numbers, found, strict=True)}


def plain(exposed: Exposed) -> dict[int, int]:
    people = dict[int, int]()
    for number, each in exposed:
        people[number] = people.get(number, 0) | each.mask
    return dict(sorted(people.items()))


@given(EXPOSED)
def test_an_index_says_what_a_dict_says(exposed: Exposed) -> None:
    index, people = made(exposed), plain(exposed)
    assert list(masks(index).items()) == list(people.items())
    assert index.people == len(people)
    assert {each.id: index.count(each) for each in KINDS} == {
        each.id: sum(bool(mask & each.mask) for mask in people.values()) for each in KINDS
    }
    assert mask_of(index.kinds) == functools.reduce(int.__or__, people.values(), 0)


@given(EXPOSED)
def test_segments_are_the_people_by_equal_kinds_largest_first(exposed: Exposed) -> None:
    counted = Counter(plain(exposed).values())
    segments = made(exposed).segments()
    assert {segment.mask: segment.people for segment in segments} == counted
    assert [segment.people for segment in segments] == sorted(counted.values(), reverse=True)


ROWS = st.lists(
    st.tuples(st.none() | st.integers(0, 40), *[st.sampled_from([None, "x"])] * len(KINDS)),
    max_size=40,
)


def of_rows(rows: list[Row], size: int) -> Index:
    """An index of rows of a table, added in blocks of a size."""
    index = Index()
    for start in range(0, len(rows), size):
        block = rows[start : start + size]
        numbers, *cells = zip(*block, strict=True)
        table = pl.DataFrame(
            {each.id: pl.Series(cell, dtype=pl.String) for each, cell in zip(KINDS, cells, strict=True)}
        )
        masks = masks_of_rows(table, {each.id: each for each in KINDS})
        index.add_rows(pl.Series(numbers, dtype=pl.UInt32), masks)
    return index


@given(ROWS, st.integers(1, 40), st.sampled_from([0, 1, 256]))
def test_rows_of_a_table_are_a_dict_of_masks(rows: list[Row], size: int, patterns: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_room, "_MOST_PATTERNS", patterns)
        index = of_rows(rows, size)
    exposed = [
        (number, each)
        for number, *cells in rows
        for cell, each in zip(cells, KINDS, strict=True)
        if number is not None and cell is not None
    ]
    assert masks(index) == plain(exposed)
    assert index.unresolved == sum(number is None for number, *_ in rows)
    assert index.digest() == made(exposed, unresolved=index.unresolved).digest()


@given(EXPOSED)
def test_segments_are_the_same_by_bitmaps_and_by_a_table_of_numbers(exposed: Exposed) -> None:
    segments = made(exposed).segments()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_room, "_MOST_PARTS", 0)
        patch.setattr(index_room, "_NUMBERS_A_STEP", 7)
        index = made(exposed)
        assert (index.segments(), index.digest()) == (segments, made(exposed).digest())
    assert index.digest() == made(exposed).digest()


def test_a_canary_is_nobody() -> None:
    index = Index()
    numbers = pl.Series([None, 2**32 - 2**16, 2**32 - 1, 5], dtype=pl.UInt32)
    index.add_rows(numbers, np.full(4, KINDS[0].mask, np.uint64))
    assert (index.people, index.numbers().tolist(), index.unresolved) == (1, [5], 1)


def test_a_table_of_nothing_that_is_anybodys_only_counts_whom_nobody_knows() -> None:
    index, table = Index(), pl.DataFrame({"no": ["1", "2"]})
    index.add_rows(pl.Series([7, None], dtype=pl.UInt32), masks_of_rows(table, {}))
    assert (index.people, index.unresolved) == (0, 1)


def test_a_row_that_shows_nothing_is_nobody_in_the_copy() -> None:
    rows: list[Row] = [(1, None, None, None), (2, "x", None, None)]
    index = of_rows(rows, 2)
    assert (index.people, index.numbers().tolist()) == (1, [2])


def test_an_empty_copy_has_nobody() -> None:
    index = decode_index(Index().encode())
    assert (index.people, index.kinds, index.segments(), masks(index)) == (0, (), (), {})


def test_one_person_with_one_kind() -> None:
    index = made([(0, KINDS[0])])
    assert (index.people, index.count(KINDS[0]), index.count(KINDS[1])) == (1, 1, 0)
    assert index.segments() == (Segment(mask=KINDS[0].mask, people=1),)


def test_saying_it_twice_changes_nothing() -> None:
    index = made([(3, KINDS[0])])
    index.add(np.array([3, 3, 3], np.uint32), KINDS[0])
    assert index.encode() == made([(3, KINDS[0])]).encode()


def test_a_kind_of_which_nobody_has_anything_is_not_in_the_copy() -> None:
    index = made([(1, KINDS[0])])
    index.add(np.array([], np.uint32), KINDS[1])
    assert index.kinds == (KINDS[0],)
    assert decode_index(index.encode()).digest() == index.digest()


def test_the_last_possible_number_is_a_person_too() -> None:
    index = decode_index(made([(2**32 - 1, KINDS[0])]).encode())
    assert (index.people, index.count(KINDS[0])) == (1, 1)


# --- merging


@given(st.lists(INDEXES, max_size=4), st.randoms(use_true_random=False))
def test_the_union_is_the_same_in_any_order_and_grouping(indexes: list[Index], dice: random.Random) -> None:
    expected = union(indexes).encode()
    shuffled = dice.sample(indexes, len(indexes))
    assert union(shuffled).encode() == expected
    assert functools.reduce(lambda one, other: union([one, other]), shuffled, Index()).encode() == expected


@given(st.lists(EXPOSED, max_size=4))
def test_the_union_holds_everybody_with_all_their_kinds(exposed: list[Exposed]) -> None:
    together = union(made(each) for each in exposed)
    assert masks(together) == plain([one for each in exposed for one in each])


def test_the_union_adds_up_the_rows_nobody_could_be_told_for() -> None:
    assert union([Index(unresolved=2), Index(unresolved=3)]).unresolved == 5


@given(INDEXES, EXPOSED)
def test_a_union_does_not_touch_what_it_was_made_of(index: Index, more: Exposed) -> None:
    before = index.encode()
    together = union([index, index])
    for number, each in more:
        together.add(np.array([number]), each)
    assert index.encode() == before


# --- the file


@given(INDEXES)
def test_an_index_survives_the_disk(index: Index) -> None:
    read = decode_index(index.encode())
    assert (masks(read), read.unresolved) == (masks(index), index.unresolved)
    assert read.encode() == index.encode()


@given(EXPOSED, st.randoms(use_true_random=False))
def test_equal_indexes_have_one_digest(exposed: Exposed, dice: random.Random) -> None:
    assert made(dice.sample(exposed, len(exposed))).digest() == made(exposed).digest()


def test_how_an_index_came_about_does_not_show_in_its_digest() -> None:
    """One bitmap may be stored in several ways; merging the night's copies must give the digest of the ledger."""
    at_once = made([(number, KINDS[0]) for number in (0, 29, 30, 31, 32)])
    merged = union(
        [made([(0, KINDS[0])]), decode_index(made([(number, KINDS[0]) for number in range(29, 33)]).encode())]
    )
    assert merged.digest() == at_once.digest()


@given(INDEXES, INDEXES)
def test_different_indexes_have_different_digests(one: Index, other: Index) -> None:
    same = (masks(one), one.unresolved) == (masks(other), other.unresolved)
    assert (one.digest() == other.digest()) == same


def test_a_whole_city_is_about_a_megabyte() -> None:
    """Five exports of eleven fields, as the reference measured (section 9)."""
    dice, index = np.random.default_rng(1), Index()
    shares = (1, 1, 1, 1, 0.52, 0.52, 0.24, 0.24, 0.12, 0.12, 0.32)
    for each, share in zip(taxonomy().values(), shares, strict=False):
        index.add(dice.choice(460_517, int(460_517 * share), replace=False), each)
    assert index.people == 460_517
    assert len(index.encode()) < 1_000_000


def test_a_register_of_everybody_takes_hardly_any_room() -> None:
    index = Index()
    index.add(np.arange(460_517), KINDS[0])
    assert len(index.encode()) < 200


def test_an_index_keeps_its_own_bitmaps() -> None:
    given_to_it = BitMap([1, 2])
    index = Index({"name": given_to_it})
    given_to_it.add(3)
    assert index.people == 2


def some() -> bytes:
    return made([(1, KINDS[0]), (2, KINDS[0]), (2, KINDS[1])], unresolved=3).encode()


def test_the_file_is_as_it_is_described() -> None:
    magic, head, bitmaps = some().split(b"\n", 2)
    names = [BitMap([1, 2]), BitMap([2])]
    assert magic == b"SKIDX1"
    assert json.loads(head) == {"unresolved": 3, "bitmaps": [["name", 20], ["bank_account", 18]]}
    assert bitmaps == b"".join(bitmap.serialize() for bitmap in names)


def test_a_truncated_index_is_refused() -> None:
    for size in range(len(some())):
        with pytest.raises(Unreadable) as caught:
            decode_index(some()[:size])
        assert caught.value.key == "people.damaged_index"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SKIDX1", b"SKPOP1"),
        (b"SKIDX1\n", b""),
        (b'"unresolved":3', b'"unresolved":-3'),
        (b'"unresolved":3', b'"unresolved":"3"'),
        (b'"unresolved":3', b'"unresolved":true'),
        (b'"unresolved":3', b'"unresolved":3.0'),
        (b'"unresolved":3', b'"unresolved": 3'),
        (b'"unresolved":3', b'"unresolved":3,"more":1'),
        (b'"unresolved":3,', b""),
        (b'"name"', b'"nobody"'),
        (b'"name"', b'["name"]'),
        (b'["name",20],["bank_account",18]', b'["bank_account",18],["name",20]'),
        (b'["name",20]', b'["name",0],["name",20]'),
        (b'["name",20]', b'["name",-1]'),
        (b'["name",20]', b'["name",99999999999]'),
        (b'["name",20]', b'["name"]'),
        (b'"bitmaps":[', b'"bitmaps":[' + b"[" * 2000),
        (b"{", b"\xff{"),
    ],
)
def test_a_damaged_index_is_refused(old: bytes, new: bytes) -> None:
    assert old in some()
    with pytest.raises(Unreadable) as caught:
        decode_index(some().replace(old, new, 1))
    assert caught.value.key == "people.damaged_index"


def test_nothing_may_stand_behind_an_index() -> None:
    with pytest.raises(Unreadable):
        decode_index(some() + b"\x00")


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=3))
def test_no_change_leads_to_anything_but_an_index_or_the_error(changes: list[tuple[int, int]]) -> None:
    data = bytearray(some())
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(Unreadable):
        assert decode_index(bytes(data)).encode() == data

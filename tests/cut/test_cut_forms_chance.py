"""What a key decides is one for one person, another for another key, and spread as it is said."""

import polars as pl
import pytest

from sekisho.cut.forms.chance import keys_once, noise, offsets

KEY, OTHER = bytes(range(32)), bytes(32)
PEOPLE = pl.Series(range(20_000), dtype=pl.UInt32)


def test_one_person_is_moved_by_the_same_days_wherever_they_stand() -> None:
    days = offsets(KEY, pl.Series([7, 8, None, 7], dtype=pl.UInt32), 30).to_list()
    assert days[0] == days[3]
    assert days[2] is None
    assert days == offsets(KEY, pl.Series([7, 8, None, 7], dtype=pl.UInt32), 30).to_list()


def test_another_key_moves_them_by_others() -> None:
    assert (offsets(KEY, PEOPLE, 30) == offsets(OTHER, PEOPLE, 30)).mean() == pytest.approx(1 / 61, abs=0.01)


def test_every_offset_is_as_likely() -> None:
    counts = offsets(KEY, PEOPLE, 3).value_counts().sort("")
    assert counts[""].to_list() == list(range(-3, 4))
    assert min(counts["count"].to_list()) > 0.9 * 20_000 / 7


def test_nine_in_ten_lie_within_the_spread_and_it_tends_nowhere() -> None:
    found = noise(KEY, PEOPLE, 100)
    assert (found.abs() <= 100).mean() == pytest.approx(0.9, abs=0.01)
    assert found.mean() == pytest.approx(0, abs=2)
    assert noise(KEY, pl.Series([None], dtype=pl.UInt32), 100).to_list() == [None]


def test_nobody_at_all_is_no_error() -> None:
    assert offsets(KEY, pl.Series([], dtype=pl.UInt32), 3).to_list() == []


def test_a_label_has_its_key_and_the_secret_is_drawn_once() -> None:
    drawn = list[int]()

    def randomness(size: int) -> bytes:
        drawn.append(size)
        return bytes(size)

    key = keys_once(randomness)
    assert drawn == []
    assert key("a") == key("a") != key("b")
    assert (len(key("a")), drawn) == (32, [32])
    assert key("a") != keys_once(lambda size: b"\x01" * size)("a")

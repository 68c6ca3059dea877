"""Who is written to: nobody who hides, nobody who died, and everybody else is written to or listed."""

import polars as pl
import pytest
from letter_pages import invented

from sekisho.errors import Misuse
from sekisho.loss.letters.recipients import Held, Why, recipients


def test_protected_people_and_the_dead_are_never_written_to_and_in_no_list() -> None:
    """Not even as a row that is held for another reason."""
    flagged = invented(5).with_columns(
        protected=pl.Series([True, False, True, False, None]),
        deceased=pl.Series([False, True, False, None, False]),
        name=pl.Series(["", "", "a", "b", "c"]),
    )
    found = recipients(flagged)
    assert sorted(found.letters["row"]) == [5, 6]
    assert found.held == ()
    assert found.withheld == 3


def test_a_row_without_name_or_address_is_listed_as_a_spreadsheet_counts() -> None:
    table = invented(4).with_columns(
        name=pl.Series(["a", " 　", "c", None]), address=pl.Series(["x", "y", "\u3000", "z"])
    )
    found = recipients(table)
    assert found.held == (Held(3, Why.NO_NAME), Held(4, Why.NO_ADDRESS), Held(5, Why.NO_NAME))
    assert found.letters.height == 1


def test_letters_leave_by_postcode_and_those_without_one_last() -> None:
    table = invented(5).with_columns(postal_code=pl.Series(["６８８-0300", "", "6880100", "688-0200", None]))
    assert list(recipients(table).letters["person"].str.slice(-1)) == ["2", "3", "0", "1", "4"]


def test_a_letter_and_its_mark_are_one_character_and_a_kanji_stays_the_one_it_was() -> None:
    """To compose 塚 (U+FA10) would print the other 塚."""
    table = invented(1).with_columns(name=pl.Series(["\ufa10 か\u3099 e\u0301"]))
    assert recipients(table).letters["name"].item() == "\ufa10 が é"


def test_one_segment_alone() -> None:
    table = invented(4).with_columns(segment=pl.Series(["a", "b", "a", "b"]))
    assert recipients(table, "b").letters.height == 2


def test_a_table_without_addresses_is_none() -> None:
    with pytest.raises(Misuse, match="address"):
        recipients(invented(1).drop("address"))

"""Algorithms against lists: nothing is listed that nobody read."""

import csv
import io
from datetime import date

import pytest

from sekisho.loss.suites import Part, Suite, checked_on, parts, suite_of, suites_csv

_WORDS = {"listed", "not_listed", "unverified"}


def _suite(*cryptrec: str) -> Suite:
    return Suite(
        tuple(
            Part(id=str(n), name="", role="", cryptrec=word, iso="not_listed", nist="approved", mark="V", source="")
            for n, word in enumerate(cryptrec)
        )
    )


@pytest.mark.parametrize(
    ("lists", "membership"),
    [
        (("listed", "listed"), "listed"),
        (("listed", "unverified"), "unverified"),
        (("listed", "not_listed"), "not_listed"),
        (("unverified", "not_listed"), "not_listed"),
    ],
)
def test_the_weakest_algorithm_says_it(lists: tuple[str, ...], membership: str) -> None:
    assert _suite(*lists).membership == membership


def test_what_is_listed_was_read_and_what_was_not_read_is_unverified() -> None:
    """A mark R claims no list."""
    for part in parts().values():
        assert {part.cryptrec, part.iso} <= _WORDS
        assert part.source
        if part.mark == "R":
            assert "listed" not in {part.cryptrec, part.iso}


def test_the_content_cipher_is_claimed_on_no_list() -> None:
    content = parts()["chacha20-poly1305"]
    assert (content.cryptrec, content.iso) == ("unverified", "unverified")
    assert suite_of("age1invented").nist == "not_approved"


def test_the_table_names_each_algorithm_once_with_the_day() -> None:
    text = suites_csv([suite_of("age1invented"), suite_of("age1pq1invented")]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len({row["algorithm"] for row in rows}) == len(rows) == 5
    assert {row["checked_on"] for row in rows} == {date.fromisoformat(checked_on()).isoformat()}

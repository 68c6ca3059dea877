"""A table on a screen: what fits is drawn, what does not is folded between words, and an id is never in two pieces."""

import pytest

from sekisho.cli.tables import drawn, table

HEADERS = ["index", "at", "event", "copy"]
ROW = ["1234", "2022-06-21 17:00", "ticket.destroy_intended", "5d41402a"]


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_what_is_to_stay_whole_does_on_any_screen(width: int) -> None:
    lines = drawn(HEADERS, [ROW], whole=range(4), width=width)
    assert lines[-1].split() == " ".join(ROW).split()


def test_a_ledger_fits_a_screen_of_sixty_columns() -> None:
    assert max(map(len, drawn(HEADERS, [ROW], whole=range(4), width=60))) <= 60


def test_what_may_be_folded_keeps_to_the_screen() -> None:
    lines = drawn(["id", "words"], [["a-long-id", "some words " * 9]], whole=[0], width=40)
    assert max(map(len, lines)) <= 40
    assert sum("a-long-id" in line for line in lines) == 1


def test_a_pipe_gets_lines_with_tabs() -> None:
    assert list(table(HEADERS, [ROW])) == ["\t".join(HEADERS), "\t".join(ROW)]

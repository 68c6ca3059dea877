"""What is different from last time: every term of a request that an approver should look at twice."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from invented_office import ROWS, Town
from sekisho.custody.comparing import Change, changes, last_sealed
from sekisho.custody.records import Request

pytest_plugins = ("office_fixtures",)


def last(town: Town, request: Request) -> int | None:
    found = last_sealed(town.office.ledger.connection, request)
    return found.id if found else None


def test_last_time_is_the_last_request_of_the_same_purposes_that_was_sealed(town: Town) -> None:
    first = town.request()
    assert last(town, first) is None
    town.sealed("USB-1")  # C-2
    town.approved(media=("USB-2",))  # C-3, which nobody sealed
    town.sealed("USB-3", cuts=(town.cuts[1].id,))  # C-4, of one purpose alone
    now = town.request()
    assert [last(town, each) for each in (first, now)] == [None, 2]
    assert last(town, town.request(cuts=(town.cuts[1].id,))) == 4


def test_a_purpose_with_another_title_is_the_same_purpose(town: Town) -> None:
    town.sealed("USB-1", cuts=(town.cuts[0].id,))
    town.write("rows.toml", ROWS.replace("給付金 rows", "別の題"))
    assert last(town, town.request(cuts=(town.cut("rows").id,))) == 1


@pytest.mark.parametrize(
    ("difference", "change"),
    [
        ({"people": 30}, Change("people", 3, 30)),
        ({"allow_save": False}, Change("saving", True, False)),
        ({"max_opens": 2}, Change("opens", 1, 2)),
        ({"not_after": "2022-06-21T16:00:00Z"}, Change("window", 420, 480)),
        ({"route": "車"}, Change("route", "電車、市役所から磯風コールセンターまで", "車")),
        ({"carrier": "officer"}, Change("carrier", "carrier", "officer")),
        ({"recipient": "agent"}, Change("recipient", "supervisor", "agent")),
        ({"due": "2022-06-21T18:00:00Z"}, Change("due", 480, 600)),
        ({"place": "suita"}, Change("place", "", "suita")),
        ({"media": ["A", "B"]}, Change("media", 1, 2)),
        ({"fields": ["rows.csv: x (name, keep)"]}, None),
    ],
)
def test_every_term_is_compared(town: Town, difference: dict[str, Any], change: Change | None) -> None:
    before = town.request().statement
    change = change or Change("fields", before.fields, difference["fields"])
    assert changes(before, msgspec.structs.replace(before, **difference)) == [change]
    assert changes(before, before) == []


def test_the_same_window_on_another_day_is_no_difference(town: Town) -> None:
    before = town.request().statement
    town.clock.advance(timedelta(days=1))
    assert changes(before, town.request().statement) == []

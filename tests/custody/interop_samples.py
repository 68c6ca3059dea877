"""Entries as the ledger has them, and what other programs are given for them; run as a program, the golden files anew."""

import json
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sekisho.custody.interop.case import document_lines
from sekisho.custody.interop.cef import cef
from sekisho.custody.interop.ocsf import ocsf
from sekisho.custody.interop.tables import BOM, EVENT_COLUMNS, event_row, line
from sekisho.ledger.entry import Entry, Value

GOLDEN = Path(__file__).resolve().parent.parent / "vectors" / "interop"
ORIGIN = "custody.city.example/ledger"
COPY = "912295444cc011bd5d305ed5e59d09a4"
OFFICER, CHIEF, CARRIER = "24b87cf00d76b1b0", "04dedac2ac152e93", "fdc598bd6867a469"
_EVENING = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)


def entry(index: int, kind: str, copy: str | None = COPY, **fields: Value) -> Entry:
    """Return an entry, a minute after the one before."""
    return Entry(
        index=index, type=kind, at=_EVENING + timedelta(minutes=index), copy=copy, fields=fields, commitments={}
    )


EVENING = [
    entry(0, "office.made", None, schema=3),
    entry(1, "copy.requested", None, by=OFFICER, copies=1, people=460517, request=1),
    entry(2, "copy.approved", None, by=CHIEF, request=1),
    entry(3, "medium.registered", None, medium="00175", by=OFFICER),
    entry(4, "capsule.sealed", by=OFFICER, capsule="95" * 32, request=1, slip="964883"),
    entry(5, "copy.written", capsule="95" * 32, slip="964883", verify="read-back"),
    entry(
        6,
        "copy.handed_over",
        slip="964883",
        statement="16" * 32,
        levels=["L2", "L3"],
        **{"from": OFFICER, "to": CARRIER},
    ),
    entry(7, "release.given", slip="964883", route="voice"),
    entry(8, "alarm.fired", cause="return/964883", rung="day_end", told=4),
    entry(9, "copy.lost", slip="964883"),
    entry(10, "ticket.destroyed", by=[CHIEF, OFFICER], ticket="93c7eec15e4ccd54"),
    entry(11, "future.thing", None, said="a=b|c\\d\n=1+1 和"),
]


def written() -> dict[str, str]:
    """Return the golden files' content by their names; the program's version is not of it."""
    events = (json.dumps(ocsf(each, origin=ORIGIN), ensure_ascii=False, sort_keys=True) for each in EVENING)
    return {
        "events.ocsf.jsonl": "".join(f"{each}\n" for each in events).replace(f'"{version("sekisho")}"', '"VERSION"'),
        "events.cef": "".join(f"{cef(each, origin=ORIGIN)}\n" for each in EVENING),
        "events.case.jsonld": "".join(f"{each}\n" for each in document_lines(EVENING, origin=ORIGIN)),
        "events.csv": BOM + line(EVENT_COLUMNS) + "".join(line(event_row(each)) for each in EVENING),
    }


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, text in written().items():
        (GOLDEN / name).write_bytes(text.encode())
    sys.stdout.write(f"{GOLDEN}\n")

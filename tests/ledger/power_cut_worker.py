"""A program that appends to a ledger until something cuts it off, and one that says afterwards what is left.

``append ROOT [--synchronous NORMAL] [--publish-every 100] [--count N]`` prints ``size root`` after each acknowledged entry and
flushes; whoever cuts keeps those lines elsewhere. With another setting than FULL the ledger's own refusal is switched off: that
run is there to lose something.

``check ROOT ACKNOWLEDGED`` reads the lines back and prints one JSON line: how many entries were acknowledged, how many of those are
lost, how many roots are no longer reproduced, whether the ledger is refused as forked, and whether it can be written again. It ends
with 1 where anything was lost.
"""

import argparse
import contextlib
import json
import sys
from pathlib import Path

from ledger_office import Office

from sekisho.errors import LedgerBroken
from sekisho.ledger import store
from sekisho.sql import Connection


def any_settings(connection: Connection) -> None:
    """Demand nothing."""


def append(root: Path, *, synchronous: str, publish_every: int, count: int) -> None:
    office = Office(root)
    if synchronous != "FULL":
        store.demand_settings = any_settings
    with contextlib.closing(office.connect()) as connection:
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        ledger = office.ledger(connection)
        for number in range(1, count + 1):
            with ledger.transaction(publish=number % publish_every == 0) as tx:
                tx.append("copy.sealed", copy=f"C-{number}", details={"carrier": "尼崎 太郎"})
            tree = store.load_tree(connection)
            print(tree.size, tree.root().hex(), flush=True)  # noqa: T201 - read by whoever cuts


def check(root: Path, acknowledged: Path) -> dict[str, int | bool | str]:
    promised = [
        line.split() for line in acknowledged.read_text(encoding="utf-8").splitlines(keepends=True) if "\n" in line
    ]
    office = Office(root)
    with contextlib.closing(office.connect()) as connection:
        size = store.load_tree(connection).size
        kept = [(int(each), root) for each, root in promised if int(each) <= size]
        wrong = sum(store.root_at(connection, each).hex() != root for each, root in kept)
        found: dict[str, int | bool | str] = {
            "acknowledged": len(promised), "size": size, "lost": len(promised) - len(kept), "wrong_roots": wrong
        }  # fmt: skip
        (found["integrity"],) = connection.execute("PRAGMA integrity_check").fetchone()
        try:
            with office.ledger(connection).transaction() as tx:
                tx.append("night.over")
        except LedgerBroken as error:
            return found | {"forked": True, "refused": error.key}
    return found | {"forked": False}


def main() -> int:
    parser = argparse.ArgumentParser()
    tasks = parser.add_subparsers(dest="task", required=True)
    appending, checking = tasks.add_parser("append"), tasks.add_parser("check")
    for each in (appending, checking):
        each.add_argument("root", type=Path)
    appending.add_argument("--synchronous", choices=["FULL", "NORMAL", "OFF"], default="FULL")
    appending.add_argument("--publish-every", type=int, default=100)
    appending.add_argument("--count", type=int, default=1_000_000)
    checking.add_argument("acknowledged", type=Path)
    given = vars(parser.parse_args())
    if given.pop("task") == "append":
        append(**given)
        return 0
    found = check(**given)
    print(json.dumps(found))  # noqa: T201 - read by whoever cut
    return int(bool(found["lost"] or found["wrong_roots"]))


if __name__ == "__main__":
    sys.exit(main())

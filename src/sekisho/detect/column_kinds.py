"""What each column of a table holds, for whoever has to read the table and not to report on it.

A header that names a kind says it, as for a scan; what values say is asked on a spread sample alone, since a file that was
lost must be counted in seconds, and whoever knows better can say so.
"""

from dataclasses import dataclass

from sekisho.detect.columns import Verdict, judge
from sekisho.detect.examine import Plan, examine, nothing
from sekisho.detect.headers import HeaderReading, read_header
from sekisho.detect.labels import labels_of
from sekisho.detect.packs import Rules, built_in_rules
from sekisho.detect.people import Counting
from sekisho.detect.profiles import column_profiles, matched_cells
from sekisho.detect.sample import Room
from sekisho.readers.tables import Table

_SEED = 20220621
_FIRST, _EVERY = 1, 16  # blocks that are looked at: those at the beginning, and then one in so many


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnKind:
    """What one column holds.

    Attributes:
        reading: what its header says; None where it names no kind.
        verdict: the surest of what its values say, if most of them hold it and it is not only possible; None where nobody
            asked them.
    """

    reading: HeaderReading | None
    verdict: Verdict | None = None


def column_kinds(table: Table, *, rules: Rules | None = None) -> list[ColumnKind]:
    """Return what each column of a table holds; values are asked where a header says nothing, or little.

    Raises:
        Unreadable: the file is gone or damaged.
    """
    rules = rules or built_in_rules()
    readings = [read_header(header, rules) for header in table.columns]
    if all(reading and reading.strength != "weak" for reading in readings):
        return [ColumnKind(reading=reading) for reading in readings]
    found = _by_values(table, readings, rules)
    return [ColumnKind(reading=reading, verdict=verdict) for reading, verdict in zip(readings, found, strict=True)]


def _by_values(table: Table, readings: list[HeaderReading | None], rules: Rules) -> list[Verdict | None]:
    room = Room(rows=int(rules.scale.sample["rows"]), bytes=int(rules.scale.sample["bytes"]))
    plan = Plan(counting=Counting(None, None), labels=labels_of(rules), room=room, seed=_SEED)
    part = nothing(len(table.columns), plan)
    for number, block in enumerate(table.blocks()):
        if number < _FIRST or number % _EVERY == 0:
            part += examine(block, plan, limit=part.sample.limit)
    profiles, _ = column_profiles(table, part, readings, rules)
    verdicts = judge(profiles, rules)
    found = list[Verdict | None]()
    for profile, each in zip(profiles, verdicts, strict=True):
        sure = next((verdict for verdict in each if verdict.level != "low"), None)
        most = sure is not None and 2 * matched_cells(sure.kind, profile, rules)[0] >= profile.filled
        found.append(sure if most else None)
    return found

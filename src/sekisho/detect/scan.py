"""Scan a file, a table or a text: the reports on what personal data it holds.

Numbers are counted over every row. Text is read on an even sample of rows; a report says how large it was. What stands
above the rows, titles and header, is looked at for numbers and e-mail addresses. A file that could not be inspected has a
report of its own that says why: silence is not an answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sekisho.detect.cells import Values
from sekisho.detect.columns import Verdict, judge
from sekisho.detect.evidence import ColumnProfile
from sekisho.detect.examine import Part, Plan, examine, nothing
from sekisho.detect.findings import ABOVE, ColumnFinding, Report, TableReport, Uninspected
from sekisho.detect.headers import read_header
from sekisho.detect.labels import labels_of
from sekisho.detect.masks import mask
from sekisho.detect.packs import Rules, built_in_rules
from sekisho.detect.people import Counting, Distinct, choose_counting, counting_by_header, distinct
from sekisho.detect.places import places_in
from sekisho.detect.profiles import column_profiles, matched_cells
from sekisho.detect.sample import Room
from sekisho.detect.text.plan import TextPlan
from sekisho.detect.work import examined_elsewhere, recounted_elsewhere, units_of
from sekisho.errors import Unreadable
from sekisho.progress import Progress, silent
from sekisho.readers.context import Options
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table
from sekisho.readers.view import Text, Unread, View
from sekisho.readers.views import views
from sekisho.workers.executor import Executor

_SEED = 20220621
_BATCH = 8


def scan_tables(
    source: Path | View,
    *,
    progress: Progress | None = None,
    rules: Rules | None = None,
    executor: Executor | None = None,
) -> list[TableReport]:
    """Return a report for each table of a file, and for what could not be inspected; texts are left out.

    Args:
        source: a file, or a view of one.
        progress: told after each block how many bytes of text it had.
        rules: other rules than the built-in ones.
        executor: where the parts of large tables are examined, if not here; the reports are the same.
    """
    reports = scan_each(source, progress=progress, rules=rules, executor=executor)
    return [report for report in reports if isinstance(report, TableReport)]


def scan_each(
    source: Path | View,
    *,
    progress: Progress | None = None,
    rules: Rules | None = None,
    plan: TextPlan | None = None,
    executor: Executor | None = None,
    options: Options | None = None,
) -> Iterator[Report]:
    """Yield a report for each table and text of a file, or for one of them.

    Args:
        source: a file, or a view of one.
        progress: told after each block how many bytes of text it had.
        rules: other rules for tables than the built-in ones.
        plan: what is asked of running text.
        executor: where the parts of large tables are examined, if not here; the reports are the same.
        options: what was asked of the readers beyond the usual.
    """
    _keep_freed_memory()
    plan, progress = plan or TextPlan(), progress or silent
    for view in views(source, options=options) if isinstance(source, Path) else (source,):
        match view:
            case Table():
                yield _scan_table(view, progress, rules or built_in_rules(), plan, executor)
            case Text():
                from sekisho.detect.text.scan import scan_text  # noqa: PLC0415 - tables need nothing of it

                yield scan_text(view, plan, progress=progress)
            case Unread():
                yield uninspected(view.path, view.error, name=view.name)


def uninspected(path: Path, error: Unreadable, *, name: str | None = None) -> TableReport:
    """Return the report on what could not be inspected.

    Args:
        path: where it is.
        error: why.
        name: the table's name, where it is one of several.
    """
    name = path.stem if name is None else name
    if error.key == "readers.empty":  # nothing is in it, which is an answer
        return TableReport(path=path, name=name)
    return TableReport(path=path, name=name, could_not_inspect=Uninspected(key=error.key, values=error.values))


def _scan_table(
    table: Table, progress: Progress, rules: Rules, plan: TextPlan, executor: Executor | None
) -> TableReport:
    problems, heading = Problems(), table.heading()
    try:
        units = units_of(table) if executor else ()
        above = _scan_heading(heading, rules) if heading else ()
        readings = [read_header(header, rules) for header in table.columns]
        counting = counting_by_header(readings, rules)
        asked = _plan(counting, rules)
        if executor and units:
            part = examined_elsewhere(units, asked, executor, problems=problems, progress=progress)
        else:
            part = _examined(table, asked, problems, progress)
        profiles, values = column_profiles(table, part, readings, rules)
        verdicts = judge(profiles, rules)
        likeliest = [_likeliest(found, profile, rules) for found, profile in zip(verdicts, profiles, strict=True)]
        better = choose_counting(likeliest, readings, rules)
        people, households = (part.people, part.households)
        if better != counting:
            people, households = (
                recounted_elsewhere(units, better, executor) if executor and units else _recount(table, better)
            )
        places = places_in(table, profiles, verdicts, plan)
    except Unreadable as error:
        return uninspected(table.path, error, name=table.name)
    except MemoryError:
        return uninspected(table.path, Unreadable("readers.memory", path=table.path), name=table.name)
    return TableReport(
        path=table.path,
        name=table.name,
        rows=part.rows,
        columns=len(table.columns),
        people=len(people) if better.people else None,
        people_by=better.people.kinds if better.people else (),
        untold=people.untold if better.people else 0,
        households=len(households) if better.households else None,
        sampled=len(part.sample.rows),
        findings=(*above, *_findings(table, profiles, values, verdicts, rules)),
        places=places,
        problems=problems.found(),
    )


def _scan_heading(heading: Table, rules: Rules) -> tuple[ColumnFinding, ...]:
    """Look at what stands above a table's rows: a title with one telephone number tells it as well as a column."""
    rules = rules.for_single_cells()
    part = _examined(heading, _plan(Counting(None, None), rules), Problems(), silent)
    profiles, values = column_profiles(heading, part, [None], rules)
    found = _findings(heading, profiles, values, judge(profiles, rules), rules)
    return tuple(replace(each, column=ABOVE) for each in found)


def _plan(counting: Counting, rules: Rules) -> Plan:
    room = Room(rows=int(rules.scale.sample["rows"]), bytes=int(rules.scale.sample["bytes"]))
    return Plan(counting=counting, labels=labels_of(rules), room=room, seed=_SEED)


def _examined(table: Table, plan: Plan, problems: Problems, progress: Progress) -> Part:
    none = part = batch = nothing(len(table.columns), plan)
    for number, block in enumerate(table.blocks(problems=problems)):
        batch += examine(block, plan, limit=part.sample.limit)
        if number % _BATCH == 0 or number < _BATCH:  # the first blocks bring the limit down, the others need few sums
            part, batch = part + batch, none
        progress(len(block.text))
    return part + batch


def _recount(table: Table, counting: Counting) -> tuple[Distinct, Distinct]:
    """Count again, where the values tell people apart by other columns than the headers promised."""
    people, households = Distinct(), Distinct()
    for block in table.blocks():
        more_people, more_households = distinct(block, counting)
        people, households = people + more_people, households + more_households
    return people, households


def _likeliest(verdicts: Sequence[Verdict], profile: ColumnProfile, rules: Rules) -> str | None:
    """Return the kind that a column holds, if it is likely and most of its cells hold it: a note that names one does not."""
    if not verdicts or verdicts[0].level == "low":
        return None
    matched, _ = matched_cells(verdicts[0].kind, profile, rules)
    is_called = profile.is_called(verdicts[0].kind)
    return verdicts[0].kind if is_called or 2 * matched >= profile.filled else None


def _findings(
    table: Table,
    profiles: Sequence[ColumnProfile],
    values: Sequence[Values],
    verdicts: Sequence[Sequence[Verdict]],
    rules: Rules,
) -> Iterator[ColumnFinding]:
    for profile, cells, found in zip(profiles, values, verdicts, strict=True):
        yield from (_finding(table, profile, verdict, cells, rules) for verdict in found)


def _finding(table: Table, profile: ColumnProfile, verdict: Verdict, values: Values, rules: Rules) -> ColumnFinding:
    matched, exact = matched_cells(verdict.kind, profile, rules)
    return ColumnFinding(
        table=table.name,
        column=profile.label,
        kind=verdict.kind,
        level=verdict.level,
        confidence=verdict.confidence,
        cells=profile.filled,
        matched=matched,
        exact=exact,
        distinct=profile.distinct,
        evidence=verdict.evidence,
        # The most frequent value is an example of the kind only where most cells hold the kind.
        example_masked=mask(values.most_frequent, tail=rules.kinds[verdict.kind].number)
        if 2 * matched >= profile.filled
        else "",
    )


def _keep_freed_memory() -> None:
    """Make glibc keep what arrays free, instead of mapping it anew for every block: an eighth of a scan's time.

    Freeing a mapping raises the threshold from which memory is mapped, up to 32 MB (mallopt(3), M_MMAP_THRESHOLD).
    Elsewhere this does nothing.
    """
    np.empty(31 << 20, np.uint8)

"""Many files on many workers: small ones as wholes, large tables in parts; the reports come in the order of the files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

from sekisho.detect.findings import TableReport
from sekisho.detect.packs import Rules
from sekisho.detect.scan import scan, uninspected
from sekisho.errors import Unreadable
from sekisho.progress import Progress, silent
from sekisho.readers.content import content_type
from sekisho.readers.folders import Found
from sekisho.readers.source import opened
from sekisho.readers.splitting import PART_BYTES
from sekisho.workers.executor import Executor


def scan_all(
    found: Sequence[Found], *, executor: Executor, progress: Progress = silent, rules: Rules | None = None
) -> Iterator[list[TableReport]]:
    """Yield the reports of each file.

    Args:
        found: the files, and what is no file.
        executor: where the work is done.
        progress: told how many bytes of the files are done.
        rules: other rules than the built-in ones.
    """
    for are_large, group in groupby(found, key=_is_large_text):
        if are_large:
            yield from (scan(each.path, progress=progress, rules=rules, executor=executor) for each in group)
        else:
            yield from _scan_wholes(list(group), executor, progress, rules)


def scan_found(found: Found, *, rules: Rules | None = None) -> list[TableReport]:
    """Return the reports of one file, or the reason why it is none."""
    return [uninspected(found.path, found.passed_over)] if found.passed_over else scan(found.path, rules=rules)


def _scan_wholes(
    found: Sequence[Found], executor: Executor, progress: Progress, rules: Rules | None
) -> Iterator[list[TableReport]]:
    anywhere = (replace(each, path=each.path.absolute()) for each in found)
    for each, result in zip(found, executor.map(partial(scan_found, rules=rules), anywhere), strict=True):
        if isinstance(result, Unreadable):
            yield [uninspected(each.path, result)]
        elif isinstance(result, Exception):
            raise result
        else:
            yield [_as_asked(report, each.path) for report in result]
        progress(each.size)


def _is_large_text(found: Found) -> bool:
    if found.passed_over or found.size < 2 * PART_BYTES:
        return False
    try:
        with opened(found.path) as file:
            return content_type(file) == "text"
    except Unreadable:
        return False  # whoever scans it says why


def _as_asked(report: TableReport, asked: Path) -> TableReport:
    """Call a file again what it was called by whoever asked: a worker knows it from the root."""
    anywhere = asked.absolute()
    if anywhere == asked:
        return report

    reason = report.could_not_inspect
    if reason is not None:
        values = {
            name: _renamed(each, anywhere, asked) if isinstance(each, Path) else each
            for name, each in reason.values.items()
        }
        reason = replace(reason, values=values)
    return replace(report, path=_renamed(report.path, anywhere, asked), could_not_inspect=reason)


def _renamed(path: Path, anywhere: Path, asked: Path) -> Path:
    """Rename a file, or what lies inside it (``outer.zip!inner.csv``)."""
    return Path(str(asked) + str(path).removeprefix(str(anywhere)))

"""Many files on many workers: small ones as wholes, large tables in parts; the reports come in the order of the files."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from sekisho.detect.findings import Report
from sekisho.detect.packs import Rules
from sekisho.detect.scan import scan_each, uninspected
from sekisho.detect.text.plan import TextPlan
from sekisho.errors import Unreadable
from sekisho.progress import Progress, silent
from sekisho.readers.content import content_type
from sekisho.readers.context import Options
from sekisho.readers.folders import Found
from sekisho.readers.source import opened
from sekisho.readers.splitting import PART_BYTES
from sekisho.workers.executor import Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of every file.

    Attributes:
        rules: other rules for tables than the built-in ones.
        plan: what is asked of running text.
        options: what is asked of the readers beyond the usual.
    """

    rules: Rules | None = None
    plan: TextPlan = field(default_factory=TextPlan)
    options: Options | None = None


def scan_all(
    found: Sequence[Found], *, executor: Executor, progress: Progress = silent, asked: Asked | None = None
) -> Generator[list[Report], None, None]:
    """Yield the reports of each file.

    Args:
        found: the files, and what is no file.
        executor: where the work is done.
        progress: told how many bytes of the files are done.
        asked: of every file.
    """
    asked = asked or Asked()
    for are_large, group in groupby(found, key=_is_large_text):
        if are_large:
            yield from (_scan(each.path, asked, progress=progress, executor=executor) for each in group)
        else:
            yield from _scan_wholes(list(group), executor, progress, asked)


def scan_found(found: Found, *, asked: Asked) -> list[Report]:
    """Return the reports of one file, or the reason why it is none."""
    return [uninspected(found.path, found.passed_over)] if found.passed_over else _scan(found.path, asked)


def _scan(
    path: Path, asked: Asked, *, progress: Progress | None = None, executor: Executor | None = None
) -> list[Report]:
    return list(
        scan_each(path, progress=progress, rules=asked.rules, plan=asked.plan, executor=executor, options=asked.options)
    )


def _scan_wholes(
    found: Sequence[Found], executor: Executor, progress: Progress, asked: Asked
) -> Iterator[list[Report]]:
    anywhere = found if executor.same_folder else (replace(each, path=each.path.absolute()) for each in found)
    for each, result in zip(found, executor.map(partial(scan_found, asked=asked), anywhere), strict=True):
        if isinstance(result, Unreadable):
            yield [uninspected(each.path, result)]
        elif isinstance(result, Exception):
            raise result
        else:
            yield result if executor.same_folder else [_as_asked(report, each.path) for report in result]
        progress(each.size)


def _is_large_text(found: Found) -> bool:
    if found.passed_over or found.size < 2 * PART_BYTES:
        return False
    try:
        with opened(found.path) as file:
            return content_type(file) == "text"
    except Unreadable:
        return False  # whoever scans it says why


def _as_asked(report: Report, asked: Path) -> Report:
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

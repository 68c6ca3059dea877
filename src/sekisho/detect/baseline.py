r"""A baseline: the findings that a project has accepted, so that a scan tells only what is new.

As JSON, in a fixed order, so that versions of it can be compared::

    format          "sekisho-baseline"
    version         1
    key             the id of the key that made it
    files           fingerprint of the file's name → the fingerprints of its findings, sorted

It holds neither values, masked or not, nor names of files or columns. What could not be inspected is never accepted: it
is told each time. Neither is a finding of low confidence, which nobody has been shown.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

import msgspec

from sekisho.detect.findings import ColumnFinding, Finding, Report, TableReport, TextReport
from sekisho.detect.fingerprints import Fingerprints, load_key, load_or_make_key
from sekisho.errors import MediumError, Missing, NoKey, Unreadable
from sekisho.files import open_file, write_whole

VERSION = 1

_Found = TypeVar("_Found", ColumnFinding, Finding)
_Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Accepted findings.

    Attributes:
        key: the id of the key that made the fingerprints.
        files: fingerprint of a file's name → those of its findings.
    """

    key: str
    files: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A report in two: together they hold each finding once."""

    new: Report
    old: Report


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["sekisho-baseline"]
    version: int
    key: str
    files: dict[_Hex, list[_Hex]]


def open_project(path: Path, key: Path | None = None, *, update: bool = False) -> tuple[Fingerprints, Baseline]:
    """Return what makes a project's fingerprints, and its baseline.

    Args:
        path: the baseline; its folder is the project's.
        key: the key file; beside the baseline, with ``.key`` behind its name, if not given.
        update: the baseline is about to be written: where there is neither baseline nor key, both begin.

    Raises:
        MediumError: the key cannot be written.
        Missing: there is no baseline, or it has lost its key.
        NoKey: the key is that of another baseline.
        Unreadable: one of them cannot be read, or is none.
    """
    key = path.with_name(f"{path.name}.key") if key is None else key
    begins = update and not os.path.lexists(path)
    if not begins and not os.path.lexists(path):
        raise Missing("baseline.none", path=path)
    fingerprints = Fingerprints(key=load_or_make_key(key) if begins else load_key(key), folder=path.parent)
    return fingerprints, nothing_accepted(fingerprints) if begins else read_baseline(path, fingerprints)


def nothing_accepted(fingerprints: Fingerprints) -> Baseline:
    """Return the baseline of a project that has accepted nothing."""
    return Baseline(key=fingerprints.key.id, files={})


def read_baseline(path: Path, fingerprints: Fingerprints) -> Baseline:
    """Read a baseline that was made with this project's key.

    Raises:
        Missing: there is none.
        NoKey: it was made with another key.
        Unreadable: it cannot be read, is none, or was written by a newer Sekisho.
    """
    try:
        with open_file(path, follow=True) as file:
            document = msgspec.json.decode(file.read(), type=_Document)
    except FileNotFoundError as error:
        raise Missing("baseline.none", path=path) from error
    except OSError as error:
        raise Unreadable("baseline.unreadable", path=path) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("baseline.damaged", path=path) from error
    if document.version != VERSION:
        raise Unreadable("baseline.newer", path=path, version=document.version)
    if document.key != fingerprints.key.id:
        raise NoKey("baseline.other_key", path=path)
    return Baseline(key=document.key, files={name: frozenset(each) for name, each in document.files.items()})


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline whole or not at all, in place of one that is there.

    Raises:
        MediumError: the disk says no.
    """
    document = {
        "format": "sekisho-baseline",
        "version": VERSION,
        "key": baseline.key,
        "files": {name: sorted(baseline.files[name]) for name in sorted(baseline.files)},
    }
    try:
        write_whole(path, json.dumps(document, indent=1).encode() + b"\n", overwrite=True, mode=0o644)
    except OSError as error:
        raise MediumError("baseline.unwritable", path=path) from error


def accept(baseline: Baseline, reports: Iterable[Report], fingerprints: Fingerprints) -> Baseline:
    """Return a baseline that accepts what these reports tell, and of files they do not tell of what it did before.

    A file that could not be inspected this time keeps what was accepted of it.
    """
    told = [(fingerprints.of_file(report.path), report) for report in reports]
    dark = {name for name, report in told if report.could_not_inspect}
    files = {name: found for name, found in baseline.files.items() if name in dark or name not in dict(told)}
    for name, report in told:
        files[name] = files.get(name, frozenset()) | frozenset(_accepted(report, fingerprints))
    return replace(baseline, files={name: found for name, found in files.items() if found})


def compare(report: Report, baseline: Baseline, fingerprints: Fingerprints) -> Compared:
    """Tell the new findings of a report from those that were accepted.

    A finding of a text that was counted but not kept, or that has no fingerprint, counts as new: nothing is hidden on a
    guess. What could not be inspected stays with the new.
    """
    accepted = baseline.files.get(fingerprints.of_file(report.path), frozenset())
    if isinstance(report, TableReport):
        return _compare_table(report, accepted, fingerprints)
    return _compare_text(report, accepted, fingerprints)


def _compare_table(report: TableReport, accepted: frozenset[str], fingerprints: Fingerprints) -> Compared:
    columns = _divided(report.findings, lambda each: of_column(report, each, fingerprints) in accepted)
    known = {(each.column, each.kind) for each in columns.old}
    places = _divided(
        report.places,
        lambda each: (each.column, each.kind) in known or of_place(report.path, each, fingerprints) in accepted,
    )
    return Compared(
        new=replace(report, findings=columns.new, places=places.new),
        old=replace(report, findings=columns.old, places=places.old, could_not_inspect=None),
    )


def _compare_text(report: TextReport, accepted: frozenset[str], fingerprints: Fingerprints) -> Compared:
    places = _divided(report.findings, lambda each: of_place(report.path, each, fingerprints) in accepted)
    old = Counter((each.kind, each.level) for each in places.old)
    left = {key: count - old[key] for key, count in report.counts.items() if count > old[key]}
    return Compared(
        new=replace(report, findings=places.new, counts=left),
        old=replace(report, findings=places.old, counts=dict(old), could_not_inspect=None),
    )


@dataclass(frozen=True, slots=True)
class _Divided(Generic[_Found]):
    new: tuple[_Found, ...]
    old: tuple[_Found, ...]


def _divided(findings: Iterable[_Found], is_old: Callable[[_Found], bool]) -> _Divided[_Found]:
    judged = [(each, is_old(each)) for each in findings]
    return _Divided(tuple(each for each, old in judged if not old), tuple(each for each, old in judged if old))


def of_column(report: TableReport, finding: ColumnFinding, fingerprints: Fingerprints) -> str:
    """Return the fingerprint of a column's finding."""
    return fingerprints.of_column(kind=finding.kind, path=report.path, table=report.name, column=finding.column)


def of_place(path: Path, finding: Finding, fingerprints: Fingerprints) -> str | None:
    """Return the fingerprint that a finding has, or that its value gives it; None where it has neither."""
    if finding.fingerprint is None and finding.value is not None:
        return fingerprints.of_value(kind=finding.kind, path=path, value=finding.value)
    return finding.fingerprint


def _accepted(report: Report, fingerprints: Fingerprints) -> Iterator[str]:
    if isinstance(report, TableReport):
        yield from (of_column(report, each, fingerprints) for each in report.findings if each.level != "low")
    for each in report.places if isinstance(report, TableReport) else report.findings:
        found = of_place(report.path, each, fingerprints)
        if found and each.level != "low":
            yield found

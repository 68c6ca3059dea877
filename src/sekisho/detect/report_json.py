"""Reports as bytes and back, for what a scan remembers: JSON with everything a report says, and no value that was not masked.

Paths are written relative to the file that the reports are about, so that they come back right when the same file is asked
for under another name. Bytes of a name that are no UTF-8 stay what they are in Python, lone surrogates, as escapes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import msgspec

from sekisho.detect.findings import Report, TableReport, TextReport

_SORTS: Mapping[str, type[Report]] = {"table": TableReport, "text": TextReport}
_PATH_KEYS = frozenset({"path", "below"})


def to_bytes(reports: Iterable[Report], file: Path) -> bytes:
    """Write reports.

    Args:
        reports: all on one file, or on what is in it.
        file: that file.
    """
    return json.dumps([_plain(report, file) for report in reports], separators=(",", ":")).encode()


def from_bytes(data: bytes, file: Path) -> list[Report]:
    """Read what :func:`to_bytes` wrote.

    Args:
        data: the reports.
        file: the file that they are about, as it is called now.

    Raises:
        ValueError: it is not what was written.
    """
    return [_report(each, file) for each in msgspec.convert(json.loads(data), list[dict[str, Any]])]


def _plain(report: Report, file: Path) -> dict[str, Any]:
    kept = {each.name: getattr(report, each.name) for each in fields(report)}
    if isinstance(report, TableReport):
        kept["places"] = [replace(each, value=None) for each in report.places]
        sort = "table"
    else:
        kept["findings"] = [replace(each, value=None) for each in report.findings]
        kept["counts"] = [(*key, count) for key, count in report.counts.items()]
        sort = "text"
    plain: dict[str, Any] = msgspec.to_builtins(kept, enc_hook=lambda value: _written(value, file))
    return {"sort": sort, **plain}


def _report(plain: dict[str, Any], file: Path) -> Report:
    sort = _SORTS.get(plain.pop("sort", ""))
    if sort is None:
        raise ValueError("a report of no known sort")
    if sort is TextReport:
        plain["counts"] = {(kind, level): count for kind, level, count in plain["counts"]}
    return msgspec.convert(plain, sort, dec_hook=lambda expected, value: _read(expected, value, file))


def _written(value: object, file: Path) -> dict[str, str]:
    """Write a path; nothing else in a report needs help."""
    if not isinstance(value, Path):
        raise NotImplementedError(f"no report holds {type(value).__name__}")
    whole, start = str(value), str(file)
    return {"below": whole[len(start) :]} if whole.startswith(start) else {"path": whole}


def _read(expected: type, value: object, file: Path) -> object:
    """Read a path, and let stand what is none where anything may stand."""
    if isinstance(value, dict) and len(value) == 1:
        ((name, text),) = value.items()
        if name in _PATH_KEYS and isinstance(text, str):
            return Path(str(file) + text if name == "below" else text)
    if expected is Path:
        raise ValueError("a path of no known form")
    return value

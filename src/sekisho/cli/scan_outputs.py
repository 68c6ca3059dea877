"""What a scan prints and writes: lines for people or programs, a page, SARIF, and the baseline."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import click

from sekisho.cli.scan_asked import Asking
from sekisho.cli.scan_words import lines
from sekisho.cli.tables import table
from sekisho.detect.findings import Report
from sekisho.detect.records import kinds_of, records
from sekisho.errors import MediumError, Misuse, NotFound
from sekisho.files import write_whole

_IN_FULL = 20  # files of which every table is shown; more are an overview


@dataclass(slots=True, kw_only=True)
class Outputs:
    """Takes reports as they come.

    Attributes:
        asking: the command line.
        found: personal data was found that the baseline does not know.
        dark: something could not be inspected.
    """

    asking: Asking
    found: bool = False
    dark: bool = False
    _kept: list[Report] = field(default_factory=list)
    _files: int = 0

    @classmethod
    def of(cls, asking: Asking) -> "Outputs":
        """Begin; where something is in the way of a file that is to be written, say so before hours of scanning.

        Raises:
            Misuse: a file of that name is there.
            NotFound: there is no folder for it.
        """
        written = [path for path in (asking.html, asking.sarif) if path is not None]
        for path in written:
            if path.exists() or written.count(path) > 1:
                raise Misuse("cli.exists", path=path)
        for named in (*written, asking.remember, asking.baseline):
            if named is not None and not named.absolute().parent.is_dir():
                raise NotFound("cli.no_file", path=named.parent)
        return cls(asking=asking)

    def take(self, reports: list[Report]) -> None:
        """Take the reports on one file."""
        told = [self._new(report) for report in reports]
        self.found = self.found or (any(map(kinds_of, told)) and not self.asking.baseline_update)
        self.dark = self.dark or any(report.could_not_inspect for report in told)
        self._files += 1
        if self.asking.session.json:
            for record in records(told):
                click.echo(json.dumps(record, ensure_ascii=False))
        if not self.asking.session.json or self._are_needed:
            self._kept += reports if self.asking.baseline_update else told

    @property
    def _are_needed(self) -> bool:
        return bool(self.asking.html or self.asking.sarif or self.asking.baseline_update)

    def _new(self, report: Report) -> Report:
        if self.asking.project is None or self.asking.baseline_update:
            return report
        from sekisho.detect.baseline import compare

        fingerprints, baseline = self.asking.project
        return compare(report, baseline, fingerprints).new

    def finish(self) -> None:
        """Print what people read, and write the files that were asked for.

        Raises:
            MediumError: the disk refused.
        """
        if not self.asking.session.json:
            self._print()
        if self.asking.html:
            self._write(self.asking.html, self._page())
        if self.asking.sarif:
            self._write(self.asking.sarif, self._sarif())
        if self.asking.baseline_update:
            self._accept()

    def _print(self) -> None:
        if self._files > _IN_FULL:
            self._print_overview()
            return
        asking = self.asking
        for report in self._kept:
            for line in lines(asking.session, report, low=asking.low, explain=asking.explain, spans=asking.spans):
                click.echo(line)

    def _print_overview(self) -> None:
        from sekisho.detect.report.terminal import Grid, overview

        for each in overview(self._kept, self.asking.session.language):
            for line in table(each.headers, each.rows, right=each.right) if isinstance(each, Grid) else [each]:
                click.echo(line)

    def _page(self) -> str:
        from sekisho.detect.report.html import page

        session = self.asking.session
        made = session.clock.now().astimezone()
        return page(self._kept, session.language, made=made, sources=" ".join(self.asking.sources))

    def _sarif(self) -> str:
        from sekisho.detect.report.sarif import sarif

        fingerprints = self.asking.project[0] if self.asking.project else None
        return json.dumps(sarif(self._kept, self.asking.session.language, fingerprints), ensure_ascii=False, indent=1)

    def _write(self, path: Path, text: str) -> None:
        try:
            write_whole(path, text.encode("utf-8", "replace") + b"\n", mode=0o644)
        except OSError as error:
            raise MediumError("cli.disk", path=path) from error
        self.asking.session.note("scan.written", path=path)

    def _accept(self) -> None:
        from sekisho.detect.baseline import accept, write_baseline

        assert self.asking.project is not None, "the command line saw to it"
        assert self.asking.baseline is not None, "the same"
        fingerprints, baseline = self.asking.project
        write_baseline(self.asking.baseline, accept(baseline, self._kept, fingerprints))
        self.asking.session.note("scan.accepted", path=self.asking.baseline)

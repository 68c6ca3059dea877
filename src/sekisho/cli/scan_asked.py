"""What a scan was asked for: its options, and what is made of them once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.session import Session
from sekisho.detect.pack_files import rules_with
from sekisho.detect.packs import Rules, built_in_rules
from sekisho.detect.spread import Asked
from sekisho.detect.text.scan import TextPlan
from sekisho.readers.context import Options

if TYPE_CHECKING:
    from sekisho.detect.baseline import Baseline
    from sekisho.detect.fingerprints import Fingerprints
    from sekisho.detect.recognisers.recogniser import Recogniser

_YAML = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The command line of a scan; each attribute is the option of that name."""

    session: Session
    sources: tuple[str, ...]
    low: bool
    explain: bool
    spans: bool
    rules: tuple[Path, ...]
    names: str | None
    ocr: bool
    full: bool
    changed_since: str | None
    remember: Path | None
    verify: bool
    baseline: Path | None
    baseline_key: Path | None
    baseline_update: bool
    html: Path | None
    sarif: Path | None
    on: str | None
    reveal: bool
    key: Path | None

    @cached_property
    def table_rules(self) -> Rules | None:
        """The rules for tables, where files of rules were named.

        Raises:
            Unreadable: one of them cannot be read, or has a mistake.
        """
        packs = [path for path in self.rules if path.suffix.lower() not in _YAML]
        return rules_with(packs) if packs else None

    @cached_property
    def recognisers(self) -> "tuple[Recogniser, ...]":
        """Presidio's recognisers that were named; what of them is not taken is said once.

        Raises:
            Unreadable: a file cannot be read, or is no such file.
            Missing: the reader of YAML is not installed.
        """
        from sekisho.detect.recognisers.presidio import read_presidio

        read = [read_presidio(path) for path in self.rules if path.suffix.lower() in _YAML]
        for refused in (each for imported in read for each in imported.refused):
            self.session.note("scan.rule_refused", why=refused.says(self.session.language))
        return tuple(each for imported in read for each in imported.recognisers)

    @cached_property
    def project(self) -> "tuple[Fingerprints, Baseline] | None":
        """What makes fingerprints, and the baseline, where one was named.

        Raises:
            SekishoError: there is none, it is damaged, or the key is another's.
        """
        from sekisho.detect.baseline import open_project

        if self.baseline is None:
            return None
        return open_project(self.baseline, self.baseline_key, update=self.baseline_update)

    @cached_property
    def of_files(self) -> Asked:
        """What is asked of every file."""
        plan = TextPlan(
            spans=self.spans,
            names=self.names,
            reveal=self.reveal,
            fingerprints=self.project[0] if self.project else None,
            recognisers=self.recognisers,
        )
        return Asked(rules=self.table_rules, plan=plan, options=Options(ocr=self.ocr))

    @cached_property
    def digest(self) -> str:
        """What tells this way of scanning from another."""
        from sekisho.detect.memory import digest_of

        names = [each.name for each in self.recognisers]
        options = [str(self.spans), str(self.names), str(self.ocr), *names]
        if self.project:
            options.append(self.project[0].key.id)
        return digest_of(self.table_rules or built_in_rules(), *options)

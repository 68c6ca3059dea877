"""What a scan was asked for: its options, and what is made of them once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.session import Session
from sekisho.detect.packs import Rules, built_in_rules
from sekisho.detect.spread import Asked
from sekisho.detect.text.plan import TextPlan
from sekisho.errors import Misuse
from sekisho.readers.context import Options

if TYPE_CHECKING:
    from sekisho.detect.baseline import Baseline
    from sekisho.detect.fingerprints import Fingerprints
    from sekisho.detect.own_rules import OwnRules
    from sekisho.detect.recognisers.recogniser import Recogniser


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
    s3_endpoint: str | None
    reveal: bool
    key: Path | None

    @property
    def own_files(self) -> list[Path]:
        """The files that a scan writes or keeps for itself, which are no sources."""
        named = [self.remember, self.html, self.sarif, self.baseline, self.baseline_key]
        beside = [self.baseline.with_name(f"{self.baseline.name}.key")] if self.baseline else []
        return [path for path in (*named, *beside) if path is not None]

    @cached_property
    def own(self) -> "OwnRules | None":
        """The rules of the user's own, where files of them were named; what of them is not taken is said once.

        Raises:
            Missing: a file is YAML, and no reader of YAML is installed.
            Misuse: a file is neither TOML nor YAML by its name.
            Unreadable: a file cannot be read, or has a mistake.
        """
        from sekisho.detect.own_rules import own_rules

        if not self.rules:
            return None
        found = own_rules(self.rules)
        for each in found.not_taken:
            self.session.note("scan.rule_refused", why=each.says(self.session.language))
        return found

    @property
    def table_rules(self) -> Rules | None:
        """The rules for tables; None for the built-in ones."""
        return self.own.rules if self.own else None

    @property
    def recognisers(self) -> "tuple[Recogniser, ...]":
        """Presidio's recognisers that were named."""
        return self.own.recognisers if self.own else ()

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
        """What is asked of every file.

        Raises:
            Misuse: there is no recogniser of that name.
            Missing: what it needs is not installed.
        """
        if self.names is not None:
            from sekisho.detect.names.recogniser import load

            try:
                load(self.names)
            except LookupError as error:
                raise Misuse("cli.no_recogniser", name=self.names) from error
        plan = TextPlan(
            spans=self.spans or self.baseline is not None,  # what is counted and not listed would count as new
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

"""The list of the law's requirements in words: what a check found about each, with article and source.

It never says that a law is kept: what passed is what nothing was found against.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sekisho.cli.session import Session
from sekisho.cli.tables import table

if TYPE_CHECKING:
    from sekisho.custody.cut_record import CutCheck, CutRecord
    from sekisho.cut.law.findings import Finding

_HEADERS = ("rule", "result", "asks", "found", "article")


def check_lines(session: Session, checks: "Iterable[CutCheck]") -> Iterator[str]:
    """Yield the list that a cut's record holds; nothing if it holds none."""
    japanese = session.language == "ja"
    rows = [
        (
            check.rule,
            check.severity,
            _asks(session, check.rule),
            check.ja if japanese else check.en,
            check.article if japanese else check.article_en,
        )
        for check in checks
    ]
    yield from _lines(session, rows, [check.checked for check in checks])


def finding_lines(session: Session, findings: "Iterable[Finding]") -> Iterator[str]:
    """Yield what the checks found in a purpose, before anything is cut; refusals are reported as such elsewhere."""
    found = [finding for finding in findings if finding.severity != "refused"]
    rows = [
        (
            each.rule.id,
            each.severity,
            each.rule.says(session.language),
            each.says(session.language),
            each.rule.article_in(session.language),
        )
        for each in found
    ]
    yield from _lines(session, rows, [each.rule.checked.isoformat() for each in found])


def finding_documents(findings: "Iterable[Finding]") -> list[dict[str, object]]:
    """Return what the checks found in a purpose, for programs."""
    return [
        {
            "rule": each.rule.id,
            "article": each.rule.article,
            "article_en": each.rule.article_en,
            "source": each.rule.cited(),
            "checked": each.rule.checked.isoformat(),
            "status": each.rule.status,
            "severity": each.severity,
            "field": each.field,
            "line": each.line,
            "ja": each.says("ja"),
            "en": each.says("en"),
        }
        for each in findings
    ]


def publication_lines(session: Session, record: "CutRecord") -> Iterator[str]:
    """Yield the text by which the items of anonymised data are published; in Japanese, as the law is."""
    from sekisho.cut.law.notices import publication_text

    if record.is_anonymised:
        yield session.say("law.publish")
        items = [field.name for field in record.leaving]
        public = any(check.rule == "B7" and check.severity == "warning" for check in record.checks)
        text = publication_text(controller=record.controller, title=record.title, items=items, public_body=public)
        yield from (f"  {line}" for line in text.strip().split("\n"))


def _asks(session: Session, rule_id: str) -> str:
    """Return what a requirement asks; nothing of one that is no longer here."""
    from sekisho.cut.law.rules import rule_called

    rule = rule_called(rule_id)
    return rule.says(session.language) if rule else ""


def _lines(session: Session, rows: Sequence[tuple[str, str, str, str, str]], days: Sequence[str]) -> Iterator[str]:
    if not rows:
        return
    yield session.say("law.list")
    headers = [session.say(f"column.law_{name}") for name in _HEADERS]
    yield from table(
        headers, [(rule, session.say(f"law.{result}"), *words) for rule, result, *words in rows], whole=[0, 1]
    )
    yield session.say("law.no_advice", day=min(days))

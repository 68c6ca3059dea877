"""The demo's scan: what lies open in the city's tables, counted."""

from sekisho.demo.city import City
from sekisho.demo.stage import Stage
from sekisho.detect.findings import TableReport
from sekisho.detect.scan import scan_tables
from sekisho.kinds.taxonomy import kind


def scan_city(stage: Stage, city: City) -> None:
    """Scan the six tables, and count people, households and accounts."""
    with stage.act("scan.title"):
        stage.shell("sekisho scan city/")
        with stage.waiting():
            reports = [report for path in city.paths.values() for report in scan_tables(path)]
        stage.table(
            [stage.words("file"), stage.words("rows"), stage.words("people"), stage.words("kinds")],
            [_row(stage, report) for report in reports],
            right=(1, 2),
        )
        stage.say(
            "scan.totals",
            style="bold",
            people=f"{max(report.people or 0 for report in reports):,}",
            households=f"{_benefit_households(reports):,}",
            accounts=f"{_accounts(reports):,}",
        )
        stage.say("scan.meaning")


def _row(stage: Stage, report: TableReport) -> list[str]:
    found = dict.fromkeys(finding.kind for finding in report.findings if finding.level != "low")
    separator = "・" if stage.language == "ja" else ", "
    kinds = separator.join(kind(each).label(stage.language) for each in found)
    return [report.path.name, f"{report.rows:,}", _whose(stage, report), kinds]


def _whose(stage: Stage, report: TableReport) -> str:
    """Say how many people a table is about, or how many households where it knows no persons."""
    if report.people is not None:
        return f"{report.people:,}"
    return "-" if report.households is None else stage.words("scan.households", households=f"{report.households:,}")


def _benefit_households(reports: list[TableReport]) -> int:
    """Count the households that a benefit concerns: those of tables that know households but no persons."""
    return sum(report.households or 0 for report in reports if report.people is None)


def _accounts(reports: list[TableReport]) -> int:
    """Count the account numbers that a scan found."""
    findings = (finding for report in reports for finding in report.findings)
    return sum(finding.matched for finding in findings if finding.kind == "bank_account" and finding.level != "low")

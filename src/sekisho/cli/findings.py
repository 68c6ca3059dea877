"""What ``lost`` and ``prove`` both take, print and write."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.arguments import read_time
from sekisho.cli.session import Session

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.loss.statement import Findings


def read_last_seen(office: "Office", text: str) -> datetime | None:
    """Return when copies were last seen, by the clock on the office's wall; None where nothing is said.

    Raises:
        Misuse: no such time, or one that has not come.
    """
    from sekisho.loss.seen import must_have_come

    if not text:
        return None
    seen = read_time(text, office.settings.zone)
    must_have_come(office, seen)
    return seen


def findings_lines(session: Session, findings: "Findings") -> list[str]:
    """Return the statement in the session's language."""
    from sekisho.loss.statement import statement_text

    return statement_text(findings, session.language).rstrip("\n").split("\n")


def write_evidence(session: Session, office: "Office", findings: "Findings", folder: Path) -> None:
    """Write the evidence folder and say how to check it."""
    from sekisho.loss.evidence import issue_evidence

    issue_evidence(office, findings, folder)
    session.note("lost.evidence", path=folder)

"""What ``lost`` and ``prove`` print and write."""

from pathlib import Path
from typing import TYPE_CHECKING

from sekisho.cli.session import Session

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.loss.statement import Findings


def findings_lines(session: Session, findings: "Findings") -> list[str]:
    """Return the statement in the session's language."""
    from sekisho.loss.statement import statement_text

    return statement_text(findings, session.language).rstrip("\n").split("\n")


def write_evidence(session: Session, office: "Office", findings: "Findings", folder: Path) -> None:
    """Write the evidence folder and say how to check it."""
    from sekisho.loss.evidence import issue_evidence

    issue_evidence(office, findings, folder)
    session.note("lost.evidence", path=folder)

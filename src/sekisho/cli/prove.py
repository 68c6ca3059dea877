"""``sekisho prove``: was it opened? With everything that an outsider needs to check the answer."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip, read_time
from sekisho.cli.command import PATH, command
from sekisho.cli.findings import findings_lines, write_evidence
from sekisho.cli.session import Session, pass_session


@command("prove")
@click.argument("slips", nargs=-1, required=True)
@click.option("--last-seen", default="")
@click.option("--out", type=PATH)
@pass_session
def run(session: Session, *, slips: tuple[str, ...], last_seen: str, out: Path | None) -> None:
    """Prove."""
    from sekisho.loss.evidence import gather
    from sekisho.loss.statement import statement_json

    with session.office() as office:
        seen = read_time(last_seen, office.settings.zone) if last_seen else None
        findings = gather(office, [read_slip(slip) for slip in slips], last_seen=seen)
        if out is not None:
            write_evidence(session, office, findings, out)
        session.emit(statement_json(findings), findings_lines(session, findings))

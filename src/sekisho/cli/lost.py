"""``sekisho lost``: one command on the night: stop it, prove what happened, say who is on it."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_slip, read_time
from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.findings import findings_lines, write_evidence
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse


@command("lost")
@click.argument("slips", nargs=-1)
@click.option("--medium", "media", multiple=True)
@click.option("--last-seen", default="")
@click.option("--key", "keys", type=FILE, multiple=True)
@click.option("--out", type=PATH)
@click.option("--people", type=PATH)
@pass_session
def run(
    session: Session, *, slips: tuple[str, ...], media: tuple[str, ...], last_seen: str, keys: tuple[Path, ...],
    out: Path | None, people: Path | None,
) -> None:  # fmt: skip
    """Report, prove, list."""
    from sekisho.loss.evidence import gather
    from sekisho.loss.lost import report_lost, slips_on
    from sekisho.loss.statement import statement_json
    from sekisho.loss.who import export_people

    if len(keys) > 1 + (people is not None) or (people and len(keys) != 2):
        raise Misuse("cli.lost_keys")
    named = [read_slip(slip) for slip in slips]
    with session.office() as office:
        named += [slip for medium in media for slip in slips_on(office, medium)]
        # Releases stop before a passphrase is asked for: the report waits for nobody.
        report_lost(office, named)
        officer = session.key(keys[0]) if keys else None
        if officer:
            report_lost(office, named, key_officer=officer)
        session.note("lost.destroyed" if officer else "lost.stopped")
        seen = read_time(last_seen, office.settings.zone) if last_seen else None
        findings = gather(office, named, last_seen=seen)
        if out is not None:
            write_evidence(session, office, findings, out)
        if officer and people is not None:
            export_people(office, named, people, first=officer, second=session.key(keys[1]))
            session.note("who.written", path=people)
        session.emit(statement_json(findings), findings_lines(session, findings))
        if not officer:
            session.note("lost.then_destroy", slips=" ".join(named))

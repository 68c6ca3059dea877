"""``sekisho medium probe``: has a stick the size that it says?"""

from dataclasses import asdict
from pathlib import Path

import click

from sekisho.cli.asking import confirmed
from sekisho.cli.command import PATH, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import FINDINGS, Refused


@command("medium.probe")
@click.argument("label")
@click.argument("device", type=PATH)
@click.option("--full", is_flag=True)
@click.option("--yes", is_flag=True)
@pass_session
def probe(session: Session, *, label: str, device: Path, full: bool, yes: bool) -> int:
    """Probe a medium."""
    from sekisho.custody.media_probing import probe_medium
    from sekisho.custody.media_records import get_medium

    with session.office() as office:
        size = get_medium(office.ledger.connection, label).size
        if full and not confirmed(session, "medium.probe.confirm", yes=yes):
            raise Refused("cli.not_probed")
        if full:
            with progress(session, "medium.probe.trying", total=2 * size) as step:
                capacity = probe_medium(office, label, device, full=True, progress=step)
        else:
            capacity = probe_medium(office, label, device)
        document = asdict(capacity) | {"label": label, "true": capacity.true}
        key = "medium.probe.true" if capacity.true else "medium.probe.false"
        said, bad = f"{capacity.said:,}", f"{capacity.bad_from or 0:,}"
        session.emit(document, [session.say(key, label=label, said=said, bad=bad, blocks=capacity.blocks)])
    return 0 if capacity.true else FINDINGS

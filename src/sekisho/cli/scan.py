"""``sekisho scan``: what personal data is in these files, whose, and how sure that is."""

from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import FINDINGS, Misuse, NotFound, Unreadable

if TYPE_CHECKING:
    from sekisho.cli.scan_asked import Asking


@command("scan")
@click.argument("sources", nargs=-1, required=True)
@click.option("--low", is_flag=True)
@click.option("--explain", is_flag=True)
@click.option("--spans", is_flag=True)
@click.option("--rules", type=FILE, multiple=True)
@click.option("--names", metavar="NAME")
@click.option("--ocr", is_flag=True)
@click.option("--full", is_flag=True)
@click.option("--changed-since", metavar="TIME")
@click.option("--remember", type=PATH)
@click.option("--verify", is_flag=True)
@click.option("--baseline", type=PATH)
@click.option("--baseline-key", type=PATH)
@click.option("--baseline-update", is_flag=True)
@click.option("--html", type=PATH)
@click.option("--sarif", type=PATH)
@click.option("--on", metavar="PLACE")
@click.option("--s3-endpoint", metavar="URL")
@click.option("--reveal", is_flag=True)
@click.option("--key", type=FILE)
@pass_session
def run(session: Session, /, *, sources: tuple[str, ...], **asked: object) -> int:
    """Scan; return 1 if personal data was found, 6 if none was and something could not be inspected.

    Raises:
        NotFound: there is nothing there, or nothing in it.
        Misuse: options that do not go together, or a place that is none.
        SekishoError: what a file of rules, a baseline, a store or a cluster says.
    """
    from sekisho.cli.scan_asked import Asking

    asking = Asking(session=session, sources=sources, **asked)  # type: ignore[arg-type]  # click converts each
    must_go_together(asking)
    if asking.reveal:
        _record_reveal(session, asking)
    return _scan(session, asking)


def must_go_together(asking: "Asking") -> None:
    """Refuse options without those that they need.

    Raises:
        Misuse: says which.
    """
    needs = {
        "--baseline-key": (asking.baseline_key, asking.baseline, "--baseline"),
        "--baseline-update": (asking.baseline_update, asking.baseline, "--baseline"),
        "--verify": (asking.verify, asking.remember, "--remember"),
        "--reveal": (asking.reveal, asking.key, "--key"),
        "--key": (asking.key, asking.reveal, "--reveal"),
    }
    for option, (given, needed, name) in needs.items():
        if given and not needed:
            raise Misuse("cli.needs_option", option=option, needed=name)


def _record_reveal(session: Session, asking: "Asking") -> None:
    from sekisho.custody.revealing import record_reveal

    assert asking.key is not None, "must_go_together saw to it"
    with session.office() as office:
        record_reveal(office, asking.sources, key=session.key(asking.key))


def _scan(session: Session, asking: "Asking") -> int:
    from sekisho.cli.scan_outputs import Outputs
    from sekisho.cli.scan_sources import Sources

    sources = Sources.of(asking)
    if sources.is_empty:
        raise NotFound("cli.nothing_to_scan")
    outputs = Outputs.of(asking)
    with progress(session, "scan.reading", total=sources.size or None) as step:
        for reports in sources.reports(step):
            outputs.take(reports)
    outputs.finish()
    sources.finish()
    if outputs.found:
        return FINDINGS
    return Unreadable.exit_code if outputs.dark else 0

"""``sekisho cut risk``: how far people can be told apart in a table, or in a cut before and after."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sekisho.cut.risk.reported import RiskReport


@command("cut.risk")
@click.argument("table", type=FILE, required=False)
@click.option("--cut")
@click.option("--quasi", multiple=True)
@click.option("--sensitive", multiple=True)
@click.option("--hierarchy", "hierarchies", multiple=True, metavar="COLUMN=FILE")
@click.option("--population", type=FILE)
@click.option("--k", type=click.IntRange(min=2))
@click.option("--method", type=click.Choice(["lattice", "mondrian", "local"]), default="mondrian", show_default=True)
@click.option("--suppress", type=click.FloatRange(0, 1), default=0.0, show_default=True)
@click.option("--html", type=PATH)
@pass_session
def risk(
    session: Session,
    *,
    table: Path | None,
    cut: str | None,
    quasi: tuple[str, ...],
    sensitive: tuple[str, ...],
    hierarchies: tuple[str, ...],
    population: Path | None,
    k: int | None,
    method: Literal["lattice", "mondrian", "local"],
    suppress: float,
    html: Path | None,
) -> None:
    """Tell the risk."""
    measuring = any((quasi, sensitive, hierarchies, population, k, suppress))
    if (table is None) == (cut is None) or (table is not None and not quasi):
        raise Misuse("cli.risk_of_what")
    if cut is not None and measuring:
        raise Misuse("cli.risk_was_measured")
    if html is not None and html.exists():
        raise Misuse("cli.page_exists", path=html)
    if table is not None:
        from sekisho.custody.risk_of_table import Asked, risk_of_table

        asked = Asked(
            quasi=quasi,
            sensitive=sensitive,
            hierarchies=_named(hierarchies),
            population=population,
            k=k,
            method=method,
            suppress=suppress,
        )
        report, name = risk_of_table(table, asked), table.name
    else:
        report, name = _of_cut(session, str(cut))
    _show(session, report, name, html)


def _named(hierarchies: "Sequence[str]") -> dict[str, Path]:
    """Read ``COLUMN=FILE`` pairs."""
    pairs = [each.partition("=") for each in hierarchies]
    if any(not column or not path for column, _, path in pairs):
        raise Misuse("cli.no_pair", option="--hierarchy")
    return {column: Path(path) for column, _, path in pairs}


def _of_cut(session: Session, cut_id: str) -> "tuple[RiskReport, str]":
    from sekisho.custody.records import get_cut

    with session.office() as office:
        record = get_cut(office.ledger.connection, cut_id)
    if record.risk is None:
        raise Misuse("cli.cut_without_risk", cut=cut_id)
    return record.risk, record.title


def _show(session: Session, report: "RiskReport", name: str, html: Path | None) -> None:
    import msgspec

    from sekisho.cut.risk.words import sentences

    if html is not None:
        from sekisho.cut.risk.page import page
        from sekisho.files import write_whole

        text = page(report, session.language, name=name, made=session.clock.now().astimezone())
        write_whole(html, text.encode())
    document = {"table": name, **msgspec.to_builtins(report), "html": str(html) if html else None}
    session.emit(document, sentences(report, session.language))
    if html is not None:
        session.note("cut.page_written", path=html)

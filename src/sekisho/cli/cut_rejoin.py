"""``sekisho cut rejoin``: results that came back, put to the people they are about."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import FINDINGS

if TYPE_CHECKING:
    from sekisho.custody.rejoining import Returned


@command("cut.rejoin")
@click.argument("result", type=FILE)
@click.option("--out", "-o", type=PATH, required=True)
@click.option("--refused", type=PATH)
@click.option("--cut")
@click.option("--column")
@pass_session
def rejoin(
    session: Session, *, result: Path, out: Path, refused: Path | None, cut: str | None, column: str | None
) -> int:
    """Rejoin."""
    from sekisho.custody.rejoining import rejoin_result

    with session.office() as office:
        returned = rejoin_result(office, result, out=out, refused=refused, cut_id=cut, column=column)
    joined = returned.joined
    document = {
        "cut": returned.cut.id,
        "column": returned.column,
        "rows": returned.rows,
        "accepted": joined.count("accepted"),
        "refused": joined.refused,
        "missing": joined.missing,
        "out": str(out),
        "refused_out": str(refused) if refused else None,
    }
    session.emit(document, _lines(session, returned, out))
    return FINDINGS if joined.refused else 0


def _lines(session: Session, returned: "Returned", out: Path) -> Iterator[str]:
    joined = returned.joined
    yield session.say(
        "cut.rejoined",
        cut=returned.cut.id,
        title=returned.cut.title,
        rows=f"{returned.rows:,}",
        accepted=f"{joined.count('accepted'):,}",
        path=out,
    )
    if joined.refused:
        yield session.say("cut.refused", rows=f"{sum(joined.refused.values()):,}")
        rows = [[session.say(f"cut.refused.{reason}"), f"{count:,}"] for reason, count in joined.refused.items()]
        yield from table([session.say("column.reason"), session.say("column.rows")], rows, right=[1])
    if joined.missing:
        yield session.say("cut.missing", people=f"{joined.missing:,}")

"""A kill at any step loses nothing that was acknowledged and never signs two roots for one size."""

import contextlib
import subprocess
import sys
from pathlib import Path

from ledger_office import Office

from sekisho.ledger import store

WORKER = Path(__file__).with_name("ledger_worker.py")


def signed(office: Office) -> dict[int, str]:
    """The notes in the database as the kill left them."""
    with contextlib.closing(office.connect()) as connection:
        return dict(connection.execute("SELECT size, note FROM checkpoint").fetchall())


def acknowledged(office: Office) -> dict[int, str]:
    path = office.root / "acknowledged"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {int(size): root for size, root in (line.split() for line in lines)}


def check(office: Office) -> int:
    """Open the ledger after a kill, go on with it, and return how many entries it had."""
    before, promised = signed(office), acknowledged(office)
    with office.opened() as ledger:
        size = ledger.checkpoint().size
        (tickets,) = ledger.connection.execute("SELECT count(*) FROM ticket").fetchone()
        assert size == 2 * tickets
        with ledger.transaction() as tx:
            tx.append("night.over")
        after = {each.size: each for each in ledger.checkpoints()}
        assert before.items() <= {number: each.note for number, each in after.items()}.items()
        assert promised == {number: store.root_at(ledger.connection, number).hex() for number in promised}
        assert all(ledger.consistency(each) is not None for each in after.values() if each.size)
    return size


def test_a_kill_at_any_step_loses_nothing(tmp_path: Path) -> None:
    worker = subprocess.run([sys.executable, str(WORKER), "killed", str(tmp_path)], check=True, stdout=subprocess.PIPE)
    steps = int(worker.stdout)
    assert steps > 90
    sizes = [check(Office(tmp_path / str(step))) for step in range(1, steps + 2)]
    assert sizes == sorted(sizes)
    assert set(sizes) == {0, 2, 4}

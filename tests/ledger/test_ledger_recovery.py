"""A restored ledger gets its tail back from what was published, whole and verified, or stays as it was."""

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ledger_office import KEY, Office

from sekisho.errors import LedgerBroken, MediumError, Misuse, NoKey, Refused, SekishoError, Unreadable
from sekisho.ledger import store
from sekisho.ledger.anchor import Anchor
from sekisho.ledger.export import export_bundle
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.recovery import Recovered, recover_tail, source_of
from verified import flips


@pytest.fixture
def restored(tmp_path: Path) -> Office:
    """An office of 300 entries, exported to ``export``, whose database is that of the day with three."""
    (tmp_path / "office").mkdir()
    office = Office(tmp_path / "office")
    office.fill(3)
    with contextlib.closing(office.connect()) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup"),))
    with office.opened() as ledger:
        with ledger.transaction() as tx:
            for number in range(3, 300):
                tx.append("copy.sealed", copy=f"C-{number}")
        export_bundle(ledger, tmp_path / "export")
    for path in office.root.glob("sekisho.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup", office.database)
    return office


def recover(office: Office, place: Path, *, key: VerifierKey = KEY) -> Recovered:
    with contextlib.closing(office.connect()) as connection:
        return recover_tail(connection, source_of(str(place)), key=key, anchored=Anchor(office.anchor).read())


@contextlib.contextmanager
def unchanged(office: Office) -> Iterator[None]:
    """See that the database is behind its anchor before and after."""
    yield
    with contextlib.closing(office.connect()) as connection:
        assert store.load_tree(connection).size == 3
    with pytest.raises(LedgerBroken, match="forked"), office.opened():
        pass


def test_the_tail_comes_back_and_the_ledger_goes_on_under_its_old_checkpoint(restored: Office, tmp_path: Path) -> None:
    with unchanged(restored):
        pass
    recovered = recover(restored, tmp_path / "export")
    assert (recovered.before, recovered.checkpoint.size) == (3, 300)
    assert [entry.index for entry in recovered.entries] == list(range(3, 300))
    with restored.opened() as ledger:
        assert ledger.checkpoint().note.encode() == (tmp_path / "export" / "checkpoint").read_bytes()
        with ledger.transaction() as tx:
            assert tx.append("office.noted") == 300


def test_an_export_that_is_damaged_anywhere_brings_nothing(restored: Office, tmp_path: Path) -> None:
    for path, bit in flips(tmp_path / "export"):
        if path == "checkpoint" or path.startswith("tile/entries"):
            file = tmp_path / "export" / path
            whole = file.read_bytes()
            changed = bytearray(whole)
            changed[bit // 8] ^= 1 << bit % 8
            file.write_bytes(changed)
            with unchanged(restored), pytest.raises(SekishoError):
                recover(restored, tmp_path / "export")
            file.write_bytes(whole)
    recover(restored, tmp_path / "export")


def test_an_export_older_than_what_was_signed_is_not_enough(restored: Office, tmp_path: Path) -> None:
    (tmp_path / "export" / "checkpoint").write_bytes((tmp_path / "export" / "checkpoints" / "3").read_bytes())
    with unchanged(restored), pytest.raises(Refused) as caught:
        recover(restored, tmp_path / "export")
    assert caught.value.values == {"have": 3, "need": 300}


def test_another_history_under_the_same_key_is_refused(restored: Office, tmp_path: Path) -> None:
    (tmp_path / "twin").mkdir()
    twin = Office(tmp_path / "twin")
    twin.fill(310)
    with twin.opened() as ledger:
        export_bundle(ledger, tmp_path / "other")
    with unchanged(restored), pytest.raises(LedgerBroken, match="not of one history"):
        recover(restored, tmp_path / "other")


def test_a_log_of_another_key_or_no_log_at_all_is_refused(restored: Office, tmp_path: Path) -> None:
    with unchanged(restored), pytest.raises(NoKey):
        recover(restored, tmp_path / "export", key=VerifierKey(name=KEY.name, public=bytes(32)))
    (tmp_path / "export" / "tile" / "entries" / "000").unlink()
    with unchanged(restored), pytest.raises(Unreadable):
        recover(restored, tmp_path / "export")
    with pytest.raises(Misuse):
        source_of(str(tmp_path / "nowhere"))
    with unchanged(restored), contextlib.closing(restored.connect()) as connection, pytest.raises(MediumError):
        recover_tail(connection, source_of("http://127.0.0.1:9"), key=KEY, anchored=None)


def test_a_source_that_never_ends_is_not_waited_for(restored: Office, tmp_path: Path) -> None:
    """A stick with the export may come from anybody: a pipe where a file should be, a file of holes as long as a disk."""
    checkpoint = tmp_path / "export" / "checkpoint"
    checkpoint.unlink()
    os.mkfifo(checkpoint)
    with unchanged(restored), pytest.raises(Unreadable):
        recover(restored, tmp_path / "export")
    checkpoint.unlink()
    with checkpoint.open("wb") as file:
        file.truncate(1 << 40)
    with unchanged(restored), pytest.raises(MediumError):
        recover(restored, tmp_path / "export")


def test_an_answer_that_never_ends_is_not_waited_for(restored: Office) -> None:
    class Endless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(bytes(1 << 20))

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Endless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with unchanged(restored), contextlib.closing(restored.connect()) as connection, pytest.raises(MediumError):
        source = source_of(f"http://127.0.0.1:{server.server_port}")
        recover_tail(connection, source, key=KEY, anchored=Anchor(restored.anchor).read())
    server.shutdown()
    server.server_close()

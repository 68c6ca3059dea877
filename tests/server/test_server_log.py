"""The log over HTTP is the export, byte for byte, behind its token; and nothing else."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette

from asgi import call
from sekisho.clock import ManualClock
from sekisho.ledger import store
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.export import export_bundle
from sekisho.ledger.quorum import NOBODY
from sekisho.ledger.writer import Ledger
from sekisho.server.log import log_app
from sekisho.store.database import create_database
from witnesses import NIGHT, Witnesses

CLOCK = ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
TOKEN = "of the auditor"  # noqa: S105 - invented


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    connection = create_database(tmp_path / "sekisho.db", (store.SCHEMA, store.SCHEMA_2))
    signer = Ed25519PrivateKey.from_private_bytes(sha256(b"Sekisho test key: office").digest())
    anchor, lock = tmp_path / "anchor", tmp_path / "lock"
    origin = "office.example/ledger"
    ledger = Ledger(connection, origin=origin, signer=signer, anchor=anchor, lock=lock, clock=CLOCK)
    for count in (3, 597):
        with ledger.transaction() as tx:
            for _ in range(count):
                tx.append("copy.sealed", copy="C-1")
    yield ledger
    connection.close()


def ask(app: Starlette, path: str, *, token: str = TOKEN, method: str = "GET") -> tuple[int, Mapping[str, str], bytes]:
    """Ask with a token."""
    reply = call(app, method, path, headers={"Authorization": f"Bearer {token}"})
    return reply.status, reply.headers, reply.body


def test_every_file_of_the_log_is_served_as_it_is_exported(ledger: Ledger, tmp_path: Path) -> None:
    app = log_app(ledger, NOBODY, CLOCK, token=TOKEN)
    export_bundle(ledger, tmp_path / "out")
    paths = [path for path in (tmp_path / "out" / "tile").rglob("*") if path.is_file()]
    assert len(paths) == 7
    for path in [*paths, tmp_path / "out" / "checkpoint"]:
        status, _, body = ask(app, f"/{path.relative_to(tmp_path / 'out').as_posix()}")
        assert (status, body) == (200, path.read_bytes()), path


def test_partial_tiles_of_earlier_checkpoints_stay_and_beyond_the_newest_there_are_none(ledger: Ledger) -> None:
    app = log_app(ledger, NOBODY, CLOCK, token=TOKEN)
    whole = ask(app, "/tile/0/000")[2]
    assert ask(app, "/tile/0/000.p/3")[2] == whole[: 3 * 32]
    for path in ("/tile/0/002.p/89", "/tile/0/002", "/tile/1/000.p/3", "/tile/9/000.p/1", "/tile/entries/003"):
        assert ask(app, path)[0] == 404, path
    for path in ("/", "/tile/0/0", "/tile/0/000.p/256", "/tile/0/x000/000", "/events.csv", "/../anchor", "/sekisho.db"):
        assert ask(app, path)[0] == 404, path


def test_what_never_changes_may_be_kept_and_the_checkpoint_may_not(ledger: Ledger) -> None:
    for token, scope in ((TOKEN, "private"), ("", "public")):
        app = log_app(ledger, NOBODY, CLOCK, token=token)
        assert ask(app, "/tile/0/000")[1]["cache-control"] == f"{scope}, max-age=31536000, immutable"
        assert ask(app, "/tile/0/000")[1]["content-type"] == "application/octet-stream"
        assert ask(app, "/checkpoint")[1]["cache-control"] == "no-cache"
        assert ask(app, "/checkpoint")[1]["content-type"] == "text/plain; charset=utf-8"


def test_nothing_is_told_without_the_token(ledger: Ledger) -> None:
    app = log_app(ledger, NOBODY, CLOCK, token=TOKEN)
    for path in ("/checkpoint", "/tile/0/000", "/healthz", "/nothing"):
        for token in ("", "of the Auditor", TOKEN + "x"):
            status, headers, body = ask(app, path, token=token)
            assert (status, headers["www-authenticate"], body) == (401, "Bearer", b"")
    assert ask(log_app(ledger, NOBODY, CLOCK, token=""), "/checkpoint", token="")[0] == 200
    assert ask(app, "/checkpoint", method="POST")[0] == 405


def test_the_ages_of_checkpoint_and_cosignature_are_told(ledger: Ledger, tmp_path: Path) -> None:
    witnesses = Witnesses(tmp_path, ledger.key)
    later = ManualClock(NIGHT + timedelta(minutes=5))
    app = log_app(ledger, witnesses.quorum(), later, token=TOKEN)
    assert json.loads(ask(app, "/healthz")[2])["cosignature_age"] is None
    Cosigning(ledger, witnesses.quorum(), witnesses.post).cover(599)
    assert json.loads(ask(app, "/healthz")[2]) == {
        "ok": True, "size": 600, "checkpoint_age": 10 * 3600 + 300, "cosigned_size": 600, "cosignature_age": 300,
    }  # fmt: skip


def test_a_ledger_that_does_not_verify_is_not_served(ledger: Ledger) -> None:
    ledger.connection.execute("DROP TRIGGER checkpoint_is_not_changed")
    ledger.connection.execute("UPDATE checkpoint SET note = replace(note, '600', '601')")
    app = log_app(ledger, NOBODY, CLOCK, token=TOKEN)
    assert [ask(app, path)[0] for path in ("/checkpoint", "/tile/0/000", "/healthz")] == [503, 503, 503]

"""A witness over HTTP is the witness, and an office's client reaches it there and nowhere else."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import ManualClock
from sekisho.errors import Refused
from sekisho.ledger import store
from sekisho.ledger.cosignature import CosignerKey
from sekisho.ledger.cosigning import Cosigning, post
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.quorum import Quorum
from sekisho.ledger.witness_folder import make_witness, open_witness
from sekisho.ledger.writer import Ledger
from sekisho.server.witness import witness_app
from sekisho.store.database import create_database

CLOCK = ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    connection = create_database(tmp_path / "sekisho.db", (store.SCHEMA, store.SCHEMA_2))
    signer = Ed25519PrivateKey.from_private_bytes(sha256(b"Sekisho test key: office").digest())
    ledger = Ledger(
        connection,
        origin="office.example/ledger",
        signer=signer,
        anchor=tmp_path / "anchor",
        lock=tmp_path / "lock",
        clock=CLOCK,
    )
    with ledger.transaction() as tx:
        tx.append("office.made")
    yield ledger
    connection.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Run a witness on a free port of the loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(witness_app(open_witness(folder, CLOCK)[0]), log_level="critical"))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    running.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join()
        listening.close()


def quorum(key: CosignerKey, url: str) -> Quorum:
    return Quorum.parse([f"{key} {url}"], needed=1)


def test_a_checkpoint_is_cosigned_over_http_and_can_be_monitored(ledger: Ledger, tmp_path: Path) -> None:
    key = make_witness(tmp_path / "w", name="audit.example/w", logs=[ledger.key])
    with served(tmp_path / "w") as url:
        assert Cosigning(ledger, quorum(key, url)).cover(0).size == 1
        with ledger.transaction() as tx:
            tx.append("copy.sealed")
        assert Cosigning(ledger, quorum(key, f"{url}/")).cover(1).size == 2
        digest = sha256(ledger.key.name.encode()).hexdigest()
        kept = open_witness(tmp_path / "w", CLOCK)[0].latest(digest)
        assert kept is not None
        quorum(key, url).demand(kept)
    with pytest.raises(Refused):
        Cosigning(ledger, quorum(make_witness(tmp_path / "v", name="v.example/v", logs=[]), url)).cover(1)


def test_strange_and_long_requests_are_answered_shortly(tmp_path: Path) -> None:
    log = VerifierKey.of(Ed25519PrivateKey.generate(), name="x.example/log")
    make_witness(tmp_path / "w", name="audit.example/w", logs=[log])
    with served(tmp_path / "w") as url:
        assert post(f"{url}/add-checkpoint", b"old 0\n\nother\n").status == 404
        assert post(f"{url}/add-checkpoint", b"nonsense").status == 400
        assert post(f"{url}/add-checkpoint", bytes(1 << 20)).status == 413
        assert post(f"{url}/other", b"").status == 404


def test_a_redirect_is_not_followed(ledger: Ledger, tmp_path: Path) -> None:
    seen: list[str] = []

    class Redirecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    key = make_witness(tmp_path / "w", name="audit.example/w", logs=[ledger.key])
    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        threading.Thread(target=server.serve_forever).start()
        with pytest.raises(Refused):
            Cosigning(ledger, quorum(key, f"http://127.0.0.1:{server.server_port}")).cover(0)
        server.shutdown()
    assert seen == ["/add-checkpoint"]

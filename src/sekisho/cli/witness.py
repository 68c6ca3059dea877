"""``sekisho witness``: a second machine that cosigns checkpoints, kept by another person than the office's."""

from pathlib import Path
from typing import BinaryIO

import click

from sekisho.cli.command import FOLDER, PATH, group
from sekisho.cli.qr import qr_code
from sekisho.cli.session import Session, pass_session
from sekisho.errors import Missing


@group("witness")
def run() -> None:
    """See the catalogue."""


@run.command("init", office=False)
@click.argument("folder", type=PATH)
@click.option("--name", required=True)
@click.option("--log-key", "log_keys", multiple=True, required=True)
@pass_session
def init(session: Session, *, folder: Path, name: str, log_keys: tuple[str, ...]) -> None:
    """Make a witness."""
    from sekisho.ledger.note import VerifierKey
    from sekisho.ledger.witness_folder import make_witness

    key = make_witness(folder, name=name, logs=[VerifierKey.parse(each) for each in log_keys])
    document = {"folder": str(folder), "key": str(key)}
    session.emit(document, [session.say("witness.init.done", **document), str(key)])


@run.command("serve", office=False)
@click.argument("folder", type=FOLDER)
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=click.IntRange(0, 65535), default=8043)
@pass_session
def serve(session: Session, *, folder: Path, host: str, port: int) -> None:
    """Answer requests until it is stopped."""
    from sekisho.ledger.witness_folder import open_witness

    try:
        import uvicorn

        from sekisho.server.witness import witness_app
    except ImportError:
        raise Missing("cli.no_server") from None
    witness, key = open_witness(folder, session.clock)
    document = {"host": host, "port": port, "key": str(key)}
    session.emit(document, [session.say("witness.serve.begun", **document)])
    uvicorn.run(witness_app(witness), host=host, port=port, log_level="warning", server_header=False)


@run.command("cosign", office=False)
@click.argument("folder", type=FOLDER)
@click.argument("request", type=click.File("rb"))
@click.option("--qr", is_flag=True)
@pass_session
def cosign(session: Session, *, folder: Path, request: BinaryIO, qr: bool) -> None:
    """Cosign a request that was carried here."""
    from sekisho.ledger.witness import MOST_REQUEST_BYTES
    from sekisho.ledger.witness_folder import open_witness

    line = open_witness(folder, session.clock)[0].cosign(request.read(MOST_REQUEST_BYTES + 1))
    session.emit({"line": line}, [line, *([qr_code(line)] if qr else [])])

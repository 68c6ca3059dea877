"""``sekisho copy sign``: what an office wrote to be signed, signed where there is no office."""

from pathlib import Path

import click

from sekisho.cli.asking import confirmed, demand_a_look
from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.disk import disk
from sekisho.cli.session import Session, pass_session
from sekisho.cli.signers import signer_of


@command("copy.sign", office=False)
@click.argument("statement", type=FILE)
@click.option("--key", type=FILE, required=True)
@click.option("--out", "-o", type=PATH)
@click.option("--yes", is_flag=True)
@pass_session
def sign_statement(session: Session, *, statement: Path, key: Path, out: Path | None, yes: bool) -> None:
    """Show an offer or an answer, and sign it."""
    import msgspec

    from sekisho.custody.statements import HANDOVER, read_signable
    from sekisho.files import write_whole

    demand_a_look(session, yes=yes)
    with disk(statement):
        content = statement.read_bytes()
    said = msgspec.to_builtins(read_signable(content))
    target = out or statement.with_name(f"{statement.name}.sig")
    session.note_lines([f"  {name}: {value}" for name, value in said.items()])
    if not confirmed(session, "copy.sign.confirm", yes=yes):
        session.emit({"signed": False, "file": None, "by": None}, [session.say("copy.sign.not_signed")])
        return
    public, sign = signer_of(session, key)
    with disk(target):
        write_whole(target, sign(content, HANDOVER).encode())
    document = {"signed": True, "file": str(target), "by": public.id}
    session.emit(document, [session.say("copy.sign.done", path=target, statement=statement)])

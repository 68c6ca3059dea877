"""``sekisho copy answer`` and ``sekisho copy take-in``: hand-overs where there is no network, by codes."""

from pathlib import Path

import click

from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.session import Session, pass_session
from sekisho.cli.signers import show_code, signer_of
from sekisho.cli.tables import table


@command("copy.answer", office=False)
@click.argument("code")
@click.option("--by", required=True)
@click.option("--key", type=FILE, required=True)
@click.option("--device", type=PATH, required=True)
@click.option("--decline", is_flag=True)
@pass_session
def answer(session: Session, *, code: str, by: str, key: Path, device: Path, decline: bool) -> None:
    """Answer an offer on a device that has no office, and show the answer as a code."""
    from sekisho.custody.carried import from_code, to_code
    from sekisho.custody.offline import answer_offer, next_of

    offer = from_code(code)
    _, sign = signer_of(session, key)
    given = answer_offer(
        offer, by=by, sign=sign, at=session.clock.now(), device=next_of(device),
        answer="declined" if decline else "accepted", reason="other" if decline else "",
    )  # fmt: skip
    show_code(session, to_code(given))


@command("copy.take-in")
@click.argument("file", type=FILE)
@pass_session
def take_in(session: Session, *, file: Path) -> None:
    """Record what was signed without a network, one code a line."""
    from sekisho.custody.carried import from_code
    from sekisho.custody.offline import take_in as take

    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    codes = [from_code(line) for line in lines if line.strip()]
    with session.office() as office:
        taken = take(office, codes)
    documents = [
        {"slip": each.slip, "type": each.type, "outcome": each.outcome, "error": each.error.key if each.error else None}
        for each in taken
    ]
    headers = [session.say(f"column.{name}") for name in ("slip", "signed_what", "outcome")]
    rows = [
        [
            each.slip,
            session.words(f"signed.type.{each.type}"),
            each.error.what(session.language) if each.error else session.say(f"copy.take-in.{each.outcome}"),
        ]
        for each in taken
    ]
    session.emit({"taken": documents}, table(headers, rows, whole=[0]))
    refused = [each.error for each in taken if each.error]
    if refused:
        raise refused[0]

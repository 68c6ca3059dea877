"""``sekisho hand-over``: a copy changes hands under two signatures, each by whatever means a person has."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.command import FILE, command
from sekisho.cli.persons import person_words
from sekisho.cli.session import Session, pass_session
from sekisho.cli.signers import ask_code, show_code, sign_on_page, signer_of
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.custody.carried import Carried
    from sekisho.custody.office import Office
    from sekisho.custody.records import CopyRow

_PATIENCE = timedelta(minutes=30)
"""How long what is offered at this table may be accepted."""


@command("hand-over")
@click.argument("slip")
@click.option("--giver", type=FILE, required=True)
@click.option("--receiver", type=FILE)
@click.option("--to", default="")
@click.option("--page", is_flag=True)
@click.option("--qr", is_flag=True)
@click.option("--paper", default="")
@click.option("--staff", type=FILE)
@click.option("--place", default="")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8618, show_default=True)
@pass_session
def run(
    session: Session, *, slip: str, giver: Path, receiver: Path | None, to: str, page: bool, qr: bool, paper: str, staff: Path | None,
    place: str, host: str, port: int,
) -> None:  # fmt: skip
    """Hand over."""
    from sekisho.custody.handing import hand_over
    from sekisho.custody.offering import answer_statement, take_answer
    from sekisho.custody.pins import sign_on_paper

    means = [page, qr, bool(paper)]
    if (receiver is None) != bool(to) or sum(means) != bool(to) or bool(paper) != (staff is not None):
        raise Misuse("cli.hand_over_how")
    with session.office() as office:
        if receiver is not None:
            gives, receives = session.key(giver), session.key(receiver)
            row = hand_over(office, read_slip(slip), giver=gives, receiver=receives, place=place)
        else:
            offer = _offered(session, office, read_slip(slip), giver, to)
            if qr:
                row = _answered_by_code(session, office, offer)
            else:
                statement = answer_statement(office, read_slip(slip), by=to, place=place).encode()
                if staff is None:
                    signature = sign_on_page(
                        session, office, to, statement, shown=offer.statement, host=host, port=port
                    )
                else:
                    pin = session.hidden("hand-over.pin", person=to)
                    signature = sign_on_paper(office, to, pin, statement, paper=paper, staff=session.key(staff))
                row = take_answer(office, statement, signature)
        holder = person_words(session, office.register, row.copy.holder)
        document = {"slip": row.slip, "holder": row.copy.holder, "state": row.copy.state.value}
        session.emit(document, [session.say("hand-over.done", slip=row.slip, holder=holder)])


def _offered(session: Session, office: "Office", slip: str, giver: Path, to: str) -> "Carried":
    """Offer a copy, unless it waits for this very person's answer already."""
    from sekisho.custody.offering import expire_offers, offer_statement, take_offer
    from sekisho.custody.offline import pending_offer
    from sekisho.custody.records import get_copy
    from sekisho.custody.statements import HANDOVER

    expire_offers(office)
    waiting = get_copy(office.ledger.connection, slip).copy.offer
    public, sign = signer_of(session, giver)
    gives = office.register.owner(public).id
    if waiting is None or (waiting.giver, waiting.receiver) != (gives, to):
        until = office.ledger.time() + _PATIENCE
        statement = offer_statement(office, slip, giver=gives, to=to, until=until).encode()
        take_offer(office, statement, sign(statement, HANDOVER))
    return pending_offer(office, slip)


def _answered_by_code(session: Session, office: "Office", offer: "Carried") -> "CopyRow":
    """Show the offer as a code, and take the answer that another device shows."""
    from sekisho.custody.carried import from_code, to_code
    from sekisho.custody.offline import read_offer, take_in
    from sekisho.custody.records import get_copy

    show_code(session, to_code(offer))
    for taken in take_in(office, [from_code(ask_code(session))]):
        if taken.error is not None:
            raise taken.error
    return get_copy(office.ledger.connection, read_offer(offer).slip)

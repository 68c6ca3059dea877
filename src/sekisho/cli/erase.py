"""``sekisho erase``: a copy, a whole medium, or a key; each before a witness, and with a certificate of what was seen."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_slip
from sekisho.cli.asking import confirmed
from sekisho.cli.certificate_words import result_line
from sekisho.cli.command import FILE, FOLDER, PATH, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.errors import FINDINGS, MediumError, Misuse, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from sekisho.custody.certificates import Hands, Issued
    from sekisho.custody.office import Office

_MANNERS = ("shredded", "disintegrated", "pulverised", "incinerated", "melted")
_TOOLS = ("blkdiscard", "hdparm", "nvme", "nwipe")


@command("erase")
@click.argument("slip", required=False)
@click.option("--on", "folder", type=FOLDER)
@click.option("--crypto", is_flag=True)
@click.option("--medium", default="")
@click.option("--device", type=PATH)
@click.option("--zero", is_flag=True)
@click.option("--tool", type=click.Choice(_TOOLS))
@click.option("--destroyed", type=click.Choice(_MANNERS))
@click.option("--photo", "photos", type=FILE, multiple=True)
@click.option("--holder", type=FILE, required=True)
@click.option("--witness", type=FILE, required=True)
@click.option("--altered", is_flag=True)
@click.option("--place", default="")
@click.option("--yes", is_flag=True)
@pass_session
def run(
    session: Session,
    *,
    slip: str | None,
    folder: Path | None,
    crypto: bool,
    medium: str,
    device: Path | None,
    zero: bool,
    tool: str | None,
    destroyed: str | None,
    photos: tuple[Path, ...],
    holder: Path,
    witness: Path,
    altered: bool,
    place: str,
    yes: bool,
) -> int:
    """Erase."""
    from sekisho.custody.certificates import Hands

    def hands() -> Hands:
        return Hands(sanitiser=session.key(holder), verifier=session.key(witness), place=place)

    with session.office() as office:
        match (slip, folder, crypto, medium, device, destroyed):
            case (str(), Path(), False, "", None, None):
                return _copy(session, office, read_slip(slip), folder, hands(), altered=altered)
            case (str(), None, True, "", None, None):
                return _key(session, office, read_slip(slip), hands())
            case (None, None, False, str(), Path(), None) if medium:
                return _medium(session, office, medium, device, hands, zero=zero, tool=tool or "", yes=yes)
            case (None, None, False, str(), None, str()) if medium:
                return _destroyed(session, office, medium, hands(), manner=destroyed, photos=photos)
    raise Misuse("cli.erase_what")


def _copy(session: Session, office: "Office", slip: str, folder: Path, hands: "Hands", *, altered: bool) -> int:
    from sekisho.custody.certifying import certify_copy
    from sekisho.custody.copy import State
    from sekisho.custody.handing import erase

    row = erase(office, slip, folder, holder=hands.sanitiser, witness=hands.verifier, altered=altered)
    verified = row.copy.state is State.CLOSED
    issued = certify_copy(office, slip, hands)
    words = session.say("erase.verified" if verified else "erase.unverified", slip=slip)
    document = {"slip": slip, "state": row.copy.state.value, "verified": verified} | _said(issued)
    session.emit(document, [words, result_line(session, issued)])
    return 0


def _key(session: Session, office: "Office", slip: str, hands: "Hands") -> int:
    from sekisho.custody.certifying import certify_keys

    issued = certify_keys(office, slip, hands)
    session.emit({"slip": slip} | _said(issued), [result_line(session, issued)])
    return _code(issued)


def _medium(
    session: Session,
    office: "Office",
    label: str,
    device: Path,
    hands: "Callable[[], Hands]",
    *,
    zero: bool,
    tool: str,
    yes: bool,
) -> int:
    from sekisho.custody.erasing_media import erase_medium, this_machine
    from sekisho.custody.media_records import get_medium
    from sekisho.media.erasing_tools import run_program

    size = get_medium(office.ledger.connection, label).size
    if not confirmed(session, "erase.confirm", yes=yes):
        raise Refused("cli.not_erased")
    signers = hands()
    with progress(session, "erase.erasing", total=2 * size) as step:
        machine = this_machine(run_program)
        issued = erase_medium(office, label, device, signers, around=machine, zero=zero, tool=tool, progress=step)
    session.emit({"medium": label} | _said(issued), [result_line(session, issued)])
    return _code(issued)


def _destroyed(
    session: Session, office: "Office", label: str, hands: "Hands", *, manner: str, photos: tuple[Path, ...]
) -> int:
    import msgspec

    from sekisho.custody.certificate_form import Manner
    from sekisho.custody.erasing_media import destroy_medium

    digests = [_digest(path) for path in photos]
    issued = destroy_medium(office, label, hands, manner=msgspec.convert(manner, Manner), photos=digests)
    session.emit({"medium": label} | _said(issued), [result_line(session, issued)])
    return 0


def _said(issued: "Issued") -> dict[str, object]:
    from sekisho.custody.certificate_form import Certificate
    from sekisho.custody.certificates import result_of

    document = issued.document
    category = document.category.value if isinstance(document, Certificate) else None
    return {
        "certificate": document.number if category else None,
        "record": None if category else document.number,
        "result": result_of(document),
        "category": category,
        "index": issued.index,
    }


def _code(issued: "Issued") -> int:
    from sekisho.custody.certificate_form import Certificate

    return 0 if isinstance(issued.document, Certificate) else FINDINGS


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error

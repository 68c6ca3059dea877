"""``sekisho custodian release``: the desk answers a challenge, a request file, a QR code, or goes on with a request."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_reference
from sekisho.cli.asking import confirmed, demand_a_look
from sekisho.cli.command import FILE, PATH, command
from sekisho.cli.disk import disk
from sekisho.cli.session import Session, pass_session
from sekisho.codes import Misread, read_challenge_code, release_code, spoken_digits
from sekisho.errors import Misuse, NotFound, Refused

if TYPE_CHECKING:
    from sekisho.custodian.tickets import ReleaseRequest
    from sekisho.custody.office import Office


@command("custodian.release")
@click.argument("asked")
@click.option("--key", "keys", type=FILE, multiple=True)
@click.option("--out", type=PATH)
@click.option("--yes", is_flag=True)
@pass_session
def release(session: Session, *, asked: str, keys: tuple[Path, ...], out: Path | None, yes: bool) -> None:
    """Show what is asked for, have it approved and read back, and answer."""
    from sekisho.cli.asked_release import asked_release, asked_release_lines
    from sekisho.custody.releasing import approve_release, approvers, check_possible

    with session.office() as office:
        request = _request(office, asked)
        way = _way_back(request, out)
        asked_for = asked_release(office, request)
        session.note_lines(asked_release_lines(session, office, request, asked_for))
        check_possible(office, request)
        said = {"request": f"R-{request.id}", "slip": asked_for["slip"], "asked_for": asked_for}
        for path in keys:
            approve_release(office, request, approver=session.key(path))
        have = len(approvers(office, request))
        need = office.releases.ticket(request).policy.approvals
        if have < need and not office.releases.waits_for_witnesses(request):
            words = session.say("custodian.release.waits", number=request.id, have=have, need=need)
            session.emit(said | {"approvals": have, "needed": need}, [words])
            return
        demand_a_look(session, yes=yes)
        if not confirmed(session, _READ_BACK.get(request.route, "custodian.release.read_back"), yes=yes):
            raise Refused("cli.not_read_back", number=request.id)
        document, lines = way(office, request)
        session.emit(said | document, lines)
        session.note(f"custodian.release.given_{request.route}")


_READ_BACK = {"online": "custodian.release.go_on", "relay": "custodian.release.go_on"}
_Answered = tuple[dict[str, object], list[str]]
_Way = Callable[["Office", "ReleaseRequest"], _Answered]


def _request(office: "Office", asked: str) -> "ReleaseRequest":
    """Return the request that was typed, scanned, brought in a file or made before."""
    from sekisho.custodian.documents import MOST_BODY_BYTES
    from sekisho.custodian.relay import QR_PREFIX, read_relay_text
    from sekisho.custody.answering import take_code, take_file
    from sekisho.custody.releasing import ask_by_voice

    text = asked.strip()
    if text.upper().startswith(QR_PREFIX):
        return take_code(office, read_relay_text(text))
    if Path(asked).is_file():
        with disk(Path(asked)), Path(asked).open("rb") as file:
            return take_file(office, file.read(MOST_BODY_BYTES + 1))[0]
    if text.upper().startswith("R"):
        return office.releases.get(read_reference(text)[1])
    return ask_by_voice(office, _challenge(text))


def _way_back(request: "ReleaseRequest", out: Path | None) -> _Way:
    """Return how a request is answered: by digits, or by a file."""
    if request.route == "online":
        raise Misuse("cli.answered_online", number=request.id)
    if request.signature is None:
        if out is not None:
            raise Misuse("cli.answered_by_digits", number=request.id)
        return _masked_digits if request.route == "relay" else _digits
    if out is None:
        raise Misuse("cli.answered_by_file", number=request.id)
    if out.exists():
        raise Misuse("cli.file_exists", path=out)
    return lambda office, each: _file(office, each, out)


def _digits(office: "Office", request: "ReleaseRequest") -> _Answered:
    from sekisho.custody.releasing import give_release

    code = release_code(give_release(office, request, acknowledged=True))
    return {"code": code}, [_spaced(code)]


def _masked_digits(office: "Office", request: "ReleaseRequest") -> _Answered:
    from sekisho.custody.answering import give_code

    code = release_code(give_code(office, request, acknowledged=True))
    return {"code": code}, [_spaced(code)]


def _file(office: "Office", request: "ReleaseRequest", out: Path) -> _Answered:
    from sekisho.custody.answering import give_file
    from sekisho.files import write_whole

    reply = give_file(office, request)
    with disk(out):
        write_whole(out, reply.encode())
    return {"file": str(out)}, [str(out)]


def _challenge(text: str) -> bytes:
    try:
        return read_challenge_code(text)
    except Misread as misread:
        if misread.groups:
            raise Misuse("cli.challenge_misread", groups=", ".join(map(str, misread.groups))) from None
        if misread.digits != len(spoken_digits(text)):
            if not misread.digits or Path(text).suffix or Path(text).parent != Path():
                raise NotFound("cli.no_file", path=text) from None  # no challenge has a suffix, and none is all letters
            raise Misuse("cli.challenge_letters") from None
        raise Misuse("cli.challenge_length", digits=misread.digits, expected=misread.expected) from None


def _spaced(code: str) -> str:
    """Write a release code on two lines of four groups, as it is read aloud."""
    groups = code.split()
    return "  ".join(groups[:4]) + "\n" + "  ".join(groups[4:])

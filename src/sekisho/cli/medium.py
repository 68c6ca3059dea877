"""``sekisho medium``: the register of media: which sticks the office owns, and where each stands."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.cli.asking import confirmed
from sekisho.cli.command import FILE, FOLDER, PATH, group
from sekisho.cli.disk import disk
from sekisho.cli.medium_probe import probe
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse, Refused

if TYPE_CHECKING:
    from sekisho.custody.media_records import MediumRecord


@group("medium")
def run() -> None:
    """See the catalogue."""


@run.command("devices")
@pass_session
def devices(session: Session) -> None:
    """List what is plugged in."""
    from sekisho.media.platform import this_platform

    found = this_platform().devices()
    columns = ("device", "product", "serial", "size", "port")
    rows = [
        [str(each.path), each.product or "-", each.fingerprint.serial or "-", f"{each.fingerprint.size:,}", each.port]
        for each in found
    ]
    documents = [asdict(each) | {"path": str(each.path)} for each in found]
    session.emit({"devices": documents}, table([session.say(f"medium.column.{c}") for c in columns], rows, right=[3]))


@run.command("register")
@click.argument("label")
@click.argument("place", type=PATH)
@click.option("--section", default="")
@click.option("--twin", is_flag=True)
@click.option("--key", type=FILE, required=True)
@pass_session
def register(session: Session, *, label: str, place: Path, section: str, twin: bool, key: Path) -> None:
    """Register a medium and mark it."""
    from sekisho.custody.media_register import register_medium

    folder = _folder(place)
    with session.office() as office:
        keeper = session.key(key)
        medium = register_medium(office, label, folder, keeper=keeper, section=section, twin=twin)
        _tell(session, medium, "register.done")


@run.command("list")
@pass_session
def list_media(session: Session) -> None:
    """List the media."""
    from sekisho.custody.media_records import media

    with session.office() as office:
        found = media(office.ledger.connection)
        columns = ("number", "label", "state", "section", "product", "size", "probed")
        rows = [
            [
                each.id,
                each.label,
                session.say(f"medium_state.{each.state}"),
                each.section or "-",
                each.product or "-",
                f"{each.size:,}",
                session.say("medium.yes" if each.probed else "medium.no"),
            ]
            for each in found
        ]
        headers = [session.say(f"medium.column.{name}") for name in columns]
        session.emit({"media": [_document(each) for each in found]}, table(headers, rows, right=[5], whole=[0]))


@run.command("show")
@click.argument("label")
@pass_session
def show(session: Session, *, label: str) -> None:
    """Show what is known of a medium."""
    from sekisho.custody.media_records import get_medium, media
    from sekisho.custody.media_register import live_copies, twins

    with session.office() as office:
        connection = office.ledger.connection
        medium = get_medium(connection, label)
        slips, alike = live_copies(office, medium.label), twins(medium, media(connection))
        lines = [
            session.say(
                "medium.show.is",
                number=medium.id,
                label=medium.label,
                state=session.say(f"medium_state.{medium.state}"),
                section=medium.section or "-",
            ),
            session.say(
                "medium.show.device",
                product=f"{medium.manufacturer} {medium.product}".strip() or "-",
                vendor=medium.vendor_id or "-",
                id=medium.product_id or "-",
                serial=medium.serial or "-",
                size=f"{medium.size:,}",
            ),
            session.say("medium.show.probed" if medium.probed else "medium.show.not_probed"),
            session.say("medium.show.copies", slips=" ".join(slips) or "-"),
        ]
        lines += [session.say("medium.show.twins", labels=", ".join(alike))] if alike else []
        session.emit(_document(medium) | {"copies": slips, "twins": alike}, lines)


@run.command("mark")
@click.argument("label")
@click.argument("folder", type=FOLDER)
@pass_session
def mark(session: Session, *, label: str, folder: Path) -> None:
    """Mark a medium anew."""
    from sekisho.custody.media_register import mark_medium

    with session.office() as office:
        _tell(session, mark_medium(office, label, folder), "mark.done")


@run.command("issue")
@click.argument("label")
@click.option("--to", required=True)
@click.option("--key", type=FILE, required=True)
@pass_session
def issue(session: Session, *, label: str, to: str, key: Path) -> None:
    """Give a medium out."""
    from sekisho.custody.media_register import issue_medium

    with session.office() as office:
        _tell(session, issue_medium(office, label, to=to, keeper=session.key(key)), "moved")


@run.command("return")
@click.argument("label")
@click.option("--key", type=FILE, required=True)
@pass_session
def take_back(session: Session, *, label: str, key: Path) -> None:
    """Take a medium back."""
    from sekisho.custody import media_register

    with session.office() as office:
        _tell(session, media_register.take_back(office, label, keeper=session.key(key)), "moved")


@run.command("quarantine")
@click.argument("label", required=False)
@click.option("--device", type=PATH)
@pass_session
def quarantine(session: Session, *, label: str | None, device: Path | None) -> None:
    """Keep a medium apart."""
    from sekisho.custody.media_register import keep_apart, keep_foreign_apart
    from sekisho.media.platform import this_platform

    if (label is None) == (device is None):
        raise Misuse("cli.label_or_device")
    with session.office() as office:
        if label is not None:
            _tell(session, keep_apart(office, label), "moved")
            return
        found = next((each for each in this_platform().devices() if each.path == device), None)
        if found is None:
            raise Refused("custody.medium_no_device_here", path=device)
        _tell(session, keep_foreign_apart(office, found), "moved")


@run.command("release")
@click.argument("label")
@click.option("--key", "keys", type=FILE, multiple=True, required=True)
@pass_session
def release(session: Session, *, label: str, keys: tuple[Path, ...]) -> None:
    """Let a medium out of quarantine."""
    from sekisho.custody.media_register import release_medium

    with session.office() as office:
        _tell(session, release_medium(office, label, keys=[session.key(path) for path in keys]), "moved")


@run.command("retire")
@click.argument("label")
@click.option("--key", type=FILE, required=True)
@click.option("--yes", is_flag=True)
@pass_session
def retire(session: Session, *, label: str, key: Path, yes: bool) -> None:
    """Take a medium out of use."""
    from sekisho.custody.media_register import retire_medium

    with session.office() as office:
        keeper = session.key(key)
        if not confirmed(session, "medium.retire.confirm", yes=yes or session.json):
            raise Refused("cli.not_retired")
        _tell(session, retire_medium(office, label, keeper=keeper), "moved")


@run.command("label")
@click.argument("label")
@click.option("--out", "-o", type=PATH)
@pass_session
def label_of(session: Session, *, label: str, out: Path | None) -> None:
    """Say what stands on the label of a medium, and print it."""
    from sekisho.custody.media_register import label_facts
    from sekisho.custody.paper.printing import label_pdf
    from sekisho.files import write_whole

    with session.office() as office:
        facts = asdict(label_facts(office, label))
        lines = [session.say(f"medium.label.{name}", value=value) for name, value in facts.items() if value]
        if out is not None:
            pdf = label_pdf(office, [label], language=session.language)
            with disk(out):
                write_whole(out, pdf)
        session.emit(facts, lines)


@run.command("usbguard")
@pass_session
def usbguard(session: Session) -> None:
    """Print rules for USBGuard."""
    from sekisho.custody.media_records import media
    from sekisho.custody.usbguard import usbguard_rules

    with session.office() as office:
        rules = usbguard_rules(media(office.ledger.connection))
        session.emit({"rules": rules}, rules.rstrip("\n").split("\n"))


run.add_command(probe)


def _folder(place: Path) -> Path:
    """Return where a device is mounted, or the folder that was named."""
    if not place.is_block_device():
        folder: Path = FOLDER.convert(place, None, None)
        return folder
    from sekisho.media.linux import LinuxPlatform

    mounted = LinuxPlatform().folders_on(place)
    if len(mounted) != 1:
        raise Misuse("cli.medium_not_mounted", path=place)
    return mounted[0]


def _document(medium: "MediumRecord") -> dict[str, Any]:
    import msgspec

    document: dict[str, Any] = msgspec.to_builtins(medium)
    return document


def _tell(session: Session, medium: "MediumRecord", key: str) -> None:
    state = session.say(f"medium_state.{medium.state}")
    session.emit(
        _document(medium),
        [session.say(f"medium.{key}", number=medium.id, label=medium.label, state=state)],
    )

"""``sekisho seal``: write what was approved to its media."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.arguments import read_media, read_reference
from sekisho.cli.command import FILE, FOLDER, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse

if TYPE_CHECKING:
    from sekisho.custody.office import Office


@command("seal")
@click.argument("reference")
@click.option("--medium", "media", multiple=True, required=True)
@click.option("--key", type=FILE, required=True)
@click.option("--one-file", is_flag=True)
@click.option("--pad", is_flag=True)
@click.option("--slip", "slips", type=FOLDER, default=None)
@pass_session
def run(
    session: Session,
    *,
    reference: str,
    media: tuple[str, ...],
    key: Path,
    one_file: bool,
    pad: bool,
    slips: Path | None,
) -> None:
    """Seal."""
    from sekisho.custody import records
    from sekisho.custody.media_meeting import unprobed
    from sekisho.custody.paper.printing import save_slips
    from sekisho.custody.sealing import bytes_to_seal, seal_request, unsealed

    letter, number = read_reference(reference)
    if letter != "C":
        raise Misuse("cli.no_reference", text=reference)
    with session.office() as office:
        request = records.get_request(office.ledger.connection, number)
        folders = read_media(media, request.statement.media)
        if slips:
            _check_slips(office, slips, folders.values())
        sealer = session.key(key)
        read_back = unsealed(office, number)
        with progress(session, "seal.sealing", total=bytes_to_seal(office, number)) as step:
            rows = seal_request(office, number, folders, sealer=sealer, one_file=one_file, pad=pad, progress=step)
        saved = save_slips(office, rows, slips, language=session.language) if slips else None
        sealed = [
            {
                "slip": row.slip,
                "medium": row.medium,
                "capsule": row.capsule.name,
                "size": row.capsule.size,
                "sha256": row.capsule.sha256,
                "read_back": row.slip in read_back,
                "opener": row.capsule.opener,
                "page": row.capsule.page.name if row.capsule.page else None,
                "pin": "" if saved else row.capsule.pin,
            }
            for row in rows
            if row.capsule
        ]
        shown = (
            "slip",
            "medium",
            "capsule",
            "size",
            *(() if saved else ("pin",)),
        )  # on paper alone, where it is printed
        headers = [session.say(f"column.{name}") for name in shown]
        cells = [[f"{s[name]:,}" if name == "size" else str(s[name]) for name in shown] for s in sealed]
        before = ", ".join(str(s["slip"]) for s in sealed if not s["read_back"])
        lines = [session.say("seal.before", slips=before)] if before else []
        lines += [session.say("seal.done", phone=office.settings.phone)] if read_back else []
        lines += [session.say("seal.pins")] if read_back and not saved else []
        lines += opener_lines(session, sealed)
        too_long = ", ".join(str(s["slip"]) for s in sealed if one_file and s["read_back"] and not s["page"])
        lines += [session.say("seal.too_long", slips=too_long)] if too_long else []
        untried = unprobed(office, folders)
        lines += [session.say("seal.unprobed", labels=", ".join(untried))] if untried else []
        files = [str(path) for path in saved.files] if saved else []
        lines += [session.say("seal.saved", files=", ".join(files))] if files else []
        unset = [each.name for each in saved.unset] if saved else []
        lines += [session.say("paper.print.unset", characters=", ".join(unset))] if unset else []
        session.emit(
            {"request": f"C-{number}", "copies": sealed, "slips": files, "unset": unset},
            [*table(headers, cells, right=[3]), *lines],
        )


def opener_lines(session: Session, copies: Sequence[Mapping[str, object]]) -> list[str]:
    """Say the digest of each opener once, with the slips that it is for."""
    digests = dict.fromkeys(str(each["opener"]) for each in copies if each["opener"])
    slips = {digest: [str(each["slip"]) for each in copies if each["opener"] == digest] for digest in digests}
    return [session.say("seal.opener", digest=digest, slips=", ".join(slips[digest])) for digest in digests]


def _check_slips(office: "Office", folder: Path, media: Iterable[Path]) -> None:
    """Refuse before anything is sealed what could not be printed after it, or would put opening numbers on a medium.

    Raises:
        Misuse: the folder lies on a medium.
        Missing: typst or the fonts are not installed.
    """
    from sekisho.custody.paper.printing import must_print

    place = folder.resolve()
    if any(place.is_relative_to(medium.resolve()) for medium in media):
        raise Misuse("cli.slips_on_medium", path=folder)
    must_print(office)

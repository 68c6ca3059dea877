"""``sekisho seal``: write what was approved to its media."""

from pathlib import Path

import click

from sekisho.cli.arguments import read_media, read_reference
from sekisho.cli.command import FILE, command
from sekisho.cli.progress import progress
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Misuse


@command("seal")
@click.argument("reference")
@click.option("--medium", "media", multiple=True, required=True)
@click.option("--key", type=FILE, required=True)
@click.option("--one-file", is_flag=True)
@click.option("--pad", is_flag=True)
@pass_session
def run(session: Session, *, reference: str, media: tuple[str, ...], key: Path, one_file: bool, pad: bool) -> None:
    """Seal."""
    from sekisho.custody import records
    from sekisho.custody.sealing import bytes_to_seal, seal_request, unsealed

    letter, number = read_reference(reference)
    if letter != "C":
        raise Misuse("cli.no_reference", text=reference)
    with session.office() as office:
        request = records.get_request(office.ledger.connection, number)
        folders = read_media(media, request.statement.media)
        sealer = session.key(key)
        read_back = unsealed(office, number)
        with progress(session, "seal.sealing", total=bytes_to_seal(office, number)) as step:
            rows = seal_request(office, number, folders, sealer=sealer, one_file=one_file, pad=pad, progress=step)
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
                "pin": row.capsule.pin,
            }
            for row in rows
            if row.capsule
        ]
        headers = [session.say(f"column.{name}") for name in ("slip", "medium", "capsule", "size", "pin")]
        cells = [[str(s["slip"]), str(s["medium"]), str(s["capsule"]), f"{s['size']:,}", str(s["pin"])] for s in sealed]
        before = ", ".join(str(s["slip"]) for s in sealed if not s["read_back"])
        lines = [session.say("seal.before", slips=before)] if before else []
        lines += [session.say("seal.done", phone=office.settings.phone)] if read_back else []
        lines += [session.say("seal.pins")] if read_back else []
        lines += [
            session.say("seal.opener", digest=digest)
            for digest in sorted({str(s["opener"]) for s in sealed if s["opener"]})
        ]
        too_long = ", ".join(str(s["slip"]) for s in sealed if one_file and s["read_back"] and not s["page"])
        lines += [session.say("seal.too_long", slips=too_long)] if too_long else []
        session.emit({"request": f"C-{number}", "copies": sealed}, [*table(headers, cells, right=[3]), *lines])

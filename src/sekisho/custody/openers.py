"""The browser opener on a medium: ``OPEN.html`` beside the capsule, and where asked for a page that bears the capsule too.

Whoever swaps the opener could harvest a PIN and a release, so the digest of what was written stands in the ledger and on
the slip. The page on a medium asks for the opening number of any slip whose copy lies there; it goes from the medium with
the last capsule.
"""

import hashlib
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path

import msgspec

from sekisho.capsule import opener
from sekisho.capsule.opener_gate import draw_pin, with_gates
from sekisho.custody import records
from sekisho.custody.office import Office
from sekisho.custody.records import CapsuleRecord, CopyRow, PageRecord
from sekisho.custody.relay_key import office_card
from sekisho.errors import Refused
from sekisho.files import NotAFile, open_file
from sekisho.media.direct import Verify, digest
from sekisho.media.writing import Place, put, weakest

_BLOCK = 1 << 20


def write_openers(
    office: Office, place: Place, capsule: CapsuleRecord, *, medium: str, one_file: bool
) -> tuple[CapsuleRecord, Verify]:
    """Put the opener beside a capsule, and read back what was written.

    Args:
        office: whose card it bears.
        place: where the medium is mounted.
        capsule: the capsule there.
        medium: the medium's label; the opener takes the opening numbers of all copies that lie on it.
        one_file: write the self-opening page too, if the capsule is not too long for one.

    Returns:
        the capsule with what stands beside it now, and how that was read back.

    Raises:
        MediumError: the medium has not the room, gives back something else, or is another one now.
        OSError: the medium failed.
    """
    pin = capsule.pin or draw_pin(os.urandom)
    beside, verify = put(place, opener.NAME, opener_page(office, medium, [pin]))
    page = None
    if one_file and capsule.size <= opener.MOST_EMBEDDED:
        name = Path(capsule.name).with_suffix(".html").name
        shown = with_gates(office_card(office).text, [pin], os.urandom)
        data = opener.fill(shown, url=office.settings.url, capsule=(place.folder / capsule.name).read_bytes())
        sha256, also = put(place, name, data)
        page, verify = PageRecord(name=name, sha256=sha256, size=len(data)), weakest(verify, also)
    return msgspec.structs.replace(capsule, opener=beside, page=page, pin=pin), verify


def opener_page(office: Office, medium: str, pins: Iterable[str]) -> bytes:
    """Return the opener for a medium: it takes these opening numbers, and those of the copies that lie there already."""
    there = (beside.pin for beside in _capsules_on(office, medium) if beside.pin and not beside.overwritten)
    card = with_gates(office_card(office).text, sorted({*pins, *there}), os.urandom)
    return opener.fill(card, url=office.settings.url)


def check_page(folder: Path, capsule: CapsuleRecord, *, altered: bool) -> None:
    """Look at the self-opening page before anything is erased.

    Raises:
        Refused: it is not as it was written, and it was not said that it may go all the same: it is evidence.
        NotAFile: what stands there is no file of its own.
        OSError: the medium failed.
    """
    page = capsule.page
    if page is None or altered:
        return
    try:
        with open_file(folder / page.name) as file:
            size = os.fstat(file.fileno()).st_size
            as_written = size == page.size and (page.erasing or _digest(file) == page.sha256)
    except FileNotFoundError:
        return
    if not as_written:
        raise Refused("custody.another_capsule", path=folder / page.name)


def erase_openers(office: Office, row: CopyRow, capsule: CapsuleRecord, folder: Path) -> bool:
    """Overwrite and remove the self-opening page, and the opener if no other capsule is left that needs it.

    Returns:
        whether nothing of the copy is left in them.

    Raises:
        NotAFile, OSError: as :func:`check_page`, which comes first.
    """
    gone = capsule.page is None or _erase_page(office, row, capsule.page, folder)
    page = folder / opener.NAME
    if capsule.opener and not any(folder.glob("capsule-*")):
        try:
            with open_file(page) as file:
                ours = _digest(file) in {each.opener for each in _capsules_on(office, row.medium)}
        except (FileNotFoundError, NotAFile):
            ours = False
        if ours:
            page.unlink()
    return gone


def overwrite(file: FileIO, size: int, path: Path) -> None:
    """Write random bytes over the first ``size`` of a file, through to the medium, and see that it gives them back.

    Raises:
        OSError: the medium failed, or holds something else: one that drops what it is given reads back well from memory.
    """
    file.seek(0)
    written, left = hashlib.sha256(), size
    while left:
        block = os.urandom(min(_BLOCK, left))
        count = file.write(block)  # which may take less than it was given
        written.update(block[:count])
        left -= count
    os.fsync(file.fileno())
    if size == os.fstat(file.fileno()).st_size and digest(path)[0] != written.hexdigest():
        raise OSError("what was written over it does not read back")


def _erase_page(office: Office, row: CopyRow, page: PageRecord, folder: Path) -> bool:
    path = folder / page.name
    try:
        with open_file(path, change=True) as file:
            with office.ledger.transaction() as tx:
                now = records.get_copy(tx.connection, row.slip)
                if now.capsule:
                    capsule = msgspec.structs.replace(now.capsule, page=msgspec.structs.replace(page, erasing=True))
                    records.update_copy(tx.connection, msgspec.structs.replace(now, capsule=capsule))
            overwrite(file, min(os.fstat(file.fileno()).st_size, page.size), path)
        path.unlink()
    except FileNotFoundError:
        return page.erasing
    return not os.path.lexists(path)


def _capsules_on(office: Office, medium: str) -> list[CapsuleRecord]:
    """Return every capsule that was written to a medium."""
    connection = office.ledger.connection
    rows = (records.get_copy(connection, slip) for slip in records.slips_on(connection, medium))
    return [row.capsule for row in rows if row.capsule]


def _digest(file: FileIO) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()

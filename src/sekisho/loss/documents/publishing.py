"""Writing the statement log into a folder that is copied to where the public reads."""

import os
from pathlib import Path

from sekisho.custody.office import Office
from sekisho.errors import MediumError, Misuse, NotFound
from sekisho.files import replacing_folder
from sekisho.loss.documents.statement_page import public_files
from sekisho.loss.documents.statements import statements


def write_statement_log(office: Office, number: int, folder: Path) -> list[str]:
    """Write the pages, feeds and texts of an incident into a new folder, whole or not at all; return the names of the files.

    Raises:
        NotFound: there is no such incident, or nothing was published of it.
        Misuse: the folder exists.
        MediumError: the disk refused.
    """
    log = statements(office, number)
    if not log:
        raise NotFound("loss.nothing_published", incident=number)
    must_be_new(folder)
    files = public_files(log, origin=office.settings.origin, incident=number, zone=office.settings.zone)
    office.note(folder.parent)
    try:
        with replacing_folder(folder) as partial:
            for name, content in files.items():
                path = partial / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
    except FileExistsError:
        raise Misuse("loss.exists", path=folder) from None
    except OSError as error:
        raise MediumError("loss.disk", path=folder) from error
    return sorted(files)


def must_be_new(folder: Path) -> None:
    """Refuse a folder that is there already.

    Raises:
        Misuse: it is.
    """
    if os.path.lexists(folder):
        raise Misuse("loss.exists", path=folder)

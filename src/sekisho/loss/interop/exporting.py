"""Writing a case in a form that others read: one file, or a folder of tables.

Whoever reads it hears what the law, or the office, lets them hear: the public by default. A secret is in no form, for nobody.
"""

from collections.abc import Callable
from pathlib import Path

from sekisho.custody.incident_records import IncidentState, get_incident
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Misuse
from sekisho.files import replacing_folder, write_whole
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.reading import read_case
from sekisho.loss.interop.audience import heard_by
from sekisho.loss.interop.case_json import case_json, dumps
from sekisho.loss.interop.dpv import dpv
from sekisho.loss.interop.kept import read_kept
from sekisho.loss.interop.lists import lists
from sekisho.loss.interop.veris import veris

READERS = {
    "public": Visibility.PUBLIC,
    "regulator": Visibility.REGULATOR,
    "internal": Visibility.INTERNAL,
}
"""For whom an export is made. Nobody's is made of secrets."""

FORMS = ("veris", "dpv", "json", "csv")

_DOCUMENTS: dict[str, Callable[[Case], dict[str, object]]] = {"veris": veris, "json": case_json}


def export_document(office: Office, number: int, form: str, *, reader: str = "public") -> bytes:
    """Return a case as ``veris``, ``dpv`` or ``json``.

    Raises:
        NotFound: there is no such incident.
        Unreadable: something of it is damaged.
    """
    case = heard_by(read_case(office, number), READERS[reader])
    if form == "dpv":
        closed = get_incident(office.ledger.connection, number).state is IncidentState.CLOSED
        return dumps(dpv(case, closed=closed))
    return dumps(_DOCUMENTS[form](case))


def export_lists(office: Office, number: int, *, reader: str = "public") -> dict[str, bytes]:
    """Return every list of a case as CSV: name of the file → content; raises as :func:`export_document`.

    What was drafted, decided and computed is for those in the office.
    """
    case = read_case(office, number)
    kept = read_kept(office, number).without(case.facts) if reader == "internal" else None
    return lists(heard_by(case, READERS[reader]), kept)


def write_export(office: Office, number: int, form: str, path: Path, *, reader: str = "public") -> list[Path]:
    """Write a case in a form: a file, or for ``csv`` a folder; return what was written.

    Raises:
        Misuse: something is there already.
        MediumError: the disk refused.
        SekishoError: as :func:`export_document`.
    """
    office.note(path.parent)
    try:
        if form != "csv":
            content = export_document(office, number, form, reader=reader)
            write_whole(path, content)
            return [path]
        tables = export_lists(office, number, reader=reader)
        with replacing_folder(path) as partial:
            for name, content in tables.items():
                (partial / name).write_bytes(content)
    except FileExistsError:
        raise Misuse("loss.exists", path=path) from None
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error
    return [path / name for name in tables]

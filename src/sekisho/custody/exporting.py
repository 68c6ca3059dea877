"""The ledger for an outsider: the export, with the keys of who signs and whatever of its details the office discloses.

Without being asked it discloses nothing: keys are named by their ids. Details come with their salts, so that the outsider can
hold them against the commitments; the document that was signed at an entry comes with its signatures, for
``ssh-keygen -Y verify``.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sekisho.custody import records
from sekisho.custody.office import Office
from sekisho.custody.register import parse_register
from sekisho.errors import NotFound
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.export import Company, export_bundle

_NO_PROOFS: Mapping[str, int] = {}


def export_ledger(
    office: Office, folder: Path, *, disclose: Iterable[int] = (), proofs: Mapping[str, int] = _NO_PROOFS
) -> Checkpoint:
    """Write the whole ledger into a new folder.

    Args:
        office: whose ledger it is.
        folder: must not exist.
        disclose: entries whose details and signed document this outsider may see.
        proofs: as of :func:`~sekisho.ledger.export.export_bundle`.

    Raises:
        NotFound: an entry to disclose has nothing that could be disclosed.
        Misuse, LedgerBroken, MediumError: as :func:`~sekisho.ledger.export.export_bundle`.
    """
    office.note(folder.parent)
    return export_bundle(office.ledger, folder, proofs=proofs, company=company(office, disclose))


def company(office: Office, disclose: Iterable[int] = ()) -> Company:
    """Return who stands behind the entries, and what is disclosed of them.

    Raises:
        NotFound: an entry has nothing that could be disclosed.
    """
    details, signed = {}, {}
    for index in sorted(set(disclose)):
        found, document = office.ledger.disclosed(index), records.get_signed(office.ledger.connection, index)
        if not found and document is None:
            raise NotFound("ledger.no_detail", index=index)
        details[index] = found
        if document is not None:
            signed[index] = document
    return Company(quorum=office.cosigning.quorum, signers=signers(office), details=details, signed=signed)


def signers(office: Office) -> list[str]:
    """Return every key that a person of any version of the register signs with, as ``allowed_signers`` has it, by its id."""
    lines = {}
    for text in records.registers(office.ledger.connection):
        for person in parse_register(text, office.home.root / "register").persons.values():
            if person.key:
                lines[person.public_key.id] = f"{person.public_key.id} {person.public_key.line}"
    return [lines[key] for key in sorted(lines)]

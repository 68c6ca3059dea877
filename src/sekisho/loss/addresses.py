"""Taking in an address table for an incident: who can be reached is known from then on, and stated as facts, by which what is due is computed."""

from collections.abc import Sequence
from pathlib import Path

from sekisho.custody.office import Office
from sekisho.loss.affected.contacts import Contacts, read_contacts
from sekisho.loss.affected.files import FilesIndexed
from sekisho.loss.affected.people import People, attach_files, keep_flags, people_of
from sekisho.loss.affected.roles import Mapped
from sekisho.loss.incident.updating import refresh


def take_addresses(
    office: Office, number: int, paths: Sequence[Path], *, mapped: Mapped | None = None
) -> tuple[People, Contacts]:
    """Read address tables, keep what they say of an incident's people (no address), state the counts, and compute.

    Raises:
        NotFound: there is no such incident, nothing at a path, or no column that is named.
        Unreadable: a table is damaged or tells nobody apart; an index or the population is damaged.
        MediumError: the disk refused.
        LedgerBroken: the ledger is not the one that was signed.
    """
    people = people_of(office, number)
    contacts = read_contacts(office, paths, people.found.index.everybody(), mapped=mapped)
    keep_flags(office, number, contacts.flags)
    refresh(office, number)
    return people.renewed(contacts.flags), contacts


def take_files(office: Office, number: int, files: FilesIndexed) -> None:
    """Make the people of ordinary files those of an incident, state what that says, and compute.

    Raises:
        NotFound: there is no such incident.
        LedgerBroken: the ledger is not the one that was signed.
    """
    attach_files(office, number, files)
    refresh(office, number)

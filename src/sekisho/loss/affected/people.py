"""The people of an incident: those of its copies, by their own indexes, and those of its files, by the one made afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec

from sekisho.custody import records
from sekisho.custody.cut_kept import count_by_kind_of_key
from sekisho.custody.incident_records import get_incident, slips_of, update_incident
from sekisho.custody.office import Office
from sekisho.errors import LedgerBroken, Unreadable
from sekisho.kinds.taxonomy import kind as kind_of
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.loss.affected.files import FilesIndexed, load_files
from sekisho.loss.affected.flags import Flags, decode_flags
from sekisho.loss.who import Affected, affected
from sekisho.people.index import union

_INDEXED = "incident.indexed"
_OF_PEOPLE = frozenset({"table", "answers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One table that was lost.

    Attributes:
        name: of the table.
        rows: how many about people.
        filled: kind → rows in which it is there, as far as it was counted.
        of_head: whether a row is about a household.
    """

    name: str
    rows: int
    filled: Mapping[str, int]
    of_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of an incident.

    Attributes:
        found: who they are, with which kinds.
        flags: what is known of them.
        tables: on which tables they were.
    """

    found: Affected
    flags: Flags
    tables: tuple[Rows, ...]

    def renewed(self, flags: Flags) -> "People":
        """Return the same people, of whom a newer source says something."""
        return replace(self, flags=_of_these(self.found, self.flags.renewed(flags)))

    @property
    def records(self) -> int:
        """Rows about people, of all tables."""
        return sum(table.rows for table in self.tables)


def people_of(office: Office, number: int) -> People:
    """Return the people of an incident.

    Raises:
        NotFound: there is no such incident, or an index of it is missing.
        Unreadable: an index, the flags or the population is damaged.
        LedgerBroken: the ledger, which knows the indexes' digests, is not the one that was signed.
    """
    incident = get_incident(office.ledger.connection, number)
    slips = _sealed(office, slips_of(office.ledger.connection, number))
    indexes, flags, tables = [affected(office, slips).index] if slips else [], Flags(), _of_copies(office, slips)
    if incident.index_sha256:
        if signed_index(office, number) != incident.index_sha256:
            raise Unreadable("people.damaged_index")
        files = load_files(office, incident.index_sha256)
        indexes.append(files.index)
        flags = files.flags
        of_files = (table for table in files.tables if table.is_personal)
        tables += [Rows(name=each.name, rows=each.rows, filled=each.filled, of_head=each.of_head) for each in of_files]
    index = union(indexes)
    path = _kept_path(office, number)
    if path.exists():
        flags = flags.renewed(decode_flags(office.vault.read(path)))
    found = Affected(index, count_by_kind_of_key(office, index))
    return People(found=found, flags=_of_these(found, flags), tables=tuple(tables))


def signed_index(office: Office, number: int) -> str:
    """Return the digest of the index of files that the ledger has for an incident; empty where it has none.

    Raises:
        LedgerBroken: the ledger is not the one that was signed.
    """
    checkpoint, found = office.ledger.checkpoint(), ""

    def leaves() -> Iterator[bytes]:
        nonlocal found
        for entry in islice(office.ledger.entries(), checkpoint.size):
            if entry.type == _INDEXED and entry.fields["incident"] == number:
                found = str(entry.fields["index"])
            yield leaf_hash(entry.body())

    if root_of(leaves()) != checkpoint.root:
        raise LedgerBroken("ledger.altered", size=checkpoint.size)
    return found


def attach_files(office: Office, number: int, files: FilesIndexed) -> None:
    """Record that the people of an incident are those of an index made from ordinary files, in place of an earlier one.

    Raises:
        NotFound: there is no such incident.
    """
    with office.ledger.transaction() as tx:
        incident = get_incident(tx.connection, number)
        update_incident(tx.connection, msgspec.structs.replace(incident, index_sha256=files.sha256))
        tx.append(
            _INDEXED,
            fields={
                "incident": number,
                "index": files.sha256,
                "people": files.index.people,
                "unresolved": files.index.unresolved,
                "records": files.records,
            },
        )


def keep_flags(office: Office, number: int, flags: Flags) -> None:
    """Keep what an address table says of an incident's people, encrypted, in place of what an earlier one said.

    Raises:
        MediumError: the disk refused.
    """
    office.note(office.home.people)
    office.vault.write(_kept_path(office, number), flags.encode(), overwrite=True)


def _kept_path(office: Office, number: int) -> Path:
    return office.home.people / f"incident-{number}.flags.age"


def _of_these(found: Affected, flags: Flags) -> Flags:
    """Return the flags of these people; whoever is known by the data themselves to be protected is, too."""
    people = found.index.everybody()
    protected = flags.protected | found.index.having(kind_of("protected_person"))
    return replace(flags, protected=protected).among(people)


def _sealed(office: Office, slips: list[str]) -> list[str]:
    return [slip for slip in slips if records.get_copy(office.ledger.connection, slip).capsule is not None]


def _of_copies(office: Office, slips: list[str]) -> list[Rows]:
    """Return the tables on copies; those of one request are the same tables."""
    connection = office.ledger.connection
    requests = dict.fromkeys(records.get_copy(connection, slip).request for slip in slips)
    cuts = dict.fromkeys(cut for request in requests for cut in records.get_request(connection, request).statement.cuts)
    made = (records.get_cut(connection, cut) for cut in cuts)
    return [
        Rows(name=next(file.name for file in cut.files if file.form in _OF_PEOPLE), rows=cut.rows_out, filled={})
        for cut in made
        if cut.people or cut.unresolved
    ]

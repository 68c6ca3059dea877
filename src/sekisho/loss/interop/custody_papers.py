"""The papers about custody in a case file: where the copies were, under which contracts, who the persons behind the keys are.

A committee needs names, which stand nowhere else in an export: those of who signed an entry of the case, held a copy, or was
to receive one, and of nobody else in the register.
"""

from collections.abc import Iterable, Sequence

from sekisho.clock import to_text
from sekisho.custody.interop.case import document_lines
from sekisho.custody.interop.ocsf import keys_of
from sekisho.custody.interop.tables import EVENT_COLUMNS, event_row
from sekisho.custody.office import Office
from sekisho.custody.register import Contract, Person, Register
from sekisho.ledger.entry import Entry
from sekisho.loss.interop.concerned import Concerned
from sekisho.loss.interop.lists import table

PERSON_COLUMNS = ("person", "name", "employer", "organisation", "roles", "key")
CONTRACT_COLUMNS = ("contract", "company", "organisation", "parent", "starts", "ends", "purposes", "persons")


def custody_papers(office: Office, concerned: Concerned) -> dict[str, bytes]:
    """Return the papers: file name → content."""
    register = office.register
    contracts = _contracts(register, concerned.entries)
    persons = _persons(register, concerned.entries)
    graph = "".join(document_lines(concerned.entries, origin=office.settings.origin))
    return {
        "custody.csv": table(EVENT_COLUMNS, *map(event_row, concerned.entries)),
        "custody.jsonld": graph.encode(),
        "withheld.csv": table(
            ("entry", "type", "at"),
            *(
                (str(entry.index), entry.type, to_text(entry.at))
                for entry in concerned.entries
                if entry.index in concerned.hidden
            ),
        ),
        "drills.csv": table(EVENT_COLUMNS, *map(event_row, concerned.drills)),
        "contracts.csv": table(CONTRACT_COLUMNS, *(_contract_row(register, contract) for contract in contracts)),
        "persons.csv": table(PERSON_COLUMNS, *(_person_row(register, person) for person in persons)),
    }


def _named(entries: Iterable[Entry]) -> set[str]:
    """Return every word in the fields of entries that could be a person's id, or a contract's."""
    return {value for entry in entries for value in entry.fields.values() if isinstance(value, str)}


def _persons(register: Register, entries: Sequence[Entry]) -> list[Person]:
    keys = {key for entry in entries for key in keys_of(entry)}
    named = _named(entries)
    return [
        person
        for person in register.persons.values()
        if person.id in named or (person.key and person.public_key.id in keys)
    ]


def _contracts(register: Register, entries: Sequence[Entry]) -> list[Contract]:
    """Return the contracts under which somebody of the case stood, with those above them up to the office."""
    persons = {person.id for person in _persons(register, entries)}
    found = {each.id for each in register.contracts.values() if persons.intersection(each.persons)}
    while above := {register.contracts[id_].parent for id_ in found} - found - {""}:
        found |= above
    return [each for each in register.contracts.values() if each.id in found]


def _person_row(register: Register, person: Person) -> Sequence[str]:
    key = person.public_key.id if person.key else ""
    return (
        person.id, person.name, person.employer, register.organisations[person.employer].name, " ".join(person.roles), key,
    )  # fmt: skip


def _contract_row(register: Register, contract: Contract) -> Sequence[str]:
    return (
        contract.id,
        contract.company,
        register.organisations[contract.company].name,
        contract.parent,
        contract.starts.isoformat(),
        contract.ends.isoformat(),
        " ".join(contract.purposes),
        " ".join(contract.persons),
    )

"""Filling the forms about contracts: who may work under one, and who did without being named in any."""

from collections.abc import Iterator, Sequence

from sekisho.custody import records
from sekisho.custody.paper.facts import BreachHead, BreachRow, ContractHead, Facts, WorkerRow
from sekisho.custody.paper.trail import Trail, indexes
from sekisho.custody.register import Contract
from sekisho.errors import NotFound
from sekisho.ledger.entry import Entry

_PARTS = {"giver": "gave", "receiver": "received", "holder": "held", "witness": "witnessed"}
"""What a detail of an entry says that a person did."""
_CHANGED = "register.changed"


def contract(trail: Trail, about: str) -> tuple[Facts, Sequence[Facts]]:
    """Return a contract, the one above it, and every person whom it names.

    Raises:
        NotFound: the register has no such contract.
    """
    found, register = _contract(trail, about), trail.register
    changed = indexes(*trail.of_type(_CHANGED)[-1:])
    parent = register.contracts.get(found.parent)
    head = ContractHead(
        contract=found.id,
        company=register.organisations[found.company].name,
        parent=found.parent,
        parent_company=register.organisations[parent.company].name if parent else "",
        tier=len(list(_upwards(trail, found))),
        starts=found.starts,
        ends=found.ends,
        entries=changed,
    )
    rows = [
        WorkerRow(
            number=number,
            person=register.person(person).name,
            person_id=person,
            employer=register.organisations[found.company].name,
            signs=bool(register.person(person).key),
            opens_capsules=bool(register.person(person).recipient),
            starts=found.starts,
            ends=found.ends,
            entries=changed,
        )
        for number, person in enumerate(found.persons, 1)
    ]
    return head, rows


def breach_notice(trail: Trail, about: str) -> tuple[Facts, Sequence[Facts]]:
    """Return who had to do with copies of a contract without being admitted by any, by today's register.

    Raises:
        NotFound: the register has no such contract.
    """
    found = _contract(trail, about)
    rows = [row for copy in _copies_under(trail, found) for row in _outsiders(trail, copy)]
    company = trail.register.organisations[found.company].name
    seen = len({row.person for row in rows})
    entries = indexes(*trail.of_type(_CHANGED)[-1:])
    return BreachHead(contract=found.id, company=company, on=trail.office.today(), seen=seen, entries=entries), rows


def _contract(trail: Trail, about: str) -> Contract:
    if about not in trail.register.contracts:
        raise NotFound("custody.paper_no_contract", contract=about)
    return trail.register.contracts[about]


def _upwards(trail: Trail, found: Contract) -> Iterator[Contract]:
    yield found
    while found.parent:
        found = trail.register.contracts[found.parent]
        yield found


def _copies_under(trail: Trail, found: Contract) -> Iterator[records.CopyRow]:
    """Yield the copies that a person employed under a contract carries or receives."""
    register = trail.register
    companies = {each.company for each in register.contracts.values() if found in _upwards(trail, each)}
    for row in records.copies(trail.office.ledger.connection):
        statement = trail.request(row.request).statement
        named = (register.persons.get(each) for each in (statement.carrier, statement.recipient))
        if any(person and person.employer in companies for person in named):
            yield row


def _outsiders(trail: Trail, row: records.CopyRow) -> Iterator[BreachRow]:
    for entry in trail.of_copy(row.cid):
        for detail, person in trail.details(entry).items():
            if detail in _PARTS and not _admitted(trail, person, entry):
                known = trail.register.persons.get(person)
                yield BreachRow(
                    at=entry.at,
                    slip=row.slip,
                    event=_PARTS[detail],
                    person=known.name if known else person,
                    employer=trail.register.organisations[known.employer].name if known else "",
                    entries=indexes(entry),
                )


def _admitted(trail: Trail, person_id: str, entry: Entry) -> bool:
    person = trail.register.persons.get(person_id)
    if person is None:
        return False
    return trail.register.is_staff(person) or any(trail.register.chains(person, trail.day(entry.at)))

"""Filling the forms about contracts: who may work under one, and who did without being named in any."""

from collections.abc import Iterator, Sequence

from sekisho.custody.contracts import Part, report_contract
from sekisho.custody.paper.facts import BreachHead, BreachRow, ContractHead, Facts, WorkerRow
from sekisho.custody.paper.trail import Trail, indexes
from sekisho.custody.register import Contract
from sekisho.errors import NotFound, Refused

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
    """Return who had to do with copies under a contract while no chain admitted them, by the register of then or of now.

    Raises:
        NotFound: no version of the register has this contract.
        Refused: there was nobody; a letter that accuses no one must not lie about to be sent.
    """
    report = report_contract(trail.office, about)
    rows = [_outsider(trail, part) for part in report.parts if part.outside]
    if not rows:
        raise Refused("custody.paper_no_breach", contract=report.contract.id)
    known = trail.register.organisations.get(report.contract.company)
    head = BreachHead(
        contract=report.contract.id,
        company=known.name if known else report.contract.company,
        on=trail.office.today(),
        seen=len(report.outside),
        entries=indexes(*trail.of_type(_CHANGED)[-1:]),
    )
    return head, rows


def _contract(trail: Trail, about: str) -> Contract:
    if about not in trail.register.contracts:
        raise NotFound("custody.paper_no_contract", contract=about)
    return trail.register.contracts[about]


def _upwards(trail: Trail, found: Contract) -> Iterator[Contract]:
    yield found
    while found.parent:
        found = trail.register.contracts[found.parent]
        yield found


def _outsider(trail: Trail, part: Part) -> BreachRow:
    known = trail.register.persons.get(part.person)
    return BreachRow(
        at=part.at,
        slip=part.slip,
        part=part.part,
        person=known.name if known else part.person,
        employer=trail.register.organisations[known.employer].name if known else "",
        entries=(part.index,),
    )

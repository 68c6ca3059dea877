"""Who did what under a contract, who of them is on no chain of contracts, and what is in whose hands when one ends.

A person may be on the chain in the register of that day and not in the one of today: the city was shown a list, believed it, and
found out later that two of the names were nobody's employees. So everybody is looked up in both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sekisho.catalogue.words import Language, say
from sekisho.clock import to_local
from sekisho.custody import records
from sekisho.custody.copy import State, duty
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.register import Contract, Person, Register, Standing
from sekisho.custody.tracking import Happening, histories, registers
from sekisho.errors import NotFound, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A contract of a person's chain.

    Attributes:
        contract: the contract.
        tier: 1 for one with the office itself, 2 for the sub-contract under it, and so on.
    """

    contract: Contract
    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How a person hangs together with the office.

    Attributes:
        person: who.
        standing: on whose word the person is an employee; nothing where the employer should have stated it and did not.
        links: the contracts from the office down to the person's employer; none for staff, and for who is on no chain.
        admitted: whether the person may hold, carry and open.
    """

    person: Person
    standing: Standing | None
    links: tuple[Link, ...]
    admitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a person did with a copy.

    Attributes:
        person: who.
        part: as what: ``giver``, ``receiver``, ``holder``, ``witness``, ``carrier``, ``recipient``, ``opener``, ``by``.
        slip: the copy.
        index: the entry that says so.
        at: when.
        event: what happened.
        then: whether the register of that time admitted the person on that day.
        now: whether the register of today does.
    """

    person: str
    part: str
    slip: str
    index: int
    at: datetime
    event: str
    then: bool
    now: bool

    @property
    def outside(self) -> bool:
        """Whether the person is outside the chain, by either register."""
        return not (self.then and self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractReport:
    """All that was done under a contract.

    Attributes:
        contract: which.
        slips: the copies that went under it.
        parts: everybody's part in them, in the ledger's order.
        outside: who of them is on no chain.
    """

    contract: Contract
    slips: tuple[str, ...]
    parts: tuple[Part, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A copy that is with, or meant for, somebody whom no contract chain admits any more.

    Attributes:
        slip: the copy.
        person: who.
        part: as what: ``holder``, ``carrier`` or ``recipient``.
    """

    slip: str
    person: str
    part: str


def chain_of(register: Register, person_id: str, day: date) -> Chain:
    """Return how a person hangs together with the office on a day.

    Raises:
        Refused: nobody registered has this id.
    """
    person = register.person(person_id)
    standing = _standing(register, person, day)
    contracts = next(register.chains(person, day), ())[::-1]
    links = tuple(Link(contract=contract, tier=tier) for tier, contract in enumerate(contracts, 1))
    return Chain(person=person, standing=standing, links=links, admitted=_admits(register, person_id, day))


def flagged(office: Office, register: Register | None = None) -> list[Flag]:
    """Return the copies that are with, or meant for, people whom no chain admits today; by a register, the current one if none.

    Raises:
        Missing: no register was imported yet.
    """
    register, today = register or office.register, office.today()
    return [flag for row in records.copies(office.ledger.connection) for flag in flags_of(row, register, today)]


def flags_of(row: CopyRow, register: Register, day: date) -> list[Flag]:
    """Return who has or should have a copy with which something is still to be done, and is on no chain on a day."""
    copy = row.copy
    if duty(copy) is None:
        return []
    parts = {"holder": copy.holder}
    if copy.state not in {State.RETURNED, State.FOUND, State.ERASED}:
        parts |= {"carrier": copy.carrier, "recipient": copy.recipient}
    return [
        Flag(slip=row.slip, person=person, part=part)
        for part, person in parts.items()
        if person and not _admits(register, person, day)
    ]


def report_contract(office: Office, contract_id: str) -> ContractReport:
    """Return who held, offered, accepted, opened or erased copies under a contract, and who of them is outside its chain.

    Raises:
        NotFound: no version of the register has this contract.
        Unreadable: a record is damaged.
    """
    versions = _Versions(office)
    contract = versions.contract(contract_id)
    rows = [row for row in records.copies(office.ledger.connection) if versions.goes_under(row, contract_id)]
    happened = histories(office, rows)
    parts = sorted(
        (part for row in rows for part in versions.parts(row, happened[row.slip])), key=lambda part: part.index
    )
    outside = tuple(dict.fromkeys(part.person for part in parts if part.outside))
    return ContractReport(contract=contract, slips=tuple(row.slip for row in rows), parts=tuple(parts), outside=outside)


def breach_notice(office: Office, report: ContractReport, language: Language) -> str:
    """Return the draft of a letter to the contractor about who was outside the chain; a person decides whether it is sent."""
    register, zone = office.register, office.settings.zone
    company = register.organisations.get(report.contract.company)
    lines = [
        say(
            "custody.breach.line",
            language,
            at=to_local(part.at, zone),
            slip=part.slip,
            person=_name(register, part.person),
            part=say(f"custody.part.{part.part}", language),
            index=part.index,
        )
        for part in report.parts
        if part.outside
    ]
    return say(
        "custody.breach.notice",
        language,
        office=office.settings.name,
        company=company.name if company else report.contract.company,
        contract=report.contract.id,
        lines="\n".join(lines),
        size=office.ledger.checkpoint().size,
    )


class _Versions:
    """Every version of the register, and from which entry of the ledger on each was in force."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._registers = registers(office)
        changes = office.ledger.entries_spelling('"type":"register.changed"')
        self._since = [entry.index for entry in changes if entry.type == "register.changed"]

    def contract(self, contract_id: str) -> Contract:
        for register in reversed(self._registers):
            if contract_id in register.contracts:
                return register.contracts[contract_id]
        raise NotFound("custody.no_contract", contract=contract_id)

    def goes_under(self, row: CopyRow, contract_id: str) -> bool:
        """Tell whether a copy was meant for somebody whom this contract admits, or went to one, or its purpose names it."""
        statement = records.get_request(self._office.ledger.connection, row.request).statement
        cuts = [records.get_cut(self._office.ledger.connection, cut_id) for cut_id in statement.cuts]
        if contract_id in {cut.contract for cut in cuts}:
            return True
        people = {statement.carrier, statement.recipient, row.copy.holder or ""}
        return any(self._is_on(register, person, contract_id) for register in self._registers for person in people)

    @staticmethod
    def _is_on(register: Register, person_id: str, contract_id: str) -> bool:
        """Tell whether a contract, or one below it, names a person."""
        contract = register.contracts.get(contract_id)
        if contract is None:
            return False
        below = [each.id for each in register.contracts.values() if each.parent == contract.id]
        return person_id in contract.persons or any(_Versions._is_on(register, person_id, each) for each in below)

    def parts(self, row: CopyRow, history: Sequence[Happening]) -> Iterator[Part]:
        """Yield what everybody did with a copy."""
        for happened in history:
            day = self._office.day(happened.at)
            for part, person in dict.fromkeys(_people(happened, row)):
                yield Part(
                    person=person,
                    part=part,
                    slip=row.slip,
                    index=happened.index,
                    at=happened.at,
                    event=happened.event,
                    then=_admits(self._at(happened.index), person, day),
                    now=_admits(self._registers[-1], person, day),
                )

    def _at(self, index: int) -> Register:
        """Return the register that was in force at an entry."""
        version = sum(since <= index for since in self._since) - 1
        return self._registers[min(max(version, 0), len(self._registers) - 1)]


def _people(happened: Happening, row: CopyRow) -> Iterator[tuple[str, str]]:
    """Yield part and person of an entry: as its details name them, and of a release the recipient, who opens."""
    yield from happened.people.items()
    if happened.event in {"release.given", "escrow.released"}:
        yield "opener", row.copy.recipient


def _admits(register: Register, person_id: str, day: date) -> bool:
    try:
        register.chain(register.person(person_id), day)
    except Refused:
        return False
    return True


def _standing(register: Register, person: Person, day: date) -> Standing | None:
    try:
        return register.standing(person, day)
    except Refused:
        return None


def _name(register: Register, person_id: str) -> str:
    person = register.persons.get(person_id)
    return f"{person.name} ({person_id})" if person else person_id

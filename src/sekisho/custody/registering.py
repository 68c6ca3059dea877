"""Taking over a register: shown as what changes, and from the second version on signed by two persons of the current one.

Whoever is in the register decides who approves, so a register that one person could change would make every rule of two
persons a rule of one. The two are of those who lift a suspension: a pair who could approve a release anyway, so that
nobody gains by this what they did not have.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from sekisho.catalogue.words import Said
from sekisho.custody import records
from sekisho.custody.checking import two_persons
from sekisho.custody.contracts import Flag, flagged
from sekisho.custody.office import Office
from sekisho.custody.register import DECIDERS, Register, parse_register, read_register
from sekisho.custody.statements import REGISTER, RegisterStatement
from sekisho.errors import Refused, Unreadable
from sekisho.signing.keys import SigningKey, parse_public
from sekisho.signing.sshsig import sign

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A register that may take the place of the current one.

    Attributes:
        current: the text of the current one; none before the first.
        before: the current one.
        text: the text of the new one.
        register: the new one.
    """

    current: str | None
    before: Register | None
    text: str
    register: Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a new register changes of one person, company or contract.

    Attributes:
        table: which of the register's tables.
        id: which row.
        change: what becomes of it.
        before: its fields until now, as far as they change; nothing of what is added.
        after: its fields from now on, as far as they change; nothing of what is removed.
    """

    table: Literal["office", "organisation", "person", "contract"]
    id: str
    change: Literal["added", "removed", "changed"]
    before: Fields
    after: Fields


def propose(office: Office, path: Path) -> Proposal:
    """Read a register that is to be taken over; nothing is changed.

    Raises:
        NotFound: there is no such file.
        Unreadable: it is no register, a grant goes beyond its parent, or the current one is damaged.
        Refused: it names too few who could sign the next one.
    """
    register, text = read_register(path)
    signers = [person for person in register.persons.values() if person.key and register.may(person, *DECIDERS)]
    if len(signers) < 2:
        raise Refused("custody.too_few_signers", path=path)
    for problem in tier_problems(register):
        raise Unreadable("custody.bad_register", path=path, where=problem)
    current = records.newest_register(office.ledger.connection)
    before = None if current is None else parse_register(current, office.home.root / "register")
    return Proposal(current, before, text, register)


def tier_problems(register: Register) -> Iterator[Said]:
    """Yield each grant that goes beyond the one above it: in time, or in what data may go there for.

    Looked at when a register is taken over, not whenever it is read: those that were taken over before still have to be read,
    and :meth:`Register.chain` asks every contract of a chain whatever stands in one of them.
    """
    for contract in register.contracts.values():
        if not contract.parent:
            continue
        above = register.contracts[contract.parent]
        if contract.starts < above.starts or contract.ends > above.ends:
            term = {"starts": above.starts, "ends": above.ends}
            yield Said("register.outlives", {"contract": contract.id, "parent": above.id, **term})
        beyond = sorted(set(contract.purposes) - set(above.purposes)) if above.purposes else []
        if beyond:
            said = {"contract": contract.id, "parent": above.id, "purposes": ", ".join(beyond)}
            yield Said("register.other_purposes", said)


def check_signers(proposal: Proposal, keys: Sequence[SigningKey]) -> dict[str, str]:
    """Return who of the current register signs the next one, person → id of the key.

    Raises:
        Refused: fewer than two who may.
    """
    if proposal.before is None:
        return {}
    return two_persons(proposal.before, [key.public for key in keys], *DECIDERS)


def take_over(office: Office, proposal: Proposal, *, keys: Sequence[SigningKey]) -> int:
    """Make a register the current one and return the number of its version.

    Args:
        office: the office.
        proposal: the register, and which one it takes the place of.
        keys: of two persons of the current one; the first register needs none, for it names the first who could sign.

    Raises:
        Refused: fewer than two who may, or another register was taken over meanwhile.
    """
    with office.ledger.transaction() as tx:
        if records.newest_register(tx.connection) != proposal.current:
            raise Refused("custody.register_moved_on")
        ids = check_signers(proposal, keys).values()
        signers = {key.public.id: key for key in keys if key.public.id in ids}
        statement = RegisterStatement(
            v=1, type="register", register=_digest(proposal.text), previous=_digest(proposal.current or "")
        )
        version = records.add_register(tx.connection, proposal.text)
        index = tx.append(
            "register.changed",
            fields={"version": version, "register": statement.register, "by": sorted(signers)},
        )
        signatures = [sign(key, statement.encode(), namespace=REGISTER) for key in signers.values()]
        records.add_signed(tx.connection, index, statement.encode(), signatures)
        for flag in ended(office, proposal):
            copy = records.get_copy(tx.connection, flag.slip)
            tx.append(
                "copy.flagged",
                copy=copy.cid.hex() if copy.cid else None,
                fields={"slip": flag.slip, "reason": "outside_chain", "part": flag.part, "version": version},
                details={flag.part: flag.person},
            )
    return version


def ended(office: Office, proposal: Proposal) -> list[Flag]:
    """Return the copies that a register would leave with, or meant for, somebody whom no chain admits any more."""
    if proposal.before is None:
        return []
    known = flagged(office, proposal.before)
    return [flag for flag in flagged(office, proposal.register) if flag not in known]


def differences(before: Register, after: Register) -> Iterator[Difference]:
    """Yield what a new register changes, table by table, by id."""
    if before.office != after.office:
        yield Difference(
            table="office", id=after.office, change="changed", before={"id": before.office}, after={"id": after.office}
        )
    yield from _rows("organisation", before.organisations, after.organisations)
    yield from _rows("person", before.persons, after.persons)
    yield from _rows("contract", before.contracts, after.contracts)


def _rows(
    table: Literal["organisation", "person", "contract"],
    before: Mapping[str, msgspec.Struct],
    after: Mapping[str, msgspec.Struct],
) -> Iterator[Difference]:
    for row in sorted({*before, *after}):
        old, new = _fields(before.get(row)), _fields(after.get(row))
        changed = [name for name in {**old, **new} if old.get(name, "") != new.get(name, "")]
        if changed:
            yield Difference(
                table=table,
                id=row,
                change="added" if row not in before else "removed" if row not in after else "changed",
                before={name: old[name] for name in changed if name in old},
                after={name: new[name] for name in changed if name in new},
            )


def _fields(row: msgspec.Struct | None) -> dict[str, str]:
    """Return what a row says, a signing key by its id, without what it leaves empty."""
    values = {} if row is None else msgspec.structs.asdict(row)
    if passkeys := values.get("passkeys"):
        values["passkeys"] = [passkey.kid for passkey in passkeys]
    said = {name: value for name, value in values.items() if value is not None}
    texts = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in said.items()}
    if texts.get("key"):
        texts["key"] = parse_public(texts["key"]).id
    return {name: text for name, text in texts.items() if text and name != "id"}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

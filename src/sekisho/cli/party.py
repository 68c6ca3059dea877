"""``sekisho party``: the register of people, companies and contracts."""

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import PATH, group
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Refused

if TYPE_CHECKING:
    from sekisho.custody.register import Person, Register


@group("party")
def run() -> None:
    """See the catalogue."""


@run.command("import")
@click.argument("file", type=PATH)
@pass_session
def import_register(session: Session, *, file: Path) -> None:
    """Take over a register file."""
    from sekisho.custody import records
    from sekisho.custody.register import read_register

    register, text = read_register(file)
    with session.office() as office:
        with office.ledger.transaction() as tx:
            version = records.add_register(tx.connection, text)
            digest = hashlib.sha256(text.encode()).hexdigest()
            tx.append("register.changed", fields={"version": version, "register": digest})
        document = {"version": version, "persons": len(register.persons), "contracts": len(register.contracts)}
        session.emit(document, [session.say("party.import.done", **document)])


@run.command("list")
@pass_session
def list_persons(session: Session) -> None:
    """List who is registered, and through which contracts."""
    with session.office() as office:
        register, day = office.register, office.today()
        chains = {person.id: _chain(register, person, day) for person in register.persons.values()}
        documents = [
            {
                "id": person.id,
                "name": person.name,
                "employer": person.employer,
                "roles": [role.value for role in person.roles],
                "chain": chains[person.id],
            }
            for person in register.persons.values()
        ]
        headers = [session.say(f"column.{name}") for name in ("id", "name", "employer", "roles", "chain")]
        rows = [
            [
                person.id,
                person.name,
                register.organisations[person.employer].name,
                " ".join(role.value for role in person.roles),
                _chain_words(session, chains[person.id]),
            ]
            for person in register.persons.values()
        ]
        session.emit({"persons": documents}, table(headers, rows))


def _chain(register: "Register", person: "Person", day: date) -> list[str] | None:
    """Return the contracts that admit a person, none for staff, or None if nothing admits them."""
    try:
        return [contract.id for contract in register.chain(person, day)]
    except Refused:
        return None


def _chain_words(session: Session, chain: list[str] | None) -> str:
    if chain is None:
        return session.say("party.list.outside")
    return " < ".join(chain) or session.say("party.list.staff")

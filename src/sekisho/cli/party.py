"""``sekisho party``: the register of people, companies and contracts."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.asking import confirmed, demand_a_look
from sekisho.cli.command import FILE, group
from sekisho.cli.party_contracts import state, whole_chain, whole_contract
from sekisho.cli.party_means import passkey, pin
from sekisho.cli.persons import person_words
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.errors import Refused

if TYPE_CHECKING:
    from sekisho.custody.contracts import Flag
    from sekisho.custody.register import Person, Register
    from sekisho.custody.registering import Difference


@group("party")
def run() -> None:
    """See the catalogue."""


@run.command("import")
@click.argument("file", type=FILE)
@click.option("--key", "keys", type=FILE, multiple=True)
@click.option("--yes", is_flag=True)
@pass_session
def import_register(session: Session, *, file: Path, keys: tuple[Path, ...], yes: bool) -> None:
    """Take over a register file; from the second on, two persons of the current one see what changes, and sign."""
    from sekisho.custody.registering import check_signers, differences, ended, propose, take_over

    with session.office() as office:
        proposal = propose(office, file)
        changes = list(differences(proposal.before, proposal.register)) if proposal.before else []
        signers, flags = [], ended(office, proposal)
        if proposal.before:
            demand_a_look(session, yes=yes)
            session.note_lines([*_lines(session, changes), *_flag_lines(session, proposal.register, flags)])
            signers = [session.key(path) for path in keys]
            check_signers(proposal, signers)
            if not confirmed(session, "party.import.confirm", yes=yes):
                raise Refused("cli.not_taken_over")
        version = take_over(office, proposal, keys=signers)
        counts = {"persons": len(proposal.register.persons), "contracts": len(proposal.register.contracts)}
        document = {"version": version, **counts, "changes": [asdict(each) for each in changes]}
        document["ended"] = [asdict(flag) for flag in flags]
        session.emit(document, [session.say("party.import.done", version=version, **counts)])


run.add_command(pin)
run.add_command(passkey)
run.add_command(whole_chain)
run.add_command(whole_contract)
run.add_command(state)


def _lines(session: Session, changes: "list[Difference]") -> Iterator[str]:
    """Say line by line what a new register changes."""
    yield session.say("party.changes" if changes else "party.no_changes")
    for each in changes:
        fields = session.say("party.separator").join(
            session.say(
                f"party.field_{each.change}",
                field=session.say(f"party.field.{name}"),
                before=each.before.get(name) or session.say("party.nothing"),
                after=each.after.get(name) or session.say("party.nothing"),
            )
            for name in {**each.before, **each.after}
        )
        yield session.say(
            f"party.{each.change}", table=session.say(f"party.table.{each.table}"), id=each.id, fields=fields
        )


def _flag_lines(session: Session, register: "Register", flags: "list[Flag]") -> Iterator[str]:
    """Say which copies are with people whom the new register admits no more."""
    if flags:
        yield session.say("party.ended")
    for flag in flags:
        part = session.words(f"custody.part.{flag.part}")
        person = person_words(session, register, flag.person)
        yield session.say("party.ended.copy", slip=flag.slip, person=person, part=part)


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
                "phone": register.phone(person) or None,
            }
            for person in register.persons.values()
        ]
        headers = [session.say(f"column.{name}") for name in ("id", "name", "employer", "roles", "chain", "phone")]
        rows = [
            [
                person.id,
                person.name,
                register.organisations[person.employer].name,
                " ".join(role.value for role in person.roles),
                _chain_words(session, chains[person.id]),
                register.phone(person) or "-",
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

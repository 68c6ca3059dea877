"""``sekisho party chain|contract|state``: how a person hangs together with the office, and who did what under a contract."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.command import FILE, command
from sekisho.cli.persons import person_words
from sekisho.cli.session import Session, pass_session
from sekisho.cli.tables import table
from sekisho.clock import to_local, to_text
from sekisho.errors import FINDINGS, Misuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sekisho.custody.contracts import Chain, ContractReport
    from sekisho.custody.office import Office
    from sekisho.custody.register import Register


@command("party.chain")
@click.argument("person")
@click.option("--day", default="")
@pass_session
def whole_chain(session: Session, *, person: str, day: str) -> int:
    """Show a person's chain."""
    from sekisho.custody.contracts import chain_of

    with session.office() as office:
        register = office.register
        chain = chain_of(register, person, _day(day) if day else office.today())
        links = [
            {
                "tier": link.tier,
                "contract": link.contract.id,
                "company": link.contract.company,
                "starts": link.contract.starts.isoformat(),
                "ends": link.contract.ends.isoformat(),
                "consent": str(link.contract.consent) if link.contract.consent else None,
            }
            for link in chain.links
        ]
        standing = chain.standing.value if chain.standing else None
        document = {"person": chain.person.id, "standing": standing, "admitted": chain.admitted, "chain": links}
        session.emit(document, _chain_lines(session, register, chain))
    return 0 if chain.admitted else FINDINGS


def _chain_lines(session: Session, register: "Register", chain: "Chain") -> "Iterator[str]":
    standing = session.say(f"party.standing.{chain.standing.value if chain.standing else 'not_stated'}")
    yield session.say("party.chain.person", person=person_words(session, register, chain.person.id), standing=standing)
    for link in chain.links:
        yield session.say(
            "party.chain.link",
            tier=link.tier,
            company=register.organisations[link.contract.company].name,
            contract=link.contract.id,
            starts=link.contract.starts,
            ends=link.contract.ends,
            consent=link.contract.consent or session.say("party.no_consent"),
        )
    if not chain.admitted:
        yield session.say("party.chain.outside")


@command("party.contract")
@click.argument("contract")
@click.option("--notice", is_flag=True)
@pass_session
def whole_contract(session: Session, *, contract: str, notice: bool) -> int:
    """Show who did what under a contract."""
    from sekisho.custody.contracts import breach_notice, report_contract

    with session.office() as office:
        report = report_contract(office, contract)
        letter = breach_notice(office, report, session.language) if notice and report.outside else None
        parts = [
            {
                "person": part.person,
                "part": part.part,
                "slip": part.slip,
                "index": part.index,
                "at": to_text(part.at),
                "event": part.event,
                "then": part.then,
                "now": part.now,
            }
            for part in report.parts
        ]
        document = {
            "contract": report.contract.id,
            "slips": list(report.slips),
            "parts": parts,
            "outside": list(report.outside),
            "notice": letter,
        }
        session.emit(document, [*_report_lines(session, office, report), *([letter] if letter else [])])
    return FINDINGS if report.outside else 0


def _report_lines(session: Session, office: "Office", report: "ContractReport") -> "Iterator[str]":
    register, zone = office.register, office.settings.zone
    company = register.organisations.get(report.contract.company)
    yield session.say(
        "party.contract.head",
        contract=report.contract.id,
        company=company.name if company else report.contract.company,
        copies=len(report.slips),
        outside=len(report.outside),
    )
    headers = [session.say(f"column.{name}") for name in ("index", "at", "slip", "person", "part", "event", "outside")]
    rows = [
        [
            str(part.index),
            to_local(part.at, zone),
            part.slip,
            person_words(session, register, part.person),
            session.words(f"custody.part.{part.part}"),
            part.event,
            session.say("party.contract.outside" if part.outside else "party.contract.inside"),
        ]
        for part in report.parts
    ]
    yield from table(headers, rows, right=[0], whole=[2])


@command("party.state", office=False)
@click.argument("person")
@click.option("--register", type=FILE, required=True)
@click.option("--starts", required=True)
@click.option("--ends", required=True)
@click.option("--key", type=FILE, required=True)
@pass_session
def state(session: Session, *, person: str, register: Path, starts: str, ends: str, key: Path) -> None:
    """Sign that somebody works here."""
    from sekisho.custody.employment import sign_employment
    from sekisho.custody.register import read_register, statement_of

    known, _ = read_register(register)
    begins, finishes = _day(starts), _day(ends)
    statement = statement_of(known.person(person), starts=begins, ends=finishes)
    signature = sign_employment(statement, employer=session.key(key))
    document = {"starts": begins.isoformat(), "ends": finishes.isoformat(), "signature": signature}
    lines = ["[person.stated]", f"starts = {begins}", f"ends = {finishes}", f'signature = """\n{signature}"""']
    session.emit({"person": person, "stated": document}, lines)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misuse("cli.no_day", text=text) from None

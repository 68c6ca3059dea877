"""Computing what is due: the facts of an incident held against the law, anew with each fact, every run kept.

What the office has not said of itself is not known, and what hangs on it needs review. The contracts whose clocks run are those
that a copy of the incident left under, up to the office.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sekisho.clock import to_text
from sekisho.custody import incident_records, records
from sekisho.custody.office import Office
from sekisho.custody.register import Contract as Paper
from sekisho.custody.register import Register
from sekisho.errors import Missing, NotFound, Unreadable
from sekisho.ledger.writer import Trust
from sekisho.loss.facts.fact import Facts
from sekisho.loss.incident.deciding import decisions_of
from sekisho.loss.incident.runs import Run, keep_run, newest_run
from sekisho.loss.incident.settings import read_incident_settings
from sekisho.loss.incident.stating import facts_of, read_facts
from sekisho.loss.law.evaluate import evaluate
from sekisho.loss.law.obligation import Obligation
from sekisho.loss.law.pack import Pack, load_pack
from sekisho.loss.law.place import Contract, Place

LAWS = "laws"
"""The folder of an office's own records of law, beside its settings."""


def compute(office: Office, number: int) -> Run:
    """Compute what is due now, and keep it.

    Raises:
        NotFound: there is no such incident.
        Unreadable: a record of law in the office's folder cannot be used; its settings are none.
    """
    incident_records.get_incident(office.ledger.connection, number)
    pack, place = pack_of(office), place_of(office, number)
    with office.ledger.transaction(Trust.STOPPING) as tx:
        facts, last = read_facts(office.ledger, number), newest_run(office, number)
        found = evaluate(
            facts,
            pack,
            as_of=tx.at,
            place=place,
            decisions=decisions_of(tx.connection, number),
            before=last.obligations if last else (),
        )
        newest = max((fact.n for fact in facts.stated), default=0)
        return keep_run(office.ledger, tx, number, found, facts=newest, pack=pack.digest)


def obligations_at(office: Office, number: int, moment: datetime, facts: Facts | None = None) -> tuple[Obligation, ...]:
    """Return what is due at a moment as far as is known by then, without keeping it; raises as :func:`compute`."""
    last = newest_run(office, number)
    decided = [each for each in decisions_of(office.ledger.connection, number) if each.at <= to_text(moment)]
    return evaluate(
        (facts or facts_of(office, number)).upto(moment),
        pack_of(office),
        as_of=moment,
        place=place_of(office, number),
        decisions=decided,
        before=last.obligations if last and last.at <= moment else (),
    )


def pack_of(office: Office) -> Pack:
    """Return the law that an office looks at: ours, what packages bring, its own.

    Raises:
        Unreadable: a record cannot be used.
    """
    return load_pack([office.home.root / LAWS])


def place_of(office: Office, number: int) -> Place:
    """Return from where an office looks at the law.

    Raises:
        NotFound: there is no such incident.
        Unreadable: ``incident.toml`` is none.
    """
    settings = read_incident_settings(office.home.root)
    return Place(
        zone=office.settings.zone,
        body=settings.body,
        roles=settings.roles,
        jurisdictions=settings.jurisdictions,
        contracts=tuple(_contracts(office, number)),
    )


def _contracts(office: Office, number: int) -> Iterator[Contract]:
    """Yield the contracts whose companies have to tell of this loss, each once."""
    try:
        register = office.register
    except (Missing, Unreadable):
        return
    checked = office.today().isoformat()
    for paper in _papers(register, _people(office, number)):
        if paper.notice:
            yield Contract(id=paper.id, notice_hours=int(paper.notice.removesuffix("h")), checked_on=checked)


def _people(office: Office, number: int) -> set[str]:
    """Return who holds, carries or receives the copies of an incident."""
    people = set[str]()
    for slip in incident_records.slips_of(office.ledger.connection, number):
        try:
            row = records.get_copy(office.ledger.connection, slip)
            statement = records.get_request(office.ledger.connection, row.request).statement
        except (NotFound, Unreadable):
            continue
        people |= {row.copy.holder or "", statement.carrier, statement.recipient}
    return people - {""}


def _papers(register: Register, people: Iterable[str]) -> Iterator[Paper]:
    """Yield the contracts that name any of these people, and those above them, each once."""
    by_id = {paper.id: paper for paper in register.contracts.values()}
    wanted = [paper.id for paper in by_id.values() if set(paper.persons) & set(people)]
    seen = set[str]()
    while wanted:
        found = by_id.get(wanted.pop())
        if found and found.id not in seen:
            seen.add(found.id)
            wanted.append(found.parent)
            yield found

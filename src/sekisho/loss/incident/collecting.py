"""Collecting facts: what ledger, indexes, cuts, registers and settings say, stated where it says something new.

What a person stated stands until its source says something else than it did. What cannot be read is not known, and holds up
nothing else; a ledger that is not the one that was signed is told, for nothing may be said on its strength.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence

from sekisho.custodian.keks.address import parse_kek_address
from sekisho.custody import incident_records, records
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.incident_records import IncidentRecord, IncidentState
from sekisho.custody.media_records import media
from sekisho.custody.office import Office
from sekisho.errors import Missing, NotFound, Refused, SekishoError, Unreadable
from sekisho.ledger.writer import Trust
from sekisho.loss.affected.people import people_of
from sekisho.loss.affected.told import facts_of_flags, facts_of_tables
from sekisho.loss.facts.fact import Facts, Value
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.history import Told, tell_of
from sekisho.loss.incident.from_ledger import facts_of_copies
from sekisho.loss.incident.from_office import facts_of_holders, facts_of_media, facts_of_settings
from sekisho.loss.incident.from_people import facts_of_cuts, facts_of_people
from sekisho.loss.incident.reopening import reopen_within
from sekisho.loss.incident.settings import read_incident_settings
from sekisho.loss.incident.stating import SOURCES, Stated, facts_of, read_facts, state_within
from sekisho.loss.key_evidence import encryption_facts
from sekisho.loss.who import Affected, affected_by
from sekisho.sql import Connection

_MOVING = frozenset({"ledger_size", "ledger_root"})
"""What every entry changes: stated beside other news alone."""

_FINDS = frozenset({"found_at", "copies_missing"})
"""What reopens an incident that was closed, when it changes."""


def collect(office: Office, number: int) -> Facts:
    """State what the office's own records say about an incident, as far as it is new, and return all facts.

    A copy that turned up reopens an incident that was closed over it.

    Raises:
        NotFound: there is no such incident.
        LedgerBroken: the ledger is not the one that was signed.
    """
    incident = incident_records.get_incident(office.ledger.connection, number)
    slips = incident_records.slips_of(office.ledger.connection, number)
    said = gathered(office, slips) if slips else _plain(office, sealed=not incident.plain)
    said["index"] = {**said.get("index", {}), **_people_of(office, incident)}
    with office.ledger.transaction(Trust.STOPPING) as tx:
        facts = read_facts(office.ledger, number)
        news = {source: _news(facts, values) for source, values in said.items()}
        if _is_closed(tx.connection, number):
            if not any(each.key in _FINDS for each in news["ledger"]):
                return facts
            reopen_within(tx, number, why="found")
        if any(news.values()):
            news["ledger"] += _moving(said["ledger"])
        for source, stated in news.items():
            state_within(office.ledger, tx, number, stated, source=source)
    return facts_of(office, number)


def gathered(office: Office, slips: Sequence[str]) -> dict[str, dict[str, Value]]:
    """Return what is known of copies by who says so; what is damaged says nothing.

    Raises:
        LedgerBroken: the ledger is not the one that was signed.
    """
    told, untold = _told(office, slips)
    rows = [copy.row for copy in told.copies]
    register = None
    with contextlib.suppress(Missing, Unreadable):
        register = office.register
    ledger: dict[str, Value] = {
        **facts_of_copies(told.copies, untold=untold),
        "ledger_size": told.checkpoint.size,
        "ledger_root": told.checkpoint.root.hex(),
    }
    found, cuts = _people(office, told), _cuts(office, told)
    cut_facts = facts_of_cuts(cuts)
    sums = {key: cut_facts.pop(key, None) for key in ("households", "account_records")}
    return {
        "settings": _settings(office),
        "register": {
            **facts_of_holders(register, rows, office.today()),
            **facts_of_media({each.label: each for each in media(office.ledger.connection)}, rows),
        },
        "ledger": ledger,
        "index": {**(facts_of_people(found) if found else {}), **cut_facts},
        "computed": {**sums, **_encryption(office, told, untold)},
    }


def _encryption(office: Office, told: Told, untold: int) -> dict[str, Value]:
    kek = parse_kek_address(office.settings.kek).scheme
    return dict(encryption_facts(told.copies, kek=kek, untold=untold))


def _people_of(office: Office, incident: IncidentRecord) -> dict[str, Value]:
    """Return what files that were no capsule and an address table say of an incident's people."""
    try:
        people = people_of(office, incident.number)
    except (NotFound, Refused, Unreadable):
        return {}
    of_files = {**facts_of_people(people.found), **facts_of_tables(people)} if incident.index_sha256 else {}
    return {**of_files, **facts_of_flags(people)}


def _told(office: Office, slips: Sequence[str]) -> tuple[Told, int]:
    """Return what is told of copies, and of how many nothing can be."""
    try:
        return tell_of(office, slips), 0
    except (NotFound, Refused, Unreadable):
        told = [slip for slip in slips if _can_be_told(office, slip)]
        return tell_of(office, told), len(slips) - len(told)


def _can_be_told(office: Office, slip: str) -> bool:
    with contextlib.suppress(NotFound, Refused, Unreadable):
        return bool(tell_of(office, [slip]).copies)
    return False


def _plain(office: Office, *, sealed: bool) -> dict[str, dict[str, Value]]:
    """Return what is known of what was no capsule: nothing that a ledger could prove."""
    ledger: dict[str, Value] = {"copy_lost": True, "event": "lost", "sealed": sealed, "share_state": "none"}
    ledger |= {"verdict": "unknown", "state_line": "statement.lost_unknown"}
    return {"settings": _settings(office), "ledger": ledger}


def _is_closed(connection: Connection, number: int) -> bool:
    return incident_records.get_incident(connection, number).state is IncidentState.CLOSED


def _settings(office: Office) -> dict[str, Value]:
    return facts_of_settings(office.settings, read_incident_settings(office.home.root))


def _people(office: Office, told: Told) -> Affected | None:
    try:
        return affected_by(office, told)
    except (NotFound, Unreadable):
        return None


def _cuts(office: Office, told: Told) -> list[CutRecord]:
    """Return the records of what was on the copies: each cut once, on however many media it was."""
    found = dict[str, CutRecord]()
    for copy in told.copies:
        for cut_id in copy.statement.cuts:
            with contextlib.suppress(SekishoError):
                found[cut_id] = records.get_cut(office.ledger.connection, cut_id)
    return list(found.values())


def _news(facts: Facts, values: Mapping[str, Value]) -> list[Stated]:
    """Return what differs from what the office's own records last said; what they never said and do not know is no news."""
    known, last = vocabulary(), _last_collected(facts)
    return [
        Stated(key, value)
        for key, value in values.items()
        if key in known and key not in _MOVING and value != last.get(key)
    ]


def _last_collected(facts: Facts) -> dict[str, Value]:
    return {fact.key: fact.value for fact in facts.stated if fact.source in SOURCES}


def _moving(values: Mapping[str, Value]) -> Iterable[Stated]:
    return [Stated(key, values[key]) for key in sorted(_MOVING) if key in values]

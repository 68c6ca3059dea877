"""What the law asks for: facts held against records of law, at a moment. Pure: the same in, the same out.

A record that holds gives an obligation for each of its stages. What is not known gives one that needs review, never silence. An
exemption is at most likely. What was an obligation once and is none now is void, and says which facts changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from sekisho.catalogue.words import Said
from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.calendar import covers
from sekisho.loss.law.decision import Decision
from sekisho.loss.law.holding import Holding, held
from sekisho.loss.law.obligation import Obligation, ObligationState
from sekisho.loss.law.pack import Pack
from sekisho.loss.law.place import Contract, Place
from sekisho.loss.law.record import Record, Text
from sekisho.loss.law.stage import Stage

__all__ = ["Contract", "Place", "evaluate", "records_for"]

OLD_AFTER = 180
"""A record that nobody has checked for more days than this says so wherever it shows."""

_KEPT = frozenset({ObligationState.DONE, ObligationState.DONE_LATE, ObligationState.VOID})


def evaluate(
    facts: Facts,
    pack: Pack,
    *,
    as_of: datetime,
    place: Place,
    decisions: Sequence[Decision] = (),
    before: Sequence[Obligation] = (),
) -> tuple[Obligation, ...]:
    """Return what the law asks for.

    Args:
        facts: what is known.
        pack: records of law.
        as_of: the moment at which it is asked.
        place: from where the law is looked at.
        decisions: what named persons decided.
        before: what the last computation found.

    Raises:
        ValueError: the moment has no zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("a time without a zone")
    ordered = sorted(decisions, key=lambda each: (each.facts, each.at, each.what, each.stage))
    records = records_for(pack, place)
    holdings = {record.id: held(record, facts, place) for record in records}
    now = tuple(
        Stage(record, clock, holdings[record.id], facts, pack, place, as_of, _of(record, clock.stage, ordered)).obligation()
        for record in records
        for clock in record.clocks
    )
    standing = tuple(each for each in now if isinstance(each, Obligation))
    there = {(each.rule, each.stage) for each in standing}
    gone = [each for each in before if (each.rule, each.stage) not in there]
    why = {(record.id, clock.stage): each for (record, clock), each in zip(_stages(records), now, strict=True)}
    return (*standing, *(_void(each, why.get((each.rule, each.stage)), holdings, place) for each in _sorted(gone)))


def records_for(pack: Pack, place: Place) -> tuple[Record, ...]:
    """Return the records of the jurisdictions that are looked at, with a live one for each contract instead of the template."""
    looked_at = place.jurisdictions
    here = (each for each in pack.records if each.kind == "contract" or any(covers(each.jurisdiction, at) for at in looked_at))
    return tuple(record for each in here for record in _with_contracts(each, place))


def _with_contracts(record: Record, place: Place) -> Iterator[Record]:
    if record.kind != "contract" or record.status != "template" or not place.contracts:
        yield record
        return
    for contract in place.contracts:
        yield _of_contract(record, contract)


def _of_contract(template: Record, contract: Contract) -> Record:
    """Return the record of a contract: the template with the hours that the paper says."""
    clocks = tuple(
        msgspec.structs.replace(clock, limit=msgspec.structs.replace(clock.limit, hours=contract.notice_hours))
        for clock in template.clocks
    )
    return msgspec.structs.replace(
        template,
        id=f"contract-{contract.id}",
        title=Text(ja=f"契約 {contract.id}：受託者から委託者への連絡", en=f"contract {contract.id}: the processor tells the controller"),
        status="in_force",
        clocks=clocks,
        notes=(),
        check="V",
        sources=(f"contract {contract.id}",),
        checked_on=contract.checked_on,
        checked_by="the office",
    )


def _stages(records: Sequence[Record]) -> Iterator[tuple[Record, object]]:
    for record in records:
        for clock in record.clocks:
            yield record, clock


def _of(record: Record, stage: str, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    return tuple(each for each in decisions if each.rule == record.id and each.stage in ("", stage))


def _sorted(obligations: Sequence[Obligation]) -> list[Obligation]:
    return sorted(obligations, key=lambda each: (each.rule, each.stage))

"""What a record says beside its clocks: what a report holds, what may take its place, what whoever acts has to know."""

from collections.abc import Iterator, Mapping

from sekisho.catalogue.words import Said
from sekisho.loss.law.pack import Pack
from sekisho.loss.law.record import Clock, Record, Substitute, texts
from sekisho.loss.law.said import Written, in_both

PERSON = "person"


def contents_of(record: Record, clock: Clock, pack: Pack) -> tuple[str, ...]:
    """Return what the report or the notice of a stage has to hold."""
    contents = record.contents
    name = contents.person_set if to_person(clock) and contents.person_set else contents.set
    return (*pack.content_sets.get(name, ()), *(contents.fixed_headings if to_person(clock) else ()))


def to_person(clock: Clock) -> bool:
    """Tell whether a stage is a notice to the person."""
    return PERSON in ((clock.recipient,) if isinstance(clock.recipient, str) else clock.recipient)


def notes_of(record: Record, clock: Clock) -> tuple[Mapping[str, str], ...]:
    """Return what has to be known beside the date."""
    written = (record.contents.rule, *record.notes, *record.also)
    return (*(texts(each) for each in written if each), *(in_both(each) for each in _said(record, clock)))


def _said(record: Record, clock: Clock) -> Iterator[Said]:
    if record.substitute and to_person(clock):
        yield _substitute(record.substitute)
    if clock.late_needs_reasons:
        yield Said("duty.late_needs_reasons")
    if clock.phases_allowed:
        yield Said("duty.phases_allowed")
    if clock.delay_allowed_for:
        yield Said("duty.delay_allowed_for", {"what": _names(clock.delay_allowed_for)})
    if record.keep_records_months:
        yield Said("duty.keep_records", {"months": record.keep_records_months})
    if clock.channel or (record.recipient and record.recipient.channel and record.recipient.kind == clock.recipient):
        yield Said("duty.channel", {"channel": clock.channel or (record.recipient and record.recipient.channel)})


def _substitute(substitute: Substitute) -> Said:
    when: object = Said("duty.substitute_always") if substitute.when is None else Written.of(substitute.when)
    values = {"by": _names(substitute.by), "when": when, "days": substitute.days or 0}
    return Said("duty.substitute_days" if substitute.days else "duty.substitute", values)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)

"""Filling the forms about media: the ledger of media, holdings, notices, labels."""

from collections import defaultdict
from collections.abc import Sequence

from sekisho.clock import from_text
from sekisho.custody.media_records import MediumRecord, MediumState, get_medium, media
from sekisho.custody.paper.facts import Facts, HoldingsHead, LabelRow, MediumRow, Nothing, NoticeHead, SectionRow
from sekisho.custody.paper.pictures import label_address
from sekisho.custody.paper.trail import Trail, indexes

_GIGABYTE = 10**9


def media_ledger(trail: Trail) -> tuple[Facts, Sequence[Facts]]:
    """Return every medium of the office."""
    return Nothing(), [_row(trail, medium) for medium in _own(trail)]


def holdings_report(trail: Trail) -> tuple[Facts, Sequence[Facts]]:
    """Return how many media of which product each section has; retired ones are not held any more."""
    held = defaultdict[tuple[str, str], list[MediumRecord]](list)
    for medium in _own(trail):
        if medium.state is not MediumState.RETIRED:
            held[medium.section, product(medium)].append(medium)
    rows = [_section(trail, section, name, group) for (section, name), group in sorted(held.items())]
    together = tuple(sorted({index for row in rows for index in row.entries}))
    count = sum(map(len, held.values()))
    return HoldingsHead(day=trail.office.today(), count=count, entries=together[-1:]), rows


def medium_notice(trail: Trail, label: str) -> tuple[Facts, Sequence[Facts]]:
    """Return that a medium was registered or, once it is retired, that.

    Raises:
        NotFound: there is no such medium.
    """
    medium = get_medium(trail.office.ledger.connection, label)
    retired = trail.of_medium(medium.id, "medium.retired")[-1:]
    events = retired or trail.of_medium(medium.id, "medium.registered")[-1:]
    head = NoticeHead(
        notice="retired" if retired else "registered",
        number=medium.id,
        label=medium.label,
        product=product(medium),
        serial=medium.serial,
        section=medium.section,
        on=trail.day(events[0].at if events else from_text(medium.registered_at)),
        entries=indexes(*events),
    )
    return head, ()


def labels(trail: Trail, names: Sequence[str]) -> tuple[Facts, Sequence[Facts]]:
    """Return the labels of these media, or of all that are not retired.

    Raises:
        NotFound: there is no such medium.
    """
    connection = trail.office.ledger.connection
    chosen = [get_medium(connection, name) for name in names] if names else _own(trail)
    return Nothing(), [
        LabelRow(
            number=medium.id,
            label=medium.label,
            code=medium.lost_code,
            address=label_address(trail.office.settings.url, medium.lost_code) if trail.office.settings.url else "",
            entries=indexes(*trail.of_medium(medium.id, "medium.registered")),
        )
        for medium in chosen
        if names or medium.state is not MediumState.RETIRED
    ]


def product(medium: MediumRecord) -> str:
    """Return a medium's maker and product, as it says them."""
    return f"{medium.manufacturer} {medium.product}".strip()


def gigabytes(size: int) -> str:
    """Return how much a medium holds, as its maker counts; nothing of what is no device.

    >>> gigabytes(32_010_928_128)
    '32 GB'
    """
    return f"{size / _GIGABYTE:.3g} GB" if size else ""


def _own(trail: Trail) -> list[MediumRecord]:
    return [medium for medium in media(trail.office.ledger.connection) if not medium.foreign]


def _row(trail: Trail, medium: MediumRecord) -> MediumRow:
    events = trail.of_medium(medium.id, "medium.registered", "medium.probed", "medium.retired")
    retired = next((trail.day(event.at) for event in events if event.type == "medium.retired"), None)
    return MediumRow(
        number=medium.id,
        label=medium.label,
        registered_on=trail.day(from_text(medium.registered_at)),
        product=product(medium),
        serial=medium.serial,
        capacity=gigabytes(medium.size),
        section=medium.section,
        probed=medium.probed,
        state=medium.state.value,
        retired_on=retired,
        entries=indexes(*events),
    )


def _section(trail: Trail, section: str, name: str, group: Sequence[MediumRecord]) -> SectionRow:
    def count(state: MediumState) -> int:
        return sum(medium.state is state for medium in group)

    registered = [event for medium in group for event in trail.of_medium(medium.id, "medium.registered")]
    return SectionRow(
        section=section,
        product=name,
        count=len(group),
        in_store=count(MediumState.IN_STORE),
        issued=count(MediumState.ISSUED),
        quarantine=count(MediumState.QUARANTINE),
        labels=tuple(medium.label for medium in group),
        entries=indexes(*registered),
    )

"""Filling forms from an office's records: which facts of which record, and by which ledger entries each can be checked."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from sekisho.custody.office import Office
from sekisho.custody.paper.collect_contracts import breach_notice, contract
from sekisho.custody.paper.collect_copies import carry_out, lending_book, opening_number, slip
from sekisho.custody.paper.collect_erasures import erasure, erasure_record
from sekisho.custody.paper.collect_media import holdings_report, labels, media_ledger, medium_notice
from sekisho.custody.paper.facts import KINDS, Facts, Form, LedgerFacts, OfficeFacts
from sekisho.custody.paper.trail import Trail
from sekisho.errors import Misuse

Filled = tuple[Facts, Sequence[Facts]]
"""A head and rows."""

_WHOLE: dict[str, Callable[[Trail], Filled]] = {
    "media-ledger": media_ledger,
    "holdings-report": holdings_report,
    "lending-book": lending_book,
}
_OF_ONE: dict[str, Callable[[Trail, str], Filled]] = {
    "carry-out": carry_out,
    "medium-notice": medium_notice,
    "erasure": erasure,
    "erasure-record": erasure_record,
    "contract": contract,
    "breach-notice": breach_notice,
    "slip": slip,
    "opening-number": opening_number,
}
_WHAT = {
    "carry-out": "C-1",
    "medium-notice": "USB-017",
    "erasure": "061749",
    "erasure-record": "061749",
    "contract": "R4-1234",
    "breach-notice": "R4-1234",
    "slip": "061749",
    "opening-number": "061749",
}
"""What a form may be about, as an example of how to say it."""
_WITH_SOMETHING = frozenset({"slip", "opening-number", "label"})


def collect(office: Office, name: str, kind: str, about: Sequence[str] = ()) -> Form:
    """Fill a form.

    Args:
        office: whose records.
        name: the form.
        kind: the kind of its facts.
        about: the request, copy, medium or contract it is about; of labels, any number of media.

    Raises:
        Misuse: it is about one thing, and none or several were named.
        NotFound: there is no such thing.
        Refused: it may not be printed as things stand.
    """
    trail = Trail(office)
    if kind == "label":
        head, rows = labels(trail, about)
    elif kind in _WHOLE and not about:
        head, rows = _WHOLE[kind](trail)
    elif kind in _OF_ONE and len(about) == 1:
        head, rows = _OF_ONE[kind](trail, about[0])
    else:
        raise Misuse("custody.paper_which", form=name, example=" ".join(["sekisho paper print", name, *_example(kind)]))
    return _form(office, name, head, rows)


def blank(office: Office, name: str, kind: str) -> Form:
    """Return a form to be filled in by hand, while nothing works.

    Raises:
        Misuse: it goes with a copy or a medium, of which there is none without the office.
    """
    if kind in _WITH_SOMETHING:
        raise Misuse("custody.paper_never_blank", form=name)
    head, _ = KINDS[kind]
    return msgspec.structs.replace(_form(office, name, head(), ()), blank=True)


def _form(office: Office, name: str, head: Facts, rows: Sequence[Facts]) -> Form:
    settings, checkpoint = office.settings, office.ledger.checkpoint()
    return Form(
        form=name,
        office=OfficeFacts(name=settings.name, phone=settings.phone, zone=settings.zone),
        ledger=LedgerFacts(origin=settings.origin, size=checkpoint.size, root=checkpoint.root.hex()),
        at=office.ledger.time(),
        head=head,
        rows=tuple(rows),
    )


def _example(kind: str) -> Iterator[str]:
    if kind in _WHAT:
        yield _WHAT[kind]

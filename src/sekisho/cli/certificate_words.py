"""A certificate in words, line by line: what was erased, how, what was looked at, by whom, and where it stands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.cli.fields import kind_words
from sekisho.cli.persons import names_of, person_words
from sekisho.cli.session import Session
from sekisho.clock import from_text, to_local
from sekisho.kinds.taxonomy import taxonomy

if TYPE_CHECKING:
    from sekisho.custody.certificate_form import Document, Facts
    from sekisho.custody.certificates import Issued
    from sekisho.custody.office import Office


def result_line(session: Session, issued: "Issued") -> str:
    """Return one line: its number and what it is."""
    return session.say("cert.line", number=issued.document.number, title=title(session, issued.document))


def title(session: Session, document: "Document") -> str:
    """Return what it may be called: a certificate, or a record of an unverified erasure."""
    from sekisho.custody.certificate_form import Certificate

    if isinstance(document, Certificate):
        return session.say("cert.certificate", category=session.say(f"cert.category.{document.category}"))
    return session.say("cert.record", result=verification(session, document))


def verification(session: Session, document: "Document") -> str:
    """Return what came of the verification."""
    from sekisho.media.erasing import Failed, NotVerifiable, Verified

    match document.verification:
        case Verified(check=check, bytes=read):
            return session.say(f"cert.check.{check}", bytes=f"{read:,}")
        case Failed(wrong=wrong, first=first):
            return session.say("cert.failed", wrong=wrong, first=f"{first:,}")
        case NotVerifiable(why=why):
            return session.say(f"cert.why.{why}")


def lines(session: Session, office: "Office", issued: "Issued") -> Iterator[str]:
    """Yield it line by line."""
    document, facts, zone = issued.document, issued.document.facts, office.settings.zone
    register, details = names_of(office), office.ledger.details(issued.index)
    yield result_line(session, issued)
    method = session.say(f"cert.method.{facts.method}")
    values = {
        "at": to_local(from_text(document.at), zone),
        "medium": " ".join(filter(None, [facts.medium.label, facts.medium.manufacturer, facts.medium.model])),
        "number": facts.medium.number,
        "serial": facts.medium.serial,
        "copies": session.say("separator").join(each.slip for each in facts.copies),
        "kinds": session.say("separator").join(
            _kind(session, kind) for kind in sorted({kind for each in facts.copies for kind in each.kinds})
        ),
        "method": " ".join(filter(None, [method, facts.manner and session.say(f"cert.manner.{facts.manner}")])),
        "tool": f"{facts.tool} {facts.version}".strip(),
        "verification": verification(session, document),
        "sanitiser": person_words(session, register, facts.sanitiser.person),
        "verifier": person_words(session, register, facts.verifier.person),
        "place": details.get("place", ""),
        "destination": session.say(f"cert.destination.{facts.destination}"),
        "index": str(issued.index),
    }
    yield from (session.say(f"cert.shown.{name}", value=value) for name, value in values.items() if value)
    yield from _weakest(session, facts, zone)


def _weakest(session: Session, facts: "Facts", zone: str) -> Iterator[str]:
    """Yield what an attacker would look at first: keys, openings, what the recipient said of them, old blocks."""
    for key in facts.keys:
        yield session.say("cert.shown.key", at=to_local(from_text(key.at), zone), index=key.index)
    for opening in facts.openings:
        device = opening.device or "-"
        yield session.say("cert.shown.opened", at=to_local(from_text(opening.at), zone), device=device)
    if facts.declared:
        yield session.say("cert.shown.declared", saved=facts.declared.saved, asked=facts.declared.asked)
    if facts.declarations:
        numbers = session.say("separator").join(facts.declarations)
        yield session.say("cert.shown.declarations", numbers=numbers)
    if facts.method.value.startswith("overwrite"):
        yield session.say("cert.shown.flash")


def _kind(session: Session, kind: str) -> str:
    """Return a kind of data in words; one that this version does not know by its id, for a certificate is read for years."""
    return kind_words(session, kind) if kind in taxonomy() else kind

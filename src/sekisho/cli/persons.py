"""A person in words: the name of the register beside the id that commands take."""

from typing import TYPE_CHECKING

from sekisho.cli.session import Session
from sekisho.errors import Missing, Unreadable

if TYPE_CHECKING:
    from sekisho.custody.office import Office
    from sekisho.custody.register import Register


def names_of(office: "Office") -> "Register | None":
    """Return the register for the names in it; none where it is not there or damaged, for what is shown without it."""
    try:
        return office.register
    except (Missing, Unreadable):
        return None


def person_words(session: Session, register: "Register | None", person: str | None) -> str:
    """Return name, employer and id; the id alone of who has left the register, a dash for nobody."""
    if person is None:
        return "-"
    known = register.persons.get(person) if register else None
    if register is None or known is None:
        return person
    return session.say("person", name=known.name, employer=register.organisations[known.employer].name, id=person)

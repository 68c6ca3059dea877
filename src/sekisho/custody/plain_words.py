"""A statement in plain words, for who signs it: what it says to a person, without digests and numbers of its own.

Made from the statement's own bytes and the register alone, so that it can be made again years later: what was shown need not
be kept beside what was signed.
"""

import json

from sekisho.canon.visible import shown
from sekisho.catalogue.words import Language, area_words, say
from sekisho.clock import from_text, to_local
from sekisho.custody.register import Register

_PERSONS = frozenset({"giver", "receiver", "by", "holder", "witness"})
_TIMES = frozenset({"at", "until"})
_SHOWN = ("type", "answer", "reason", "slip", "medium", "giver", "receiver", "by", "place", "at", "until")


def plain_words(statement: bytes, register: Register, language: Language, *, zone: str) -> list[tuple[str, str]]:
    """Return what a statement says: what a thing is, and what it says here.

    Args:
        statement: as it is signed.
        register: who is who.
        language: of the words.
        zone: of the clocks on the office's wall.
    """
    said = json.loads(statement)
    return [
        (say(f"signed.field.{name}", language), _value(name, str(said[name]), register, language, zone))
        for name in _SHOWN
        if said.get(name)
    ]


def _value(name: str, value: str, register: Register, language: Language, zone: str) -> str:
    if name in _PERSONS:
        return _person(value, register)
    if name in _TIMES:
        return f"{to_local(from_text(value), zone)} ({zone})"
    key = f"{name}.{value}"
    return say(f"signed.{key}", language) if key in area_words("signed") else shown(value)


def _person(person_id: str, register: Register) -> str:
    person = register.person(person_id)
    return shown(f"{person.name} ({register.organisations[person.employer].name})")

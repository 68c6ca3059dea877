"""A field that leaves, in words: what it is and in which form, as an approver reads it before signing."""

import re

from sekisho.cli.session import Session
from sekisho.kinds.taxonomy import kind, taxonomy

_STATED = re.compile(r"(?P<name>.*) \((?P<kind>[a-z0-9_]*), (?P<form>[a-z.]+( \d)?)\)")


def field_line(session: Session, stated: str) -> str:
    """Return a field as a request states it, ``file: field (kind, form)``, in the session's language."""
    parts = _STATED.fullmatch(stated)
    if parts is None or parts["kind"] not in {"", *taxonomy()}:
        return stated
    label = kind_words(session, parts["kind"])
    return session.say("field", name=parts["name"], kind=label, form=form_words(session, parts["form"]))


def kind_words(session: Session, kind_id: str) -> str:
    """Return a kind in the session's language; a column that only selects may be of a kind that nothing says."""
    return kind(kind_id).label(session.language) if kind_id else session.say("kind_unsaid")


def form_words(session: Session, form: str) -> str:
    """Return a form such as ``keep`` or ``mask.last 3`` in the session's language."""
    name, _, length = form.partition(" ")
    return session.say(f"form.{name}", length=length)

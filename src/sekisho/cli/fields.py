"""A field that leaves, in words: what it is and in which form, as an approver reads it before signing."""

import json
import re

from sekisho.cli.session import Session
from sekisho.kinds.taxonomy import kind, taxonomy

_STATED = re.compile(r"(?P<name>.*) \((?P<kind>[a-z0-9_]*), (?P<form>[a-z0-9.]+( [^()]*)?)\)")

_ARGUMENT = re.compile(r'(?P<name>[a-z]+)=(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]+)')


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
    """Return a form such as ``keep``, ``mask.last 3`` or ``number.band least=0 width=10`` in the session's language."""
    name, _, rest = form.partition(" ")
    arguments = [(each["name"], each["value"]) for each in _ARGUMENT.finditer(rest)]
    words = session.say(f"form.{name}", length=rest)
    if not arguments:
        return words
    said = [session.say(f"argument.{argument}", value=_plain(value)) for argument, value in arguments]
    return session.say("form_with", form=words, arguments=session.say("separator").join(said))


def _plain(value: str) -> str:
    return str(json.loads(value)) if value.startswith('"') else value

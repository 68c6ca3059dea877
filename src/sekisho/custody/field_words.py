"""A field that leaves, in words: what it is and in which form, as an approver reads it before signing, and on paper."""

import json
import re

from sekisho.catalogue.words import Language, say
from sekisho.kinds.taxonomy import kind, taxonomy

_STATED = re.compile(r"(?P<name>.*) \((?P<kind>[a-z0-9_]*), (?P<form>[a-z0-9.]+( [^()]*)?)\)")

_ARGUMENT = re.compile(r'(?P<name>[a-z]+)=(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]+)')


def field_words(stated: str, language: Language) -> str:
    """Return a field as a request states it, ``file: field (kind, form)``, in words; what is not so stated as it is."""
    parts = _STATED.fullmatch(stated)
    if parts is None or parts["kind"] not in {"", *taxonomy()}:
        return stated
    label, form = kind_words(parts["kind"], language), form_words(parts["form"], language)
    return say("cli.field", language, name=parts["name"], kind=label, form=form)


def kind_words(kind_id: str, language: Language) -> str:
    """Return a kind in words; a column that only selects may be of a kind that nothing says."""
    return kind(kind_id).label(language) if kind_id else say("cli.kind_unsaid", language)


def form_words(form: str, language: Language) -> str:
    """Return a form such as ``keep``, ``mask.last 3`` or ``number.band least=0 width=10`` in words."""
    name, _, rest = form.partition(" ")
    arguments = [(each["name"], each["value"]) for each in _ARGUMENT.finditer(rest)]
    words = say(f"cli.form.{name}", language, length=rest)
    if not arguments:
        return words
    said = [say(f"cli.argument.{argument}", language, value=_plain(value)) for argument, value in arguments]
    return say("cli.form_with", language, form=words, arguments=say("cli.separator", language).join(said))


def _plain(value: str) -> str:
    return str(json.loads(value)) if value.startswith('"') else value

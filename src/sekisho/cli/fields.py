"""A field that leaves, in the words of the session's language."""

from sekisho.cli.session import Session
from sekisho.custody import field_words as words


def field_line(session: Session, stated: str) -> str:
    """Return a field as a request states it, ``file: field (kind, form)``, in the session's language."""
    return words.field_words(stated, session.language)


def kind_words(session: Session, kind_id: str) -> str:
    """Return a kind in the session's language; a column that only selects may be of a kind that nothing says."""
    return words.kind_words(kind_id, session.language)


def form_words(session: Session, form: str) -> str:
    """Return a form such as ``keep``, ``mask.last 3`` or ``number.band least=0 width=10`` in the session's language."""
    return words.form_words(form, session.language)

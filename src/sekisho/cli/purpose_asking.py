"""Asking somebody at a terminal for a purpose: what the work is, for whom, until when, and of each column what leaves and why."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sekisho.cli.fields import kind_words
from sekisho.cli.session import Session

if TYPE_CHECKING:
    from sekisho.cut.draft import Asked, Chosen, Question, Tables
    from sekisho.cut.template import Template
    from sekisho.kinds.taxonomy import Kind

_Read = TypeVar("_Read")
_CONTROLLERS = ("local_government", "hospital", "company", "other")
_STAYS, _REST = "-", "."
_SHOWN = 9  # choices that would make the question too long


def ask(session: Session, tables: "Tables", name: str | None, today: date) -> "Asked":
    """Ask for a purpose.

    Args:
        session: who asks.
        tables: what it would cut, the main one first.
        name: the sort of work, if it was named.
        today: the day.
    """
    from sekisho.cut import asked
    from sekisho.cut.draft import Asked, Question, last_day
    from sekisho.cut.template import template

    name = name if name is not None else _work(session)
    work = template(name) if name else None
    return Asked(
        template=work,
        id=_until(session, "id", asked.id_said, default=name or "my-purpose"),
        title=_words(session, "title"),
        controller=_words(session, "controller"),
        controller_kind=_one_of(session, "controller_kind", _CONTROLLERS),
        recipient=_words(session, "recipient"),
        contract=session.asked(session.say("ask.contract"), default="", show_default=False),
        not_after=_until(
            session, "not_after", lambda text: asked.day_said(text, today), default=last_day(today).isoformat()
        ),
        chosen=_leaves(session, tables, work),
        question=_question(session, tables) if work and work.profile == "answer" else Question(),
    )


def _leaves(session: Session, tables: "Tables", work: "Template | None") -> "tuple[Chosen, ...]":
    """Ask what leaves of the columns; of a question and of invented data nothing does."""
    return () if work and work.profile in {"answer", "test-data"} else _fields(session, tables, work)


def _work(session: Session) -> str:
    """Ask what must be done with the data; empty for what is of no known sort."""
    from sekisho.cut.template import template
    from sekisho.cut.template_names import NAMES

    session.note("ask.work")
    for number, name in enumerate(NAMES, 1):
        session.note_lines([f"  {number}  {template(name).label(session.language)}"])
    session.note_lines([f"  0  {session.say('ask.other_work')}"])
    numbers = [str(number) for number in range(len(NAMES) + 1)]
    place = int(_one_of(session, "number", numbers))
    return NAMES[place - 1] if place else ""


def _question(session: Session, tables: "Tables") -> "Question":
    from sekisho.cut import asked
    from sekisho.cut.draft import Question, columns_of

    columns = columns_of(tables)
    ja, en = _words(session, "question_ja"), _words(session, "question_en")
    column = _one_of(session, "question_column", tuple(columns))
    kind = columns[column]
    kind_id = kind.id if kind else _until(session, "kind", asked.kind_said)
    return Question(ja=ja, en=en, kind=kind_id, column=column)


def _fields(session: Session, tables: "Tables", work: "Template | None") -> "tuple[Chosen, ...]":
    from sekisho.cut.draft import columns_of, proposed

    proposals = {each.column: each for each in proposed(tables, work, session.language)}
    found: list[Chosen] = []
    session.note("ask.columns")
    rest = False
    for column, kind in columns_of(tables).items():
        proposal = proposals.get(column)
        if work and kind and kind.id in work.never and not proposal:
            session.note("ask.never", column=column, kind=kind.label(session.language))
            continue
        if rest:
            found += [proposal] if proposal else []
            continue
        said = _form(session, column, kind, proposal)
        rest = said == _REST
        if rest:
            found += [proposal] if proposal else []
        elif said != _STAYS:
            found.append(_with_why(session, column, kind, said, proposal))
    return tuple(found)


def _form(session: Session, column: str, kind: "Kind | None", proposal: "Chosen | None") -> str:
    """Ask in which form a column leaves, until it is one."""
    from sekisho.cut.asked import form_said, form_text

    def read(text: str) -> str:
        if text not in {_STAYS, _REST}:
            form_said(text)
        return text

    default = form_text(proposal) if proposal else _STAYS
    return _until(
        session, "form", read, default=default, column=column, kind=kind_words(session, kind.id if kind else "")
    )


def _with_why(session: Session, column: str, kind: "Kind | None", form: str, proposal: "Chosen | None") -> "Chosen":
    from sekisho.cut import asked

    needs_kind = kind is None and form.split(maxsplit=1)[0] not in {"token.serial", "token.aes"}
    kind_id = _until(session, "kind", asked.kind_said) if needs_kind else ""
    why = _words(session, "why", default=proposal.why if proposal else None, column=column)
    return asked.chosen(column, kind, form, why, kind_id=kind_id, before=proposal)


def _words(session: Session, name: str, *, default: str | None = None, **values: object) -> str:
    from sekisho.cut.asked import words_said

    return _until(session, name, lambda text: words_said(name, text), default=default, **values)


def _one_of(session: Session, name: str, choices: "tuple[str, ...] | list[str]") -> str:
    question = session.say(f"ask.{name}")
    if len(choices) < _SHOWN:
        question += f" ({', '.join(choices)})"
    while (said := session.asked(question, default=choices[0]).strip()) not in choices:
        expected = session.say("usage.one_of", choices=session.say("separator").join(choices))
        session.note_lines([f"  {expected}"])
    return said


def _until(
    session: Session, name: str, read: Callable[[str], _Read], *, default: str | None = None, **values: object
) -> _Read:
    """Ask until the answer can be read; what is wrong with one is said."""
    from sekisho.catalogue.shape import Misshapen

    while True:
        try:
            return read(session.asked(session.say(f"ask.{name}", **values), default=default).strip())
        except Misshapen as error:
            session.note_lines([f"  {error.said.says(session.language)}"])

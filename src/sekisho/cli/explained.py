"""A purpose that may be carried out, in words: what would leave, for whom and why, and what stays."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.cli.fields import form_words, kind_words
from sekisho.cli.session import Session
from sekisho.cli.tables import table

if TYPE_CHECKING:
    from sekisho.cut.explain import Column, Explanation


def explained_lines(session: Session, told: "Explanation") -> Iterator[str]:
    """Say what a purpose would let out."""
    yield session.say("explain.head", id=told.id, title=told.title)
    contract = session.say("explain.contract", contract=told.contract) if told.contract else ""
    yield session.say(
        "explain.who", controller=told.controller, recipient=told.recipient, contract=contract, day=told.not_after
    )
    yield session.say(
        "explain.basis",
        basis=session.say(f"basis.{told.legal_basis}"),
        profile=session.say(f"profile.{told.profile}"),
        contact=session.say("explain.contact" if told.contact else "explain.no_contact"),
    )
    yield from _rows(session, told)
    yield from _leaving(session, told)
    for key, columns in (("explain.selects", told.selects), ("explain.stays", told.stays)):
        if columns:
            yield session.say(key, columns=_named(session, columns))
    if told.unused:
        kinds = session.say("separator").join(f"{kind_words(session, kind)} ({kind})" for kind in told.unused)
        yield session.say("explain.unused", kinds=kinds)


def _rows(session: Session, told: "Explanation") -> Iterator[str]:
    where = session.say("explain.where", where=told.where) if told.where else session.say("explain.all_rows")
    yield session.say("explain.rows", source=told.source, where=where)
    for join in told.joins:
        which = session.say("explain.join_where", where=join.where) if join.where else ""
        yield session.say("explain.join", source=join.source, on=join.on, to=join.to, where=which)
    if told.expect:
        yield session.say("explain.expect", least=f"{told.expect.min:,}", most=f"{told.expect.max:,}")


def _leaving(session: Session, told: "Explanation") -> Iterator[str]:
    if told.question:
        place = 0 if session.language == "ja" else 1
        answers = session.say("separator").join(each[place] for each in told.answers)
        yield session.say("explain.question", question=told.question[place], answers=answers)
    elif told.profile == "test-data":
        yield session.say("explain.invented")
        return
    else:
        yield session.say("explain.leaves", table=told.table)
    headers = [session.say(f"column.{name}") for name in ("leaves", "made_of", "kind", "form", "why")]
    rows = [
        (each.field, each.source or "-", kind_words(session, each.kind), form_words(session, each.form), each.why)
        for each in told.leaves
    ]
    yield from table(headers, rows)


def _named(session: Session, columns: "tuple[Column, ...]") -> str:
    return session.say("separator").join(
        session.say("explain.column", column=each.column, kind=kind_words(session, each.kind)) for each in columns
    )

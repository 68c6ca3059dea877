"""Which columns a purpose names, and what kind of data each holds: what the purpose says, held against its header.

A purpose says what a header leaves open. It may not call a column something else than its header names: kinds are what
the owner of the purpose allows, what approvers sign and what the index of people keeps, and an account number that is
called a case number would pass all three. Only a header that says little (no flag in the taxonomy) may be overruled, and
only by something more sensitive: a column of remarks that holds diagnoses.
"""

import contextlib
from collections.abc import Iterator

from sekisho.cut.expression import columns_of, parse
from sekisho.cut.field import NOBODYS, TOKENS, TOKENS_OF_PEOPLE, WITHOUT_COLUMN, Field
from sekisho.cut.parts import Join, Source
from sekisho.cut.purpose import Purpose
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind_of_header, taxonomy

_SAYS_LITTLE = frozenset({"public"})


def column_named(purpose: Purpose, name: str) -> tuple[str, str] | None:
    """Return the source and the column that a field or an expression means by a name, if its source is there."""
    main = purpose.source.get(purpose.rows.source)
    if main and name in main.columns:
        return purpose.rows.source, name
    source, _, column = name.partition(".")
    return (source, column) if source in purpose.source else None


def columns_of_conditions(purpose: Purpose) -> Iterator[str]:
    """Yield every column that a ``where`` asks about, looked-up ones as ``source.column``.

    What cannot be read as an expression asks about nothing; whoever checks the purpose says so.
    """
    rows, answers = purpose.rows, purpose.answers
    for where in (rows.where, *(answer.where for answer in answers)):
        yield from _asked(where)
    for join in rows.join:
        yield from (f"{join.source}.{column}" for column in _asked(join.where))


def columns_looked_at(purpose: Purpose) -> set[tuple[str, str]]:
    """Return source and name of every column that anything in a purpose looks at."""
    names = {*columns_of_fields(purpose), *columns_of_conditions(purpose)}
    names |= {*key_columns(purpose), *(join.on for join in purpose.rows.join)}
    names |= {f"{join.source}.{join.to}" for join in purpose.rows.join}
    found = {column for name in names if (column := column_named(purpose, name))}
    found |= {(source, column) for source in of_others(purpose) for column in purpose.source[source].subject.columns}
    main = purpose.source.get(purpose.rows.source)
    return found | {(purpose.rows.source, column) for column in main.subject.columns} if main else found


def columns_of_fields(purpose: Purpose) -> set[str]:
    """Return every column that something leaves of, looked-up ones as ``source.column``."""
    main = purpose.source.get(purpose.rows.source)
    of_people = {
        field.source or (main.subject.column if main else "") for field in purpose.field if field.op in TOKENS_OF_PEOPLE
    }
    of_cells = {field.source for field in purpose.field if field.op not in {*WITHOUT_COLUMN, "drop"}}
    return (of_people | of_cells) - {""}


def of_others(purpose: Purpose) -> dict[str, list[str]]:
    """Return the fields that are made of looked-up rows of people who need not be the row's own: source → fields.

    The head of a household who is looked up for a child is in what leaves as much as the child.
    """
    found = dict[str, list[str]]()
    for field in purpose.field:
        if field.op not in {*WITHOUT_COLUMN, *NOBODYS, "drop"} and (source := source_of_another(purpose, field.source)):
            found.setdefault(source, []).append(field.out)
    return found


def source_of_another(purpose: Purpose, name: str) -> str | None:
    """Return the looked-up source that is meant by a name, if its rows need not be about the row's own person."""
    main, joins = purpose.source.get(purpose.rows.source), {join.source: join for join in purpose.rows.join}
    named = column_named(purpose, name)
    if main is None or named is None or named[0] not in joins:
        return None
    return None if _is_own(main, joins[named[0]], purpose.source[named[0]]) else named[0]


def _is_own(main: Source, join: Join, source: Source) -> bool:
    """Tell whether a looked-up row is about the row's own person: both are found by their code. A household is nobody."""
    ours, theirs = main.subject, source.subject
    by_code = (join.on, join.to) == (ours.column, theirs.column) and ours.kind == theirs.kind
    return by_code or (theirs.column != "" and theirs.kind == "household")


def key_columns(purpose: Purpose) -> tuple[str, ...]:
    """Return the columns by which a person asks, if the purpose is one of answers."""
    keys = purpose.query.keys if purpose.query else None
    return tuple(dict.fromkeys(column for each in keys.spellings for column in each)) if keys else ()


def kind_of_column(purpose: Purpose, name: str) -> Kind | None:
    """Return the kind of the column that is meant by a name, or None if nothing says it."""
    found = column_named(purpose, name)
    return kind_in(purpose.source[found[0]], found[1]) if found else None


def kind_in(source: Source, column: str) -> Kind | None:
    """Return the kind of a source's column: what the source says of it, else its header."""
    if column in source.kinds:
        return taxonomy().get(source.kinds[column])
    if column == source.subject.column:
        return taxonomy().get(source.subject.kind)
    return kind_of_header(column)


def kind_of_field(purpose: Purpose, field: Field) -> Kind | None:
    """Return the kind of what leaves: a case number for a token, else what the field, the source or the header says."""
    if field.op in TOKENS:
        return taxonomy()["case_number"]
    if field.kind:
        return taxonomy().get(field.kind)
    return kind_of_column(purpose, field.source)


def contradicted(column: str, said: str) -> Kind | None:
    """Return the kind that a column's header names, if the column may not be called ``said`` because of it."""
    named, called = kind_of_header(column), taxonomy().get(said)
    if named is None or called is None or named is called:
        return None
    if named.flags <= _SAYS_LITTLE and called.sensitivity > named.sensitivity:
        return None
    return named


def _asked(where: str) -> list[str]:
    with contextlib.suppress(Unreadable):
        return sorted(columns_of(parse(where))) if where else []
    return []

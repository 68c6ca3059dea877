"""What kind of data a column holds: what the purpose says of it, held against what its header says.

A purpose says what a header leaves open. It may not call a column something else than its header names: kinds are what
the owner of the purpose allows, what approvers sign and what the index of people keeps, and an account number that is
called a case number would pass all three. Only a header that says little (no flag in the taxonomy) may be overruled, and
only by something more sensitive: a column of remarks that holds diagnoses.
"""

from sekisho.cut.purpose import Field, Purpose, Source
from sekisho.kinds.taxonomy import Kind, kind_of_header, taxonomy

_SAYS_LITTLE = frozenset({"public"})


def column_named(purpose: Purpose, name: str) -> tuple[Source, str] | None:
    """Return the source and the column that a field or an expression means by a name, if its source is there."""
    main = purpose.source.get(purpose.rows.source)
    if main and name in main.columns:
        return main, name
    source, _, column = name.partition(".")
    return (purpose.source[source], column) if source in purpose.source else None


def kind_of_column(purpose: Purpose, name: str) -> Kind | None:
    """Return the kind of the column that is meant by a name, or None if nothing says it."""
    found = column_named(purpose, name)
    return kind_in(*found) if found else None


def kind_in(source: Source, column: str) -> Kind | None:
    """Return the kind of a source's column: what the source says of it, else its header."""
    if column in source.kinds:
        return taxonomy().get(source.kinds[column])
    if column == source.subject.column:
        return taxonomy().get(source.subject.kind)
    return kind_of_header(column)


def kind_of_field(purpose: Purpose, field: Field) -> Kind | None:
    """Return the kind of what leaves: a case number for a token, else what the field, the source or the header says."""
    if field.op == "token.serial":
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

"""Whether a purpose may be carried out on the sources as they are: every reason why not, with field and line.

Pure: takes the purpose, its text (for line numbers), the tables that its sources turned out to be, and today's date.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from sekisho.catalogue.words import Said
from sekisho.cut.check_risk import risk_problems
from sekisho.cut.columns import (
    column_named,
    columns_looked_at,
    contradicted,
    key_columns,
    kind_of_column,
    kind_of_field,
    source_of_another,
)
from sekisho.cut.expression import columns_of, parse
from sekisho.cut.field import TOKENS_OF_PEOPLE, WITHOUT_COLUMN, Field
from sekisho.cut.forms.labels import read_labels
from sekisho.cut.law.checks import unlawful
from sekisho.cut.lines import (
    line_of_field,
    line_of_key,
    line_of_kind,
    line_of_subject,
    line_of_where,
    line_of_word,
    lines_of_value,
)
from sekisho.cut.parts import Trace
from sekisho.cut.plan import Tables
from sekisho.cut.purpose import PLACEHOLDER, Purpose
from sekisho.cut.tokens import ff1
from sekisho.cut.trace.canaries import why_not
from sekisho.errors import NotFound, Refused, SekishoError, Unreadable
from sekisho.kinds.taxonomy import taxonomy
from sekisho.readers.tables import Table

# Forms in which nothing of a cell is left, so that it does not matter what the column holds.
_WITHOUT_CELLS = frozenset({*WITHOUT_COLUMN, "drop"})
_COLUMN_NAMES = frozenset({"out", "from", "columns", "column", "on", "to", "keys"})


def check(purpose: Purpose, text: str, path: Path, tables: Tables, today: date) -> tuple[SekishoError, ...]:
    """Return every reason why this purpose may not be carried out, by line; none means that form and columns are right.

    Whether rows are as expected and joined keys unique shows only when it is carried out.

    Args:
        purpose: the purpose.
        text: the purpose file's text.
        path: its name, for messages.
        tables: the tables that each source's path turned out to be.
        today: the day on which it would be carried out.
    """
    rules: tuple[_Rule, ...] = (
        _placeholders, _dates, _sources, _columns, _names, _joins, _expressions, _fields, _called, _legal_basis,
        _answers, _labels, _risk, _test_data, _trace,
    )  # fmt: skip
    case = _Case(purpose, text, path, tables, today)
    return tuple(sorted((problem for rule in rules for problem in rule(case)), key=_line))


def _line(problem: SekishoError) -> float:
    """Return where a problem stands: those of the whole file first, those of the sources behind."""
    line = problem.values.get("line", 0 if "path" in problem.values else math.inf)
    return line if isinstance(line, int | float) else 0


@dataclass(frozen=True, slots=True)
class _Case:
    purpose: Purpose
    text: str
    path: Path
    tables: Tables
    today: date

    def columns(self) -> set[str]:
        """Return every column an expression or field may name: the main source's, and those looked up."""
        rows = self.purpose.rows
        found = set(self.purpose.source[rows.source].columns) if rows.source in self.purpose.source else set()
        for join in rows.join:
            if join.source in self.purpose.source:
                found |= {f"{join.source}.{column}" for column in self.purpose.source[join.source].columns}
        return found

    def is_of_subject(self, field: Field) -> bool:
        """Tell whether a field is made of nothing, or of the column that tells whose row it is."""
        main = self.purpose.source.get(self.purpose.rows.source)
        return not field.source or (main is not None and field.source == main.subject.column)


_Rule = Callable[[_Case], Iterator[SekishoError]]


def _placeholders(case: _Case) -> Iterator[SekishoError]:
    """Refuse what a draft left for somebody to write: a capsule must not be called “…”, nor be for “…”."""
    if PLACEHOLDER in _said_in(msgspec.to_builtins(case.purpose)):
        for line in lines_of_value(case.text, PLACEHOLDER) or [0]:
            yield Refused("cut.placeholder", path=case.path, line=line)


def _said_in(part: object) -> Iterator[str]:
    """Yield what a purpose says but for the names of columns, which are the source's."""
    match part:
        case str():
            yield part
        case list():
            yield from (text for each in part for text in _said_in(each))
        case dict():
            yield from (text for name, each in part.items() if name not in _COLUMN_NAMES for text in _said_in(each))


def _dates(case: _Case) -> Iterator[SekishoError]:
    if case.today > case.purpose.purpose.not_after:
        yield Refused(
            "cut.purpose_over",
            path=case.path,
            line=line_of_word(case.text, "not_after"),
            day=case.purpose.purpose.not_after,
        )


def _sources(case: _Case) -> Iterator[SekishoError]:
    text, path = case.text, case.path
    named = [("from", case.purpose.rows.source), *(("source", join.source) for join in case.purpose.rows.join)]
    for key, name in named:
        if name not in case.purpose.source:
            yield Unreadable("cut.unknown_source", path=path, line=line_of_key(text, key, name), source=name)
    for kind_id in case.purpose.purpose.kinds:
        if kind_id not in taxonomy():
            yield Unreadable("cut.unknown_kind", path=path, line=line_of_word(text, kind_id), kind=kind_id)
    for name, source in case.purpose.source.items():
        for each in (*source.subject.columns, *source.kinds):
            if each not in source.columns:
                yield Unreadable(
                    "cut.unknown_column", path=path, line=_named_in(text, name, each), column=f"{name}.{each}"
                )
        for kind_id in (source.subject.kind, *source.kinds.values()):
            if kind_id not in taxonomy():
                yield Unreadable("cut.unknown_kind", path=path, line=line_of_word(text, kind_id), kind=kind_id)


def _named_in(text: str, source: str, column: str) -> int:
    """Return the line on which a source's table names a column beside its list of columns."""
    start = line_of_word(text, f"[source.{source}]")
    rest = "\n" * (start - 1) + "\n".join(text.split("\n")[start - 1 :])
    return line_of_key(rest, r"(?:column|name|kana|birth_date|address|postal_code|sex)", column)


def _columns(case: _Case) -> Iterator[SekishoError]:
    """Pin the schema: a column added or gone at the source stops the run, since nobody decided about it."""
    for name, source in case.purpose.source.items():
        for table in case.tables.get(name, ()):
            found, pinned = list(table.labels), source.columns
            if not set(found) & set(pinned):
                # Without a header the first row stands in its place, and a message must not show a row.
                yield Refused("cut.other_table", source=name, file=table.path.name)
            elif sorted(found) != sorted(pinned):
                yield Refused(
                    "cut.columns_changed",
                    source=name,
                    file=table.path.name,
                    new=", ".join(column for column in found if column not in pinned) or "-",
                    gone=", ".join(column for column in pinned if column not in found) or "-",
                )
            else:
                yield from _repeated(case, name, table)


def _repeated(case: _Case, name: str, table: Table) -> Iterator[SekishoError]:
    """Refuse a column that only its place tells from another: two that change places would be swapped unnoticed."""
    named = columns_looked_at(case.purpose)
    for column, header in zip(table.labels, table.columns, strict=True):
        if (name, column) in named and table.columns.count(header) > 1:
            yield Refused("cut.repeated_header", source=name, file=table.path.name, column=column)


def _names(case: _Case) -> Iterator[SekishoError]:
    """Refuse names that the engine would take for a pattern over the columns, and so reach others."""
    columns = [column for source in case.purpose.source.values() for column in source.columns]
    for name in dict.fromkeys([*columns, *(field.out for field in case.purpose.field)]):
        if name == "*" or (name.startswith("^") and name.endswith("$")):
            yield Refused("cut.pattern_name", path=case.path, line=line_of_word(case.text, name), name=name)


def _joins(case: _Case) -> Iterator[SekishoError]:
    """A look-up goes by a column that is there by then, and every column has a name of its own."""
    rows, sources = case.purpose.rows, case.purpose.source
    known = set(sources[rows.source].columns) if rows.source in sources else set[str]()
    for join in rows.join:
        own = (
            {f"{join.source}.{column}" for column in sources[join.source].columns} if join.source in sources else set()
        )
        missing = ({join.on} - known) | ({f"{join.source}.{join.to}"} - own)
        line = line_of_key(case.text, "source", join.source)
        for name in sorted(missing):
            key, said = ("on", join.on) if name == join.on else ("to", join.to)
            yield Unreadable("cut.unknown_column", path=case.path, line=line_of_key(case.text, key, said), column=name)
        if taken := known & own:
            yield Unreadable("cut.column_twice", path=case.path, line=line, column=min(taken))
        known |= own


def _expressions(case: _Case) -> Iterator[SekishoError]:
    known = case.columns()
    wheres = [case.purpose.rows.where, *(answer.where for answer in case.purpose.answers)]
    for where in wheres:
        yield from _unknown_names(case, where, known)
    for join in case.purpose.rows.join:
        own = set(case.purpose.source[join.source].columns) if join.source in case.purpose.source else set()
        yield from _unknown_names(case, join.where, own)


def _unknown_names(case: _Case, where: str, known: set[str]) -> Iterator[SekishoError]:
    """Say what is wrong with an expression: it cannot be read, or names columns that are not there."""
    try:
        names = columns_of(parse(where)) if where else set()
    except Unreadable as problem:
        line, why = line_of_where(case.text, where), Said(f"errors/{problem.key}", problem.values)
        yield Unreadable("cut.bad_where", path=case.path, line=line, why=why)
    else:
        for name in sorted(names - known):
            line = line_of_where(case.text, where, name)
            yield Unreadable("cut.unknown_column", path=case.path, line=line, column=name)


def _fields(case: _Case) -> Iterator[SekishoError]:
    known, seen = case.columns(), set[str]()
    for field in case.purpose.field:
        out, line = field.out, line_of_field(case.text, field.out)
        if out in seen:
            yield Unreadable("cut.field_twice", path=case.path, line=line, field=out)
        seen.add(out)
        if field.op == "token.ff1":
            yield from _ff1(case, field, line)
        if field.op in TOKENS_OF_PEOPLE and not case.is_of_subject(field):
            yield Refused("cut.token_not_of_subject", path=case.path, line=line, field=out)
        if field.op not in WITHOUT_COLUMN and field.source not in known:
            yield Unreadable(
                "cut.unknown_column", path=case.path, line=line or line_of_word(case.text, out), column=field.source
            )
        elif field.op == "drop":
            continue
        elif (kind := kind_of_field(case.purpose, field)) is None:
            yield Refused("cut.kind_not_named", path=case.path, line=line, field=out)
        elif kind.id not in case.purpose.purpose.kinds:
            yield Refused("cut.beyond_purpose", path=case.path, line=line, field=out, kind=kind.id)


def _ff1(case: _Case, field: Field, line: int) -> Iterator[SekishoError]:
    """Refuse FF1 where nobody has read the notice, and where its token could be taken for somebody's number."""
    try:
        ff1.must_be_accepted(case.purpose.tokens.ff1)
    except Refused as notice:
        yield Refused(notice.key, path=case.path, line=line, field=field.out, **notice.values)
    kinds = (kind_of_column(case.purpose, field.source), taxonomy().get(field.kind))
    if any(each and "my_number" in each.flags for each in kinds):
        yield Refused("cut.ff1_of_my_number", path=case.path, line=line, field=field.out)


def _called(case: _Case) -> Iterator[SekishoError]:
    """Refuse a column that is called something else than its header names: see :mod:`sekisho.cut.columns`."""
    text, said = case.text, list[tuple[int, str, str, str]]()
    for source in case.purpose.source.values():
        subject = source.subject
        if subject.column:
            said.append((line_of_subject(text, subject.column), subject.column, subject.column, subject.kind))
        said += [(line_of_kind(text, *called), called[0], *called) for called in source.kinds.items()]
    for field in case.purpose.field:
        if field.kind and field.op not in _WITHOUT_CELLS and (found := column_named(case.purpose, field.source)):
            said.append((line_of_field(text, field.out), field.out, found[1], field.kind))
    for line, field_name, column, kind_id in said:
        if named := contradicted(column, kind_id):
            yield Refused(
                "cut.miscalled",
                path=case.path, line=line, field=field_name, column=column, kind=kind_id, header=named.id,
            )  # fmt: skip


def _legal_basis(case: _Case) -> Iterator[SekishoError]:
    yield from unlawful(case.purpose, case.text, case.path)


def _risk(case: _Case) -> Iterator[SekishoError]:
    yield from risk_problems(case.purpose, case.text, case.path)


def _answers(case: _Case) -> Iterator[SekishoError]:
    query = case.purpose.query
    if query is None:
        return
    for column in key_columns(case.purpose):
        if column not in case.columns():
            line = line_of_word(case.text, column)
            yield Unreadable("cut.unknown_column", path=case.path, line=line, column=column)
        elif source_of_another(case.purpose, column):
            line = line_of_word(case.text, column)
            yield Refused("cut.key_of_another", path=case.path, line=line, column=column)
    ids = [answer.id for answer in query.answer]
    if len(set(ids)) != len(ids) or any(not answer.where for answer in query.answer[:-1]) or query.answer[-1].where:
        yield Unreadable("cut.answers_not_closed", path=case.path, line=line_of_word(case.text, "[[query.answer]]"))
    for kind_id in sorted({query.kind, "lookup_token"} - set(case.purpose.purpose.kinds)):
        line = line_of_word(case.text, "[query]")
        yield Refused("cut.beyond_purpose", path=case.path, field="query", line=line, kind=kind_id)


def _test_data(case: _Case) -> Iterator[SekishoError]:
    """Refuse what says something of real rows where none leaves, and so would not be done."""
    purpose = case.purpose
    if purpose.purpose.profile != "test-data":
        return
    said = {
        "[rows] where": purpose.rows.where, "[[rows.join]]": purpose.rows.join, "[rows.expect]": purpose.rows.expect,
        "[[field]]": purpose.field, "[risk]": purpose.risk, "[trace]": purpose.trace != Trace(),
    }  # fmt: skip
    for part, is_said in said.items():
        if is_said:
            yield Refused("cut.not_of_test_data", path=case.path, part=part)


def _trace(case: _Case) -> Iterator[SekishoError]:
    if case.purpose.purpose.profile == "test-data":
        return
    kinds = {field.out: kind_of_field(case.purpose, field) for field in case.purpose.field}
    yield from why_not(case.purpose, {out: kind for out, kind in kinds.items() if kind}, case.text, case.path)


def _labels(case: _Case) -> Iterator[SekishoError]:
    """Read every file of labels that a field names; what is wrong with one is told with the field's line."""
    for each in case.purpose.field:
        if each.hierarchy is None or each.level is None:
            continue
        path, line, file = case.path, line_of_field(case.text, each.out), each.hierarchy
        try:
            most = read_labels(path.parent / file).height - 1
        except FileNotFoundError:
            yield NotFound("cut.no_hierarchy", path=path, line=line, field=each.out, file=file)
        except OSError:
            yield Unreadable("cut.closed_hierarchy", path=path, line=line, field=each.out, file=file)
        except Unreadable as problem:
            why = Said(f"errors/{problem.key}", problem.values)
            yield Unreadable("cut.bad_hierarchy", path=path, line=line, field=each.out, file=file, why=why)
        else:
            if each.level > most:
                level = each.level
                yield Refused(
                    "cut.hierarchy_level", path=path, line=line, field=each.out, file=file, level=level, most=most
                )

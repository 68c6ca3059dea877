"""Carrying a plan out: one streaming pass over the main source; what leaves goes to a sink, who is in it to an index.

Sources that are looked up are held in memory (the columns that are needed of them); the main source passes in blocks, so
its size does not matter.

The table is CSV as RFC 4180 has it. A cell that a spreadsheet would carry out as a formula gets an apostrophe before it;
everything else stands as it is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl

from sekisho.cut.columns import columns_looked_at, key_columns, of_others
from sekisho.cut.expression import parse, to_polars
from sekisho.cut.field import NOBODYS
from sekisho.cut.forms.cells import READ_FORMS
from sekisho.cut.forms.form import Makings, form_of
from sekisho.cut.look_up import LookUp, Partners
from sekisho.cut.parts import Join, Subject
from sekisho.cut.plan import Plan
from sekisho.cut.trace.run import Tracing
from sekisho.cut.written import Writer
from sekisho.errors import Refused
from sekisho.kinds.taxonomy import kind
from sekisho.people.index import Index, masks_of_rows
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY, Population
from sekisho.progress import Progress, silent
from sekisho.readers.ahead import ahead

# What stands in place of a person's key in a line of totals.
_NOBODY = ("合計", "総計", "小計", "総合計", "計", "total", "grandtotal", "subtotal")
_BLANKS = re.compile(r"\s+")
_CODE = r"^[0-9]+$"

_ROW, _FILE = "\x00row of the source", "\x00file of the source"  # names that nobody gives a column
_ROWS_NAMED = 5

# What a block of people who can ask says beside their keys: names that nobody gives a column.
NUMBER, ANSWER = "\x00number", "\x00answer"


Finish = Callable[[pl.DataFrame, pl.Series], tuple[pl.DataFrame, pl.Series]]
"""Takes all that would leave and whose row each is; returns what leaves."""


class Sink(Protocol):
    """Takes the bytes of a table in order."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""
        ...


@dataclass(slots=True)
class Counters:
    """What a run counted.

    Attributes:
        rows_in: rows of the main source.
        rows_out: rows that left.
        joins: who found whom, one for each look-up.
        unreadable: cells of each field that left empty because they could not be read as its form needs them.
        unreadable_rows: the first rows of the main source in which such a cell stands, its header being row 1; behind the
            file's name where it has several.
        replaced: characters of each field that left as a variant, for want of them in the output's encoding.
        private: characters of private use in each field, which left as they stand.
    """

    rows_in: int = 0
    rows_out: int = 0
    joins: list[Partners] = field(default_factory=list)
    unreadable: Counter[str] = field(default_factory=Counter)
    unreadable_rows: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    replaced: Counter[str] = field(default_factory=Counter)
    private: Counter[str] = field(default_factory=Counter)


def cut_rows(
    plan: Plan,
    population: Population,
    makings: Makings,
    index: Index,
    sink: Sink,
    *,
    before: Callable[[pl.DataFrame], object] = lambda _: None,
    finish: Finish | None = None,
    tracing: Tracing | None = None,
    watch: Callable[[pl.DataFrame], object] = lambda _: None,
    progress: Progress = silent,
) -> Counters:
    """Write the rows that a plan lets out to ``sink`` as CSV, and into ``index`` who is in them with which kinds.

    ``before`` is shown each block of the rows that are selected, as they stand in the sources.
    ``finish`` is given the whole table, where that is needed, before any of it leaves; without it blocks pass one by one.
    ``tracing`` puts canaries among the rows, who are in no index and not among those that are counted, and marks what leaves.
    ``watch`` is shown each block of what leaves before it is written; ``progress`` is told after each block how many rows
    of the main source it had.

    Raises:
        Refused: a surprising number of rows, a looked-up key that is not unique, a character that the output's
            encoding cannot hold.
        Unreadable: a source is damaged.
    """
    counters = Counters()
    writer = Writer(plan.purpose.output)
    exposed = {each.field.out: each.kind for each in plan.fields if each.field.op not in NOBODYS}
    sink.write(writer.header([each.field.out for each in plan.fields]))
    people = _selected(plan, population, counters, before=before, progress=progress)
    others = _Others(plan, population, index)
    blocks = _blocks(plan, people if tracing is None else tracing.among(people), makings, counters, others)
    for made, numbers in blocks if finish is None else _finished(plan, blocks, finish, counters):
        table = made if tracing is None else tracing.spelt(made, numbers)
        index.add_rows(numbers, masks_of_rows(table, exposed))
        watch(table)
        sink.write(writer.rows(table))
    counters.replaced, counters.private = writer.replaced, writer.private
    return counters


def _selected(
    plan: Plan,
    population: Population,
    counters: Counters,
    *,
    before: Callable[[pl.DataFrame], object],
    progress: Progress,
) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Yield the rows that are selected, block by block, and whose row each is."""
    for rows in ahead(_rows(plan, counters, progress)):
        before(rows)
        yield rows, _people(plan, population, rows)


def _blocks(
    plan: Plan,
    people: Iterable[tuple[pl.DataFrame, pl.Series]],
    makings: Makings,
    counters: Counters,
    others: "_Others",
) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Yield what leaves, block by block, and whose row each is."""
    forms = {each.field.out: form_of(each.field, each.kind, makings) for each in plan.fields}
    for rows, numbers in people:
        table = rows.select(form(rows, numbers).alias(out) for out, form in forms.items())
        for each in plan.fields:
            if each.field.op in READ_FORMS:
                _count_unreadable(
                    counters, each.field.out, rows, _unreadable(rows[each.field.source], table[each.field.out])
                )
        others.see(rows, table, numbers)
        yield table, numbers
    _expected(plan, counters)


class _Others:
    """People who are looked up for somebody else's row: they are in what leaves as well, and so in the index.

    Rows that are given up later for the sake of risk are counted too: rather one too many than one too few.
    """

    def __init__(self, plan: Plan, population: Population, index: Index) -> None:
        kinds = {each.field.out: each.kind for each in plan.fields}
        self._exposed = {source: {out: kinds[out] for out in outs} for source, outs in of_others(plan.purpose).items()}
        self._sources = plan.purpose.source
        self._population = population
        self._index = index

    def see(self, rows: pl.DataFrame, table: pl.DataFrame, numbers: pl.Series) -> None:
        """Record who was looked up for a block of rows; not for those of canaries."""
        for source, exposed in self._exposed.items():
            masks = masks_of_rows(table, exposed)
            there = (numbers < FIRST_NUMBER_OF_NOBODY).fill_null(value=True) & pl.Series(masks != 0)
            subject = self._sources[source].subject
            found = rows.filter(there).select(pl.col(f"{source}.{name}").alias(name) for name in subject.columns)
            self._index.add_rows(_numbers(subject, self._population, found), masks[there.to_numpy()])


def _finished(
    plan: Plan, blocks: Iterator[tuple[pl.DataFrame, pl.Series]], finish: Finish, counters: Counters
) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Yield the whole table as it leaves; rows that were given up are not among those that left."""
    none = (pl.DataFrame(schema={each.field.out: pl.String for each in plan.fields}), pl.Series(dtype=pl.UInt32))
    tables, people = zip(*(none, *blocks), strict=True)
    table, numbers = finish(pl.concat(tables), pl.concat([each.cast(pl.UInt32) for each in people]))
    counters.rows_out = table.height - int((numbers >= FIRST_NUMBER_OF_NOBODY).sum())
    yield table, numbers


def cut_answers(
    plan: Plan, population: Population, counters: Counters, *, progress: Progress = silent
) -> Iterator[pl.DataFrame]:
    """Yield, block by block, what an answer table is made of.

    Columns: :data:`NUMBER` (the person), the columns of the purpose's keys as they stand in the sources, and
    :data:`ANSWER`, the place of the answer in the purpose's list, from 0. Who of them can be asked about, and so is in
    the table, is for the desk to say; :func:`expose` records it.

    Raises:
        Refused: a surprising number of rows, or a looked-up key that is not unique.
        Unreadable: a source is damaged.
    """
    for rows in ahead(_rows(plan, counters, progress)):
        numbers = _people(plan, population, rows)
        yield rows.select(*key_columns(plan.purpose), _answer(plan).alias(ANSWER)).with_columns(numbers.alias(NUMBER))
    _expected(plan, counters)


def _people(plan: Plan, population: Population, rows: pl.DataFrame) -> pl.Series:
    """Return the number of the person each row is about; null where nothing tells it.

    Who is known by a code in one table and by name, birth date and address in the next is one person in both.
    """
    return _numbers(plan.main.subject, population, rows)


def _numbers(subject: Subject, population: Population, rows: pl.DataFrame) -> pl.Series:
    is_household = subject.column and subject.kind == "household"  # a code of several people tells none of them
    identities = rows.select(**subject.identity) if subject.identity and not is_household else None
    if subject.column:
        return population.number(rows[subject.column], kind(subject.kind), identities)
    assert identities is not None, "the purpose file's shape sees to it"
    return population.number_identities(identities)


def expose(index: Index, numbers: pl.Series, kind_id: str) -> None:
    """Record in the index that these people's datum of one kind is in what leaves; a null is nobody, and so is a canary."""
    index.add(numbers.filter(numbers < FIRST_NUMBER_OF_NOBODY).to_numpy().astype(np.uint32), kind(kind_id))


def _rows(plan: Plan, counters: Counters, progress: Progress) -> Iterator[pl.DataFrame]:
    """Yield the rows that stay, with every column that anything in the plan names."""
    look_ups = [_look_up(plan, join) for join in plan.purpose.rows.join]
    counters.joins = [each.partners for each in look_ups]
    needed = _needed(plan, plan.purpose.rows.source)
    keep = to_polars(plan.where) if plan.where else pl.lit(value=True)
    tables = plan.tables[plan.purpose.rows.source]
    for table in tables:
        file = f"{table.path.name} " if len(tables) > 1 else ""
        row = 2  # below the header
        for block in table.frames(needed, strict=True):
            counters.rows_in += block.height
            places = pl.int_range(row, row + block.height, dtype=pl.UInt32)
            rows = block.with_columns(places.alias(_ROW), pl.lit(file).alias(_FILE))
            row += block.height
            for look_up in look_ups:
                rows = look_up.onto(rows)
            rows = rows.filter(keep)
            _must_be_people(plan, rows)
            counters.rows_out += rows.height
            yield rows
            progress(block.height)


def _look_up(plan: Plan, join: Join) -> LookUp:
    """Read the columns of a joined source that the plan names, of the rows that fit."""
    needed = _needed(plan, join.source)
    blocks = [block for table in plan.tables[join.source] for block in table.frames(needed, strict=True)]
    whole = pl.concat(blocks) if blocks else pl.DataFrame(schema=dict.fromkeys(needed, pl.String))
    return LookUp(join, whole.filter(to_polars(parse(join.where))) if join.where else whole)


def _needed(plan: Plan, source: str) -> list[str]:
    """Return the columns of a source that anything in the plan looks at."""
    looked_at = columns_looked_at(plan.purpose)
    return [column for column in plan.purpose.source[source].columns if (source, column) in looked_at]


def _must_be_people(plan: Plan, rows: pl.DataFrame) -> None:
    """Refuse a line of totals, or the header once more in the middle: each would get a case number as if it were somebody."""
    column = plan.main.subject.columns[0]
    words = {*_NOBODY, _BLANKS.sub("", column).lower()}
    texts = rows[column].filter(~rows[column].str.contains(_CODE)).unique()
    found = [text for text in texts if text is not None and _BLANKS.sub("", text).lower() in words]
    if found:
        at = _places(rows.filter(rows[column].is_in(found)))
        source = plan.purpose.rows.source
        raise Refused("cut.row_of_nobody", source=source, column=column, rows=len(at), row=at[0])


def _unreadable(cells: pl.Series, out: pl.Series) -> pl.Series:
    """Tell of each cell whether it said something and left as nothing."""
    return ((cells.str.strip_chars() != "") & out.is_null()).fill_null(value=False)


def _count_unreadable(counters: Counters, out: str, rows: pl.DataFrame, unreadable: pl.Series) -> None:
    counters.unreadable[out] += int(unreadable.sum())
    named = counters.unreadable_rows[out]
    if len(named) < _ROWS_NAMED:
        named += _places(rows.filter(unreadable).head(_ROWS_NAMED - len(named)))


def _places(rows: pl.DataFrame) -> list[str]:
    """Return where rows stand in their source, with the file's name if it has several."""
    return [f"{file}{row}" for file, row in rows.select(_FILE, _ROW).iter_rows()]


def _answer(plan: Plan) -> pl.Expr:
    """Return the place of the first answer whose condition holds; the last one has no condition."""
    answer: pl.Expr = pl.lit(len(plan.answers) - 1)
    for place, (_, where) in reversed(list(enumerate(plan.answers[:-1]))):
        assert where is not None
        answer = pl.when(to_polars(where).fill_null(value=False)).then(pl.lit(place)).otherwise(answer)
    return answer.cast(pl.UInt8)


def _expected(plan: Plan, counters: Counters) -> None:
    expect = plan.purpose.rows.expect
    if expect and not expect.min <= counters.rows_out <= expect.max:
        raise Refused("cut.unexpected_rows", rows=counters.rows_out, least=expect.min, most=expect.max)

"""Whether what leaves a pseudonymised or anonymised cut holds what may not: all of it is searched, by ``detect``.

Numbers are counted over every cell, with their check digits; columns are judged as a scan judges them; cells with letters
are read as running text, once a distinct value. What a form makes by itself (a token, a year, a municipality) is not
searched. One find refuses the cut, and the refusal names field, kind and how many cells, never a value.

``detect`` knows what data looks like and ``cut`` what a purpose lets out; each keeps to itself, so they meet here.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sekisho.custody.cell_spans import spans_in_cells
from sekisho.cut.field import NOBODYS, TOKENS
from sekisho.cut.law.findings import Finding
from sekisho.cut.law.rules import Rule, rules_of
from sekisho.cut.plan import Plan
from sekisho.detect.columns import judge
from sekisho.detect.evidence import ColumnProfile
from sekisho.detect.examine import Plan as Asked
from sekisho.detect.examine import examine, nothing
from sekisho.detect.headers import read_header
from sekisho.detect.labels import labels_of
from sekisho.detect.packs import built_in_rules
from sekisho.detect.people import Counting
from sekisho.detect.places import holds_by_chance
from sekisho.detect.profiles import column_profiles, matched_cells
from sekisho.detect.sample import Room
from sekisho.detect.text.found import MEDIUM
from sekisho.errors import Refused
from sekisho.kinds.taxonomy import Kind, kind
from sekisho.readers.blocks import Shape, blocks
from sekisho.readers.problems import Problems
from sekisho.readers.records import DIALECT, Records
from sekisho.readers.tables import Table

_OURS = (TOKENS - {"token.ff1"}) | NOBODYS | {
    "constant", "flag", "mask.all", "date.year", "date.month", "date.shift", "postcode.area", "address.area", "age.band",
    "number.band",
}  # fmt: skip
"""Forms of which nothing that stands in a cell gets out unread."""

_SEED = 20220621
_BARE = r"^[0-9０-９\s:+()/.,\-]*$"
_CHECKED = {"my_number": "my_number", "payment_card": "payment_card"}
_REMEMBERED = 4_000_000  # distinct values of a column, so that memory stays flat

# After which check a find is refused: the first whose flags a kind has.
_FAMILIES = {
    "codes": frozenset({"identification_code", "my_number"}),
    "harm": frozenset({"financial_harm", "secret"}),
    "contacts": frozenset({"contact"}),
    "identifiers": frozenset({"direct"}),
}


class Verifier:
    """Searches, block by block, what leaves; told at the end what was found."""

    def __init__(self, plan: Plan) -> None:
        """Search what a plan lets out, if its legal basis has rules on it."""
        rules = rules_of(plan.purpose.purpose.basis)
        self._basis = plan.purpose.purpose.basis
        self._asks = {rule.after: rule for rule in rules if rule.after in _FAMILIES}
        self._fields = [each.field.out for each in plan.fields if each.field.op not in _OURS] if self._asks else []
        room = {name: int(value) for name, value in built_in_rules().scale.sample.items() if name in {"rows", "bytes"}}
        labels = labels_of(built_in_rules())
        self._asked = Asked(counting=Counting(None, None), labels=labels, room=Room(**room), seed=_SEED)
        self._part = nothing(len(self._fields), self._asked)
        self._texts = {field: _Texts() for field in self._fields}

    def see(self, table: pl.DataFrame) -> None:
        """Search a block of what leaves."""
        if not self._fields:
            return
        looked_at = table.select(self._fields)
        text = looked_at.fill_null("").write_csv(include_header=False, line_terminator="\n").encode()
        shape = Shape(dialect=DIALECT, width=len(self._fields), path=Path(), line=1, row=self._part.rows)
        for block in blocks([text], shape, strict=False, problems=Problems()):
            self._part += examine(block, self._asked, limit=self._part.sample.limit)
        for field in self._fields:
            self._texts[field].see(looked_at[field])

    def must_be_none(self) -> None:
        """Refuse the cut if anything was found that may not leave.

        Raises:
            Refused: with fields, kinds and numbers of cells.
        """
        by_rule: dict[str, list[str]] = {}
        for field, found, cells in self._found():
            if rule := self._rule(found):
                by_rule.setdefault(rule.id, []).append(f"{field} ({found.id}: {cells})")
        for rule in self._asks.values():
            if rule.id in by_rule:
                article = f"{rule.id}: {rule.article} ({rule.article_en})"
                told = ", ".join(dict.fromkeys(by_rule[rule.id]))
                raise Refused("cut.law_found", basis=self._basis, article=article, found=told)

    def findings(self) -> Iterator[Finding]:
        """Yield that nothing was found, once for each requirement."""
        cells = int(self._part.counts.filled.sum())
        for rule in self._asks.values():
            yield Finding(rule=rule, severity="passed", key="searched", values={"cells": f"{cells:,}"})

    def _rule(self, found: Kind) -> Rule | None:
        families = (name for name, flags in _FAMILIES.items() if found.flags & flags)
        return next((self._asks[name] for name in families if name in self._asks), None)

    def _found(self) -> Iterator[tuple[str, Kind, int]]:
        """Yield field, kind and number of cells of everything that was found, whatever the law says of it."""
        if not self._part.rows:
            return
        rules = built_in_rules()
        readings = [read_header(field, rules) for field in self._fields]
        profiles, _ = column_profiles(self._table(), self._part, readings, rules)
        for field, profile, verdicts in zip(self._fields, profiles, judge(profiles, rules), strict=True):
            told = {verdict.kind for verdict in verdicts if verdict.level != "low"}
            yield from ((field, kind(each), matched_cells(each, profile, rules)[0]) for each in sorted(told))
            yield from ((field, kind(each), cells) for each, cells in _by_check_digit(profile) if each not in told)
            yield from ((field, kind(each), cells) for each, cells in self._texts[field].found() if each not in told)

    def _table(self) -> Table:
        """Return a table of the fields' names, which is all that judging a column asks of one."""
        source = Records(path=Path(), width=len(self._fields), written=lambda _: iter(()))
        columns = tuple(self._fields)
        return Table(path=Path(), name="", columns=columns, dialect=DIALECT, header=True, above=(), source=source)


def _by_check_digit(profile: ColumnProfile) -> Iterator[tuple[str, int]]:
    """Yield numbers whose check digit holds, unless it was tried often and held seldom: then it holds by chance."""
    for shape, kind_id in _CHECKED.items():
        cells = profile.inside.get(shape, 0)
        if cells and not profile.thing and not holds_by_chance(profile, shape):
            yield kind_id, cells


class _Texts:
    """The cells of a column that have letters: what was found in them, once a distinct value."""

    def __init__(self) -> None:
        self._seen = set[int]()
        self._kinds: dict[int, frozenset[str]] = {}
        self._cells: Counter[str] = Counter()

    def see(self, cells: pl.Series) -> None:
        """Search the values that were not there before, and count those in which something was found."""
        counted = cells.drop_nulls().alias("text").value_counts(name="count")
        counted = counted.filter(~pl.col("text").str.contains(_BARE))
        marks = counted["text"].hash(_SEED).to_list()  # only within this run, where no collision matters much
        new = [place for place, mark in enumerate(marks) if mark not in self._seen]
        texts = counted["text"].gather(new).to_list()
        for span in spans_in_cells([text.encode(errors="replace") for text in texts]):
            if span.level >= MEDIUM:
                mark = marks[new[span.cell]]
                self._kinds[mark] = self._kinds.get(mark, frozenset()) | {span.kind.id}
        self._seen.update(marks)
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
        if self._kinds:
            for mark, cell_count in zip(marks, counted["count"].to_list(), strict=True):
                for kind_id in self._kinds.get(mark, ()):
                    self._cells[kind_id] += cell_count

    def found(self) -> Iterator[tuple[str, int]]:
        """Yield each kind and how many cells hold it."""
        yield from sorted(self._cells.items())

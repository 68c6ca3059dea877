"""Learning the shape of a table in one pass, block by block, without keeping a value of it.

What is kept: shares, how cells are written, words that at least ``k`` different people have and whose kind the purpose
names, the first and last five years that ``k`` cells are of, hashes for :mod:`~sekisho.cut.test_data.seen`. The rest passes.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import permutations

import numpy as np
import polars as pl

from sekisho.cut.columns import kind_in
from sekisho.cut.parts import Source
from sekisho.cut.test_data.dates import days_of
from sekisho.cut.test_data.kinds import GUARDED, IN_WORDS, KEYS, NAMES
from sekisho.cut.test_data.names import is_part_of_a_name
from sekisho.cut.test_data.seen import BORN, Hashes, Seen, rising
from sekisho.cut.test_data.shape import ColumnShape, TableShape, Weighed
from sekisho.cut.test_data.styles import styles_of, usual_style

_SAMPLE = 4_096  # cells of a block whose writing is looked at
_DATED = 1_024  # of these, whose days are
_MOST_WORDS = 1_000
_MOST_WORDS_OF_A_KEY = 30  # a column of fewer different cells is one of relations
_NO_CELL_YET = 1 << 30
_YEARS, _LENGTHS = 5, 5  # what years and lengths are rounded to
_ONE_DIGIT = frozenset({"pattern/0", "pattern/1"})  # a flag of 0 and 1 must not become 7
_OPEN_STYLES = ("pattern/", "number/")  # those that could be one person's alone


class ColumnLearner:
    """What is known so far of a column."""

    def __init__(self, label: str, kind: str, *, keeps_words: bool, k: int) -> None:
        self._label = label
        self.kind = kind
        self._k = k
        self._counts: Counter[str] | None = Counter() if keeps_words else None
        self._owners: dict[str, set[int]] = {}
        self._styles: Counter[str] = Counter()
        self._spans: Counter[int] = Counter()
        self._lengths: Counter[int] = Counter()
        self._single: Counter[str] = Counter()
        self._cells = self._nulls = 0
        self._zeros = _NO_CELL_YET
        self._hashes: list[Hashes] = []

    def see(self, cells: pl.Series, owners: Hashes, hashes: Hashes | None) -> None:
        """Learn from a block."""
        self._cells += len(cells)
        self._nulls += cells.null_count()
        lengths = (cells.drop_nulls().str.len_chars() + (_LENGTHS - 1)) // _LENGTHS * _LENGTHS
        self._lengths.update(dict(lengths.value_counts().iter_rows()))
        if hashes is not None:
            self._hashes.append(hashes)
        some = cells.drop_nulls().head(_SAMPLE)
        if len(some):
            zeros = some.str.len_chars() - some.str.strip_chars_start("0").str.len_chars()
            self._zeros = min(int(zeros.to_numpy().min()), self._zeros)
        styles = styles_of(self.kind, self._label, some)
        self._single.update(some.filter(some.str.contains("^[0-9]$")).to_list())
        self._styles.update(dict(styles.value_counts().iter_rows()))
        dated = some.filter(styles.str.starts_with("date/")).head(_DATED)
        self._spans.update(day.year // _YEARS for day in days_of(dated) if day)
        if self._counts is not None:
            self._see_words(cells, owners)

    def _see_words(self, cells: pl.Series, owners: Hashes) -> None:
        assert self._counts is not None
        self._counts.update(dict(cells.drop_nulls().value_counts().iter_rows()))
        if len(self._counts) > _MOST_WORDS:  # these are no words but numbers or names
            self._counts, self._owners = None, {}
            return
        undecided = [word for word in self._counts if len(self._owners.get(word, ())) < self._k]
        block = pl.DataFrame({"word": cells, "owner": owners}).filter(pl.col("word").is_in(undecided))
        for word, owner in (
            block.unique(["word", "owner"]).group_by("word").agg(pl.col("owner").head(self._k)).iter_rows()
        ):
            self._owners.setdefault(word, set()).update(owner)

    def shape(self, *, domain: str, is_subject: bool) -> ColumnShape:
        """Return the column's shape."""
        words = self._words()
        return ColumnShape(
            label=self._label,
            kind=self.kind,
            domain=domain,
            is_subject=is_subject,
            nulls=self._nulls / max(self._cells, 1),
            words=words,
            styles=self._common_styles,
            years=self._rounded_years(),
            longest=self._rounded_length(),
            zeros=self._zeros % _NO_CELL_YET,
            distinct=len(self.distinct) if domain else 0,
            unique=self.is_unique,
        )

    @cached_property
    def _common_styles(self) -> Weighed:
        """How cells are written; what few write so could be one person's, and is left out."""
        digits = "".join(sorted(digit for digit, count in self._single.items() if count >= self._k))
        common = tuple(
            (f"code/{digits}" if digits and style in _ONE_DIGIT else style, float(count))
            for style, count in sorted(self._styles.items())
            if count >= self._k or not style.startswith(_OPEN_STYLES)
        )
        return common or ((usual_style(self.kind, self._label), 1.0),)

    def _rounded_length(self) -> int:
        """Return the largest length that cells of at least ``k`` rows have or exceed; 0 where there are fewer."""
        cells = 0
        for length, count in sorted(self._lengths.items(), reverse=True):
            cells += count
            if cells >= self._k:
                return length
        return 0

    def _words(self) -> Weighed:
        common = {word for word, owners in self._owners.items() if len(owners) >= self._k}
        counts = self._counts or Counter()
        return tuple((word, counts[word] / self._cells) for word in sorted(common) if word in counts)

    def _rounded_years(self) -> tuple[int, int] | None:
        spans = [span for span, count in self._spans.items() if count >= self._k]
        return (min(spans) * _YEARS, max(spans) * _YEARS + _YEARS - 1) if spans else None

    @cached_property
    def distinct(self) -> Hashes:
        """The hashes of all its values, if they were kept."""
        return rising(self._hashes)

    @property
    def is_of_keys(self) -> bool:
        """Whether tables are joined by it: by numbers of households, not by words such as 世帯主."""
        return self.kind in KEYS and len(self.distinct) > _MOST_WORDS_OF_A_KEY and not self._words()

    @property
    def is_unique(self) -> bool:
        """Whether no value stands in it twice, as far as values were looked at."""
        return bool(self._hashes) and len(self.distinct) == self._cells - self._nulls > 1


class TableLearner:
    """What is known so far of the table of a source."""

    def __init__(
        self, name: str, source: Source, header: Sequence[str], *, kinds: Sequence[str], k: int, seen: Seen
    ) -> None:
        self._name = name
        self._source = source
        self._header = tuple(header)
        self._seen = seen
        self._rows = 0
        self._rising, self._last = True, ""
        self._columns = dict[str, ColumnLearner]()
        for label in source.columns:
            found = kind_in(source, label)
            kind = found.id if found else ""
            keeps_words = kind in IN_WORDS and kind in kinds and label != source.subject.column
            self._columns[label] = ColumnLearner(label, kind, keeps_words=keeps_words, k=k)

    def see(self, rows: pl.DataFrame) -> None:
        """Learn from a block of rows."""
        self._rows += len(rows)
        subject = self._source.subject
        owners = self._seen.hashes(rows.select(pl.concat_str(subject.columns, ignore_nulls=True)).to_series())
        for label, learner in self._columns.items():
            cells = rows[label]
            hashed = None
            if learner.kind in GUARDED | KEYS or label == subject.column:
                known = cells.drop_nulls()
                hashed = rising([self._seen.hashes(known)])
                self._seen.add(learner.kind, hashed)
            learner.see(cells, owners, hashed)
        self._see_order(rows)
        self._see_people(rows)

    def _see_order(self, rows: pl.DataFrame) -> None:
        """Keep whether keys have risen so far; the last of a block is forgotten with the learner."""
        if not self._source.subject.column or not self._rising:
            return
        keys = rows[self._source.subject.column].drop_nulls()
        if len(keys):
            self._rising = keys[0] >= self._last and bool(keys.is_sorted())
            self._last = keys[-1]

    def _see_people(self, rows: pl.DataFrame) -> None:
        """Remember, as hashes, which names were born on which days."""
        names = [rows[label] for label, learner in self._columns.items() if learner.kind in NAMES]
        parts = [label for label in self._columns if is_part_of_a_name(label)]
        if len(parts) > 1:
            names += [rows.select(pl.concat_str(pair)).to_series() for pair in permutations(parts, 2)]
        for born in (label for label, learner in self._columns.items() if learner.kind == "birth_date"):
            distinct = rows[born].unique().drop_nulls()
            days = rows[born].replace_strict(distinct, days_of(distinct), default=None, return_dtype=pl.Date)
            for name in names:
                there = name.is_not_null() & days.is_not_null()
                self._seen.add(BORN, self._seen.pairs(name.filter(there), days.filter(there)))

    @property
    def keys(self) -> Hashes:
        """The hashes of the keys of its subjects."""
        column = self._source.subject.column
        return self._columns[column].distinct if column else np.zeros(0, np.uint64)

    @property
    def subject(self) -> str:
        """The domain of its subjects."""
        return self._source.subject.kind

    def shape(self, known: int) -> TableShape:
        """Return the table's shape, given how many of its people are in the table of most people."""
        subject = self._source.subject
        columns = []
        for label, learner in self._columns.items():
            is_subject = label == subject.column
            domain = learner.kind if is_subject or learner.is_of_keys else ""
            columns.append(learner.shape(domain=domain, is_subject=is_subject))
        return TableShape(
            source=self._name,
            header=self._header,
            columns=tuple(columns),
            rows=self._rows,
            keys=len(self.keys) if subject.column else self._rows,
            known=known if subject.column else self._rows,
            rising=self._rising and bool(subject.column),
            subject=self.subject,
        )

"""The small language of ``where``: comparisons, ``in``, ``is null``, ``and``, ``or``, ``not``. Nothing else.

    年度 == 2022 and 状態 in ['発送済', '返戻']
    not (benefit.振込済処理日時 is null) or 金額 >= 100000

A name is a column (``source.column`` for one that was looked up; in backquotes if it holds blanks or signs). Beside a
number a cell is read as a number, and one that is none (``NaN`` and ``inf`` are none) makes the comparison unknown; beside
a text it is compared as it stands. Unknown is not true: a row stays only if its expression is true. No function, no file
and no SQL can be reached.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from sekisho.errors import Unreadable

Comparison = Literal["==", "!=", "<=", ">=", "<", ">"]
Value = str | int | float


@dataclass(frozen=True, slots=True)
class Compare:
    """``column == value`` and its like."""

    column: str
    comparison: Comparison
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """``column in [value, …]``."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    """``column is null``: the cell holds no value."""

    column: str


@dataclass(frozen=True, slots=True)
class Not:
    """``not expression``."""

    inner: "Expression"


@dataclass(frozen=True, slots=True)
class Both:
    """``left and right``."""

    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Either:
    """``left or right``."""

    left: "Expression"
    right: "Expression"


Expression = Compare | OneOf | IsNull | Not | Both | Either

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<quoted>`[^`]+`)
      | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
      | (?P<word>[^\W\d][\w.]*)
    )""",
    re.VERBOSE,
)
_REST_IS_BLANK = re.compile(r"\s*\Z")
_DEEPEST = 50
_MOST_COMPARISONS = 200  # each is a level of the tree that is walked by recursion, here and in the engine
_EXACT_DIGITS = 15  # of a decimal number in a 64-bit float
_COMPARE: dict[Comparison, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        Unreadable: it is none, or longer than any person would write; the message shows up to where it was understood.
    """
    return _Parser(text).whole()


def columns_of(expression: Expression) -> set[str]:
    """Return the names of the columns an expression looks at."""
    match expression:
        case Compare() | OneOf() | IsNull():
            return {expression.column}
        case Not():
            return columns_of(expression.inner)
        case Both() | Either():
            return columns_of(expression.left) | columns_of(expression.right)


def to_polars(expression: Expression) -> pl.Expr:
    """Return the expression for a frame of text columns; null where it is unknown."""
    match expression:
        case Compare(column, comparison, value):
            cell = pl.col(column) if isinstance(value, str) else _number(column)
            return _COMPARE[comparison](cell, pl.lit(value))
        case OneOf(column, values):
            return pl.any_horizontal(_among(column, values))
        case IsNull(column):
            return pl.col(column).is_null()
        case Not(inner):
            return ~to_polars(inner)
        case Both(left, right):
            return to_polars(left) & to_polars(right)
        case Either(left, right):
            return to_polars(left) | to_polars(right)


def _among(column: str, values: tuple[Value, ...]) -> Iterator[pl.Expr]:
    """Yield whether a cell is one of the texts, and whether it is one of the numbers, where there are such values."""
    if texts := [value for value in values if isinstance(value, str)]:
        yield pl.col(column).is_in(texts)
    if numbers := [float(value) for value in values if not isinstance(value, str)]:
        yield _number(column).is_in(numbers)


def _number(column: str) -> pl.Expr:
    """Return a column's cells as numbers, null where they are none; the engine orders NaN above every number."""
    number = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


class _Parser:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._at = 0
        self._depth = 0
        self._comparisons = 0

    def whole(self) -> Expression:
        expression = self._either()
        if self._at != len(self._tokens):
            raise self._failure()
        return expression

    def _split(self) -> Iterator[tuple[str, str, int]]:
        at = 0
        while not _REST_IS_BLANK.match(self._text, at):
            match = _TOKEN.match(self._text, at)
            if match is None:
                raise self._not_understood(at)
            yield str(match.lastgroup), match[match.lastgroup or 0], at
            at = match.end()

    def _either(self) -> Expression:
        left = self._both()
        while self._take("or"):
            left = Either(left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._not()
        while self._take("and"):
            left = Both(left, self._not())
        return left

    def _not(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._failure()
        try:
            if self._take("not"):
                return Not(self._not())
            if self._take("("):
                inner = self._either()
                self._expect(")")
                return inner
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Expression:
        self._comparisons += 1
        if self._comparisons > _MOST_COMPARISONS:
            raise Unreadable("cut.long_expression", most=_MOST_COMPARISONS)
        column = self._column()
        if self._take("is"):
            negated = self._take("not")
            self._expect("null")
            return Not(IsNull(column)) if negated else IsNull(column)
        if self._take("not"):
            self._expect("in")
            return Not(OneOf(column, self._list()))
        if self._take("in"):
            return OneOf(column, self._list())
        for comparison in _COMPARE:
            if self._take(comparison):
                return Compare(column, comparison, self._value())
        raise self._failure()

    def _list(self) -> tuple[Value, ...]:
        self._expect("[")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._expect("]")
        return tuple(values)

    def _column(self) -> str:
        kind, token = self._next()
        if kind == "quoted":
            return token[1:-1]
        if kind != "word" or token in {"and", "or", "not", "in", "is", "null"}:
            self._at -= 1
            raise self._failure()
        return token

    def _value(self) -> Value:
        kind, token = self._next()
        if kind == "text":
            return token[1:-1]
        if kind == "number" and sum(sign.isdigit() for sign in token) <= _EXACT_DIGITS:
            return float(token) if "." in token else int(token)
        self._at -= 1
        raise self._failure()

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise self._failure()
        kind, token, _ = self._tokens[self._at]
        self._at += 1
        return kind, token

    def _take(self, token: str) -> bool:
        if self._at < len(self._tokens):
            kind, found, _ = self._tokens[self._at]
            if kind in {"word", "sign"} and found == token:
                self._at += 1
                return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self._failure()

    def _failure(self) -> Unreadable:
        return self._not_understood(self._tokens[self._at][2] if self._at < len(self._tokens) else len(self._text))

    def _not_understood(self, at: int) -> Unreadable:
        rest = self._text[at:].strip() or "…"
        return Unreadable("cut.bad_expression", understood=self._text[:at].strip(), rest=rest[:40])

"""Nothing leaves that the purpose does not name: secrets are planted everywhere and searched for in what comes out."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from cut_tables import ANSWER, REGISTER, ROWS, Row, answered, carry_out, changed, plan_of, refusal, write_city

from sekisho.cut.forms.form import Makings
from sekisho.cut.run import cut_rows
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.people.index import Index
from sekisho.people.population import Population

COLUMNS = REGISTER[0]
KEPT = {"氏名カナ"}
MASKED = "口座番号"


def secret(row: int, column: str) -> str:
    return f"{COLUMNS.index(column)}{row:03d}ヒミツ{random.Random(f'{row}{column}').randrange(10**9):09d}"


def planted(rows: int = 40) -> list[Row]:
    return [COLUMNS, *(tuple(secret(row, column) for column in COLUMNS) for row in range(rows))]


def parts(text: str, size: int = 4) -> Iterator[str]:
    """Every passage of a secret that would betray it."""
    return (text[at : at + size] for at in range(len(text) - size + 1))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_no_secret_of_a_dropped_column_is_in_the_table(tmp_path: Path, encoding: str) -> None:
    write_city(tmp_path, register=planted())
    made = carry_out(tmp_path, f'{ROWS}\n[output]\nencoding = "{encoding}"\n')
    table = made.data.decode(encoding)
    for row in range(40):
        assert secret(row, "氏名カナ") in table
        for column in set(COLUMNS) - KEPT:
            assert secret(row, column) not in table
            assert secret(row, column)[-9:-3] not in table


def test_no_four_characters_of_a_masked_value_are_in_the_table(tmp_path: Path) -> None:
    write_city(tmp_path, register=planted())
    masked = carry_out(tmp_path, ROWS).column("口座末尾")
    for row, shown in enumerate(masked):
        assert shown.endswith(secret(row, MASKED)[-3:])
        assert not any(part in shown for part in parts(secret(row, MASKED)))


@pytest.mark.parametrize(
    "operation",
    ["flag", "mask.last", "date.year", "date.month", "postcode.area", "constant", "token.serial", "test.data"],
)
@pytest.mark.parametrize(
    ("column", "kind"), [("生年月日", "birth_date"), ("郵便番号", "postal_code"), ("統一コード", "resident_code")]
)
def test_no_form_but_keeping_lets_a_value_out(tmp_path: Path, operation: str, column: str, kind: str) -> None:
    """Whatever is in the cell: a code, a date, a postal code, a name in the wrong column."""
    values = ["昭和39年4月17日", "1964-04-17", "660-0051", "6600051", "090-1234-5678", "山田　太郎", "000012345678"]
    place = COLUMNS.index(column)
    rows = [(*(f"{n}" for _ in range(place)), value, *["x"] * (5 - place)) for n, value in enumerate(values)]
    write_city(tmp_path, register=[COLUMNS, *rows])
    subject = ROWS.replace(
        'subject = { column = "統一コード" }', f'subject = {{ column = "{column}", kind = "{kind}" }}'
    )
    subject = subject.replace('kinds = ["case_number"', 'kinds = ["case_number", "resident_code"')
    text = subject[: subject.index("[[field]]")] + (
        f'[[field]]\nout = "x"\nfrom = "{column}"\nop = "{operation}"\nkind = "{kind}"\nwhy = "w"\n'
    )
    table = carry_out(tmp_path, text).data.decode()
    assert not any(value in table for value in values)


def test_neither_conditions_nor_look_ups_let_their_columns_out(tmp_path: Path) -> None:
    write_city(
        tmp_path,
        register=planted(),
        benefit=[("コード", "状態", "金額", "振込日"), ("x", "ヒミツ状態", "9", "ヒミツ日")],
    )
    text = changed(ROWS, ("[rows]", "[rows]\nwhere = \"世帯番号 != 'x' and benefit.状態 is null and 生年月日 != 'x'\""))
    made = carry_out(tmp_path, text)
    assert made.counters.rows_out == 40
    assert "ヒミツ状態" not in made.data.decode()
    assert made.rows()[0] == ["整理番号", "カナ", "口座末尾", "振込済"]


def test_the_index_and_the_answers_hold_no_value(tmp_path: Path) -> None:
    write_city(tmp_path, register=planted())
    index = carry_out(tmp_path, ROWS).index.encode()
    assert "ヒミツ".encode() not in index
    frame = answered(tmp_path, ANSWER)
    assert frame.columns == ["氏名カナ", "生年月日", "郵便番号", "answer", "number"]


def test_a_run_writes_nothing_but_to_its_sink(tmp_path: Path) -> None:
    write_city(tmp_path, register=planted())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*")}
    carry_out(tmp_path, ROWS)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_no_error_shows_a_cell(tmp_path: Path) -> None:
    rows = [*planted(), tuple(f"😀{secret(99, column)}" for column in COLUMNS)]
    write_city(tmp_path, register=rows, benefit=[("コード", "状態", "金額", "振込日"), *[("ヒミツ",) * 4] * 2])
    twice = refusal(lambda: carry_out(tmp_path, ROWS))
    unmappable = refusal(lambda: carry_out(tmp_path, f'{without_join()}\n[output]\nencoding = "cp932"\n'))
    assert (twice.key, unmappable.key) == ("cut.join_not_unique", "cut.unmappable")
    for problem in (twice, unmappable):
        assert "ヒミツ" not in f"{problem.what('ja')}{problem.what('en')}{problem.values}{problem!r}"


def without_join() -> str:
    head, _, rest = ROWS.partition("[[rows.join]]")
    return head + rest[rest.index("[[field]]") : rest.index('[[field]]\nout = "振込済"')]


class Full(io.RawIOBase):
    """A sink that takes so many bytes, then fails as a full disk does."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, data: object, /) -> int:
        assert isinstance(data, bytes)
        self.room -= len(data)
        if self.room < 0:
            raise OSError(28, "No space left on device")
        return len(data)


def test_a_sink_that_fails_ends_the_run_at_once(tmp_path: Path) -> None:
    """What was written until then is the caller's to throw away; nothing is written beside it."""
    write_city(tmp_path, register=planted())
    before = sorted(tmp_path.rglob("*"))
    tokens = CaseTokens(random.Random(1).randbytes)
    with pytest.raises(OSError, match="No space"):
        cut_rows(plan_of(tmp_path, ROWS), Population(), Makings(tokens=tokens), Index(), Full(100))
    assert sorted(tmp_path.rglob("*")) == before

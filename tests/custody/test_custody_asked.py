"""Everybody is found by every spelling that was made ready, and by no other."""

import numpy as np
import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.canon.name import kana
from sekisho.custody.asked import Asked, readings
from sekisho.cut.parts import Keys
from sekisho.cut.run import ANSWER, NUMBER
from sekisho.desk.answer_table import CANNOT_TELL, NOT_FOUND, AnswerTable, Built
from sekisho.desk.query import Asker, question
from sekisho.people.index import Index

ASKER = Asker(bytes(range(32)), door="capsule", purpose="kyufu", version="1")
KEYS = Keys(kana=["カナ", "旧姓カナ"], birth_date="生年月日", postal_code=["郵便番号", "旧郵便番号"])
Row = tuple[str | None, str | None, str | None, str | None, str | None]
COLUMNS = ("カナ", "旧姓カナ", "生年月日", "郵便番号", "旧郵便番号")

HANAKO: Row = ("ヤマダ　ハナコ", "スズキ　ハナコ", "昭和39年4月1日", "660-0051", None)


def built(*blocks: list[tuple[Row, int]], index: Index | None = None, rows_at_least: int = 0) -> tuple[Built, Asked]:
    asked, number = Asked(KEYS, index or Index(), ("lookup_token", "benefit_status")), 0
    for block in blocks:
        frame = pl.DataFrame([row for row, _ in block], schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
        numbers = pl.Series(NUMBER, range(number, number + len(block)), dtype=pl.UInt32)
        number += len(block)
        asked.take(frame.with_columns(numbers, pl.Series(ANSWER, [each for _, each in block], dtype=pl.UInt8)), ASKER)
    return asked.table(rows_at_least=rows_at_least, randomness=np.random.default_rng(1).bytes), asked


def ask(table: Built, name: str, birth: str, code: str) -> int | None:
    wanted = question(name, birth, code)
    assert wanted is not None
    return AnswerTable(table.data, ASKER).ask(wanted)


def test_a_person_is_found_by_each_reading_and_each_postal_code() -> None:
    table, asked = built([(HANAKO, 1)], [(("サトウ　ジロウ", None, "1950-01-02", "6600001", "660-0002"), 0)])
    for name in ("やまだ はなこ", "ｽｽﾞｷ ﾊﾅｺ"):
        assert ask(table, name, "1964/4/1", "６６０００５１") == 2
    for code in ("660-0001", "6600002"):
        assert ask(table, "サトージロー", "S25.1.2", code) == 1
    assert (table.rows, table.shared, table.undecided, asked.unanswerable) == (4, 0, 0, 0)


def test_one_reading_written_in_two_ways_is_one_token_of_one_person() -> None:
    table, _ = built([(("ユウコ", "ユーコ", "1964-04-01", "660-0051", "6600051"), 1)])
    assert (table.rows, table.shared, table.undecided) == (1, 0, 0)


def test_two_people_on_one_token_keep_equal_answers_and_else_cannot_be_told() -> None:
    former = ("スズキ ハナコ", None, "1964-04-01", "6600051", None)
    assert ask(built([(HANAKO, 1), (former, 1)])[0], "スズキハナコ", "1964-04-01", "6600051") == 2
    table, _ = built([(HANAKO, 1)], [(former, 0)])
    assert ask(table, "スズキハナコ", "1964-04-01", "6600051") == CANNOT_TELL
    assert ask(table, "ヤマダハナコ", "1964-04-01", "6600051") == 2
    assert (table.rows, table.shared, table.undecided) == (2, 1, 1)


def test_who_has_no_whole_key_is_counted_and_not_in_the_index() -> None:
    index = Index()
    _, asked = built([((None, None, "1964-04-01", "6600051", None), 0), (HANAKO, 0)], index=index)
    assert (asked.unanswerable, index.people) == (1, 1)


def test_padding_is_found_by_nobody_and_hides_how_many_there_are() -> None:
    table, _ = built([(HANAKO, 1)], rows_at_least=1_000)
    assert (table.rows, len(AnswerTable(table.data, ASKER))) == (1_000, 1_000)
    assert ask(table, "ヤマダハナコ", "1964-04-01", "6600051") == 2
    assert ask(table, "ダレカ", "1964-04-01", "6600051") is NOT_FOUND
    assert built([(HANAKO, 1)], rows_at_least=1)[0].rows == 2


SIGNS = "アイウエオカガキコサシヂヅヴヲャッーハバパンあいうがぎゃ　 ・ｱｶﾞー゛\u3099\u309aヵヶＡaー髙=-"


@given(st.lists(st.none() | st.text(SIGNS, max_size=12), max_size=30))
@example(["カ\u3099アイ", "ｶﾞｱ", "ユウ　ウコ", "・", "", "ーー", "a-b"])
def test_a_column_of_readings_is_what_each_reading_is(cells: list[str | None]) -> None:
    found = readings(pl.Series(cells, dtype=pl.String))
    assert found.to_list() == [(kana(cell) or None) if cell is not None else None for cell in cells]

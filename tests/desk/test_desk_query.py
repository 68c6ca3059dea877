"""However a person is typed, the question is one; and no two questions, keys or purposes share a token."""

import json
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from desk_people import KEY, asker, people
from hypothesis import given
from hypothesis import strategies as st

from conftest import VECTORS
from sekisho.desk.query import TOKEN_BYTES, Asker, Question, question
from sekisho.errors import Unreadable

CASES: list[dict[str, Any]] = json.loads((VECTORS / "desk" / "tokens.json").read_text(encoding="utf-8"))["cases"]

# shared/vectors/loss/desk.yaml: spellings that must reach the same record, and dates with their ISO form.
SAME_KANA = [
    ["ワタナベ", "わたなべ", "ﾜﾀﾅﾍﾞ", "ワタ ナベ", "ワタ　ナベ"],
    ["ユウコ", "ユーコ", "ゆうこ"],
    ["オオノ", "オーノ"],
    ["ヂ", "ジ"],
    ["か\u3099", "が"],
]
SAME_POSTCODE = ["660-0051", "６６０－００５１", "6600051", "660‐0051", "660−0051"]
DATES = {
    "昭和39年4月1日": "1964-04-01",
    "S39.4.1": "1964-04-01",
    "昭和64年1月7日": "1989-01-07",
    "平成元年1月8日": "1989-01-08",
    "H1/1/8": "1989-01-08",
    "平成31年4月30日": "2019-04-30",
    "令和元年5月1日": "2019-05-01",
    "大正15年12月24日": "1926-12-24",
    "１９６４年４月１日": "1964-04-01",
}


@pytest.mark.parametrize("spellings", SAME_KANA)
def test_spellings_of_one_name_are_one_question(spellings: list[str]) -> None:
    asked = {question(each, "1964-04-01", "6600051") for each in spellings}
    assert len(asked) == 1
    assert None not in asked


def test_spellings_of_one_postal_code_are_one_question() -> None:
    assert {question("ワタナベ", "1964-04-01", each) for each in SAME_POSTCODE} == {
        Question("ワタナベ", "1964-04-01", "6600051")
    }


@pytest.mark.parametrize("written", DATES)
def test_a_date_may_be_written_as_people_write_it(written: str) -> None:
    assert question("ワタナベ", written, "6600051") == Question("ワタナベ", DATES[written], "6600051")


def test_the_eight_spellings_of_everybody_are_one_question() -> None:
    for person in people(300):
        assert {question(*typed) for typed in person.spellings()} == {person.question}


@pytest.mark.parametrize(
    "typed",
    [
        ("", "1964-04-01", "6600051"),
        ("　 ", "1964-04-01", "6600051"),
        ("・", "1964-04-01", "6600051"),
        ("ワタナベ", "", "6600051"),
        ("ワタナベ", "1964-02-30", "6600051"),
        ("ワタナベ", "1964", "6600051"),
        ("ワタナベ", "1964-04-01", ""),
        ("ワタナベ", "1964-04-01", "660-005"),
        ("ワタナベ", "1964-04-01", "*"),
        ("%", "%", "%"),
        ("ワ" * 22_000, "1964-04-01", "6600051"),
    ],
)
def test_what_means_nothing_is_no_question(typed: tuple[str, str, str]) -> None:
    assert question(*typed) is None


@given(st.text(), st.text(), st.text())
def test_nothing_typed_breaks_a_question(kana: str, born: str, postcode: str) -> None:
    asked = question(kana, born, postcode)
    assert asked is None or len(asker().evaluate(asked)) == 32


KANA = st.text(alphabet="アイウガパヅョッーヴわをゐﾜﾀﾊｰ・ 　A", min_size=1, max_size=8)


@given(KANA, st.dates(), st.integers(0, 9_999_999))
def test_a_question_asked_again_in_its_own_form_is_the_same(kana: str, born: object, code: int) -> None:
    asked = question(kana, str(born), f"{code:07d}")
    assert asked is None or question(*asked) == asked


# --- tokens


@pytest.mark.parametrize("case", CASES)
def test_tokens_are_the_published_ones(case: dict[str, Any]) -> None:
    one = asker(bytes.fromhex(case["key"]), door=case["door"], purpose=case["purpose"], version=case["version"])
    asked = Question(case["kana"], case["birth_date"], case["postal_code"])
    assert one.evaluate(asked).hex() == case["p"]


def test_a_character_that_moves_to_the_next_field_is_another_question() -> None:
    """Joined without lengths, ``1|23`` would be ``12|3``."""
    moved = [Question("1", "23", ""), Question("12", "3", ""), Question("", "123", ""), Question("1", "2", "3")]
    assert len({asker().evaluate(each) for each in moved}) == 4


def test_a_character_that_moves_between_door_purpose_and_version_is_another_desk() -> None:
    askers = [
        asker(door="a", purpose="bc", version="d"),
        asker(door="ab", purpose="c", version="d"),
        asker(door="a", purpose="b", version="cd"),
        asker(door="a", purpose="bcd", version=""),
    ]
    asked = people(1)[0].question
    assert len({each.evaluate(asked) for each in askers}) == 4


FIELD = st.text(alphabet="ab\x00\x01", max_size=3)
QUESTIONS = st.builds(Question, FIELD, FIELD, FIELD)


@given(QUESTIONS, QUESTIONS)
def test_two_questions_share_a_token_only_if_they_are_one(one: Question, other: Question) -> None:
    tokens = [asker().evaluate(each)[:TOKEN_BYTES] for each in (one, other)]
    assert (tokens[0] == tokens[1]) == (one == other)


def test_another_key_door_purpose_or_version_shares_no_token() -> None:
    askers = [
        asker(),
        asker(bytes(32)),
        asker(door="A"),
        asker(purpose="kyufu-2"),
        asker(version="2"),
    ]
    everybody = people(400)
    tokens = [{each.evaluate(person.question)[:TOKEN_BYTES] for person in everybody} for each in askers]
    assert [len(each) for each in tokens] == [400] * 5
    assert not any(one & other for one, other in combinations(tokens, 2))


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_its_full_size(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Asker(bytes(size), door="capsule", purpose="kyufu", version="1")


def test_a_reading_as_long_as_a_length_can_say_is_a_question_and_a_longer_one_is_refused() -> None:
    assert question("ソ" * 21_845, "1964-04-01", "6600051") is not None
    assert len(asker().evaluate(Question("x" * 65_535, "", ""))) == 32
    with pytest.raises(Unreadable) as caught:
        asker().evaluate(Question("ヒ" * 22_000, "1964-04-01", "6600051"))
    assert caught.value.key == "desk.reading_too_long"
    assert "ヒ" not in caught.value.what("ja")


def test_neither_questions_nor_keys_show() -> None:
    asked = people(1)[0].question
    shown = f"{asked} {asked!r} {asker()!r} {[asked]}"
    assert not any(field in shown for field in asked)
    assert KEY.hex() not in shown


def test_a_column_of_questions_is_what_each_of_them_is() -> None:
    asked = [person.question for person in people(300)]
    columns = [pl.Series(cells) for cells in zip(*asked, strict=True)]
    found = asker().evaluate_all(columns, len(asked), keep=32)
    assert [code.tobytes() for code in found] == [asker().evaluate(each) for each in asked]


def test_a_reading_of_a_column_that_is_too_long_is_refused() -> None:
    columns = [pl.Series(["ア" * 30_000]), pl.Series(["1964-04-01"]), pl.Series(["6600051"])]
    with pytest.raises(Unreadable) as caught:
        asker().evaluate_all(columns, 1, keep=13)
    assert caught.value.key == "desk.reading_too_long"

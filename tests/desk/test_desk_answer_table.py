"""Everybody in the table gets their answer, nobody else gets one, and the table itself says nothing."""

import contextlib
import random
from collections import Counter
from collections.abc import Iterable

import pytest
from desk_people import asker, people
from hypothesis import given
from hypothesis import strategies as st

from sekisho.desk.answer_table import CANNOT_TELL, MAGIC, MOST_ANSWERS, NOT_FOUND, AnswerTable, Built, build
from sekisho.desk.query import Asker, Question, question
from sekisho.errors import SekishoError, Unreadable

ROW = 13


def built(asked: Iterable[tuple[Question, int]], by: Asker | None = None) -> Built:
    return build(asked, by or asker())


def opened(asked: Iterable[tuple[Question, int]]) -> AnswerTable:
    return AnswerTable(built(asked).data, asker())


def rows(data: bytes) -> list[bytes]:
    body = data.removeprefix(MAGIC)
    return [body[at : at + ROW] for at in range(0, len(body), ROW)]


def refused(data: bytes) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        AnswerTable(data, asker())
    return caught.value


def test_every_member_is_found_by_every_spelling_with_the_right_answer() -> None:
    everybody = people(2_000)
    table = opened((person.question, place % 5 + 1) for place, person in enumerate(everybody))
    assert len(table) == 2_000
    for place, person in enumerate(everybody):
        for typed in person.spellings():
            asked = question(*typed)
            assert asked is not None
            assert table.ask(asked) == place % 5 + 1


def test_no_stranger_is_found() -> None:
    """Neighbours in everything: the same names, dates and postal codes in other combinations."""
    both = people(12_000)
    members, strangers = both[:2_000], both[2_000:]
    table = opened((person.question, 1) for person in members)
    assert [table.ask(person.question) for person in strangers] == [NOT_FOUND] * 10_000


@given(st.lists(st.tuples(st.sampled_from([person.question for person in people(6)]), st.integers(1, 3)), max_size=20))
def test_a_table_says_what_a_dict_says(asked: list[tuple[Question, int]]) -> None:
    answers = dict[Question, set[int]]()
    for who, answer in asked:
        answers.setdefault(who, set()).add(answer)
    table, made = opened(asked), built(asked)
    for person in people(6):
        found = answers.get(person.question, set())
        expected = NOT_FOUND if not found else CANNOT_TELL if len(found) > 1 else min(found)
        assert table.ask(person.question) == expected
    assert made.rows == len(answers)
    assert made.shared == sum(count > 1 for count in Counter(who for who, _ in asked).values())
    assert made.undecided == sum(len(found) > 1 for found in answers.values())


def test_two_people_with_one_answer_keep_it_and_with_two_cannot_be_told() -> None:
    one, other, third = (person.question for person in people(3))
    table = opened([(one, 2), (one, 2), (other, 1), (other, 2), (other, 1), (third, 3)])
    assert [table.ask(each) for each in (one, other, third)] == [2, CANNOT_TELL, 3]


def test_a_table_of_nobody_finds_nobody() -> None:
    table = opened([])
    assert (len(table), table.ask(people(1)[0].question)) == (0, NOT_FOUND)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_table_of_few_finds_them(count: int) -> None:
    everybody = people(count)
    table = opened((person.question, 7) for person in everybody)
    assert [table.ask(person.question) for person in everybody] == [7] * count
    assert table.ask(people(1, seed=9)[0].question) is NOT_FOUND


def test_every_answer_up_to_the_last_comes_back() -> None:
    everybody = people(MOST_ANSWERS)
    table = opened((person.question, place) for place, person in enumerate(everybody, 1))
    assert [table.ask(person.question) for person in everybody] == list(range(1, 251))


@pytest.mark.parametrize("answer", [0, -1, 251, 256])
def test_an_answer_outside_its_range_is_a_mistake(answer: int) -> None:
    with pytest.raises(ValueError, match="1 to 250"):
        built([(people(1)[0].question, answer)])


# --- what the table shows


def test_a_row_is_thirteen_bytes() -> None:
    """The case's city is 460,517 × 13 = 5,986,721 bytes and the magic (desk.yaml, answer_capsule)."""
    assert len(built((person.question, 1) for person in people(100)).data) == len(MAGIC) + 100 * ROW
    assert 460_517 * ROW == 5_986_721


def test_rows_stand_in_the_order_of_their_tokens_whatever_the_order_of_people() -> None:
    asked = [(person.question, place % 3 + 1) for place, person in enumerate(people(500))]
    shuffled = random.Random(1).sample(asked, len(asked))
    data = built(asked).data
    assert built(shuffled).data == data
    assert rows(data) == sorted(rows(data))


def test_equal_answers_do_not_look_equal() -> None:
    hidden = Counter(row[-1] for row in rows(built((person.question, 1) for person in people(2_000)).data))
    assert len(hidden) > 240
    assert max(hidden.values()) < 30


def test_tokens_look_like_noise() -> None:
    counts = Counter(byte for row in rows(built((p.question, 1) for p in people(2_000)).data) for byte in row[:-1])
    assert len(counts) == 256
    assert all(40 < count < 160 for count in counts.values())


def test_no_field_of_anybody_is_in_the_table() -> None:
    everybody = people(300)
    data = built((person.question, 1) for person in everybody).data
    assert not any(field.encode() in data for person in everybody for field in person.question)


@pytest.mark.parametrize(
    "other",
    [asker(bytes(32)), asker(door="A"), asker(purpose="kyufu-2"), asker(version="2")],
    ids=["key", "door", "purpose", "version"],
)
def test_without_its_own_key_purpose_and_version_a_table_is_noise(other: Asker) -> None:
    everybody = people(1_000)
    data = built((person.question, 1) for person in everybody).data
    table = AnswerTable(data, other)
    assert all(table.ask(person.question) is NOT_FOUND for person in everybody)
    theirs = built(((person.question, 1) for person in everybody), other).data
    assert not {row[:12] for row in rows(data)} & {row[:12] for row in rows(theirs)}


# --- damage

WHOLE = built((person.question, 1) for person in people(5)).data


def test_a_truncated_table_is_refused() -> None:
    """Cut between two rows it would answer "not found" for who stood behind; the capsule's own seal tells that."""
    for size in range(len(WHOLE)):
        if (size - len(MAGIC)) % ROW or size < len(MAGIC):
            assert refused(WHOLE[:size]).key == "desk.damaged_table"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SKANS2\n" + WHOLE[7:],
        b"SKIDX1\n" + WHOLE[7:],
        WHOLE[7:],
        WHOLE + b"\x00",
        MAGIC + b"".join(rows(WHOLE)[::-1]),
        MAGIC + rows(WHOLE)[0] + WHOLE[7:],
        WHOLE[:7] + b"\xff" * 12 + WHOLE[19:],
    ],
    ids=["empty", "newer", "an index", "no magic", "longer", "reversed", "a row twice", "out of order"],
)
def test_a_damaged_table_is_refused(data: bytes) -> None:
    """In another order the search would miss people who are there."""
    problem = refused(data)
    assert (type(problem), problem.key) == (Unreadable, "desk.damaged_table")


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=4))
def test_whatever_is_damaged_is_refused_or_answers_without_breaking(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(Unreadable):
        table = AnswerTable(bytes(data), asker())
        answers = [table.ask(person.question) for person in people(6)]
        assert all(answer is NOT_FOUND or 0 <= answer <= 255 for answer in answers)

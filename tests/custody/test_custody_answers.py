"""The answer instead of the people: asked in any spelling, silent about everybody else."""

import base64
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_office import ANSWERS, PEOPLE, Town
from sekisho.custody.answers import QUESTION, TABLE, OpenAnswers, QuestionFile, Words
from sekisho.errors import SekishoError, Unreadable

pytest_plugins = ("office_fixtures",)

YES, NO = Words(ja="対象です", en="yes"), Words(ja="対象ではありません", en="no")
WADA = ("ワダ シゲル", "1931-08-28", "688-0118")


def files(town: Town) -> tuple[bytes, bytes]:
    cut = next(cut for cut in reversed(town.cuts) if cut.profile == "answer")
    folder = town.home / "cuts" / cut.id
    return tuple(town.office.vault.read(folder / file.stored) for file in cut.files)  # type: ignore[return-value]


def answers(town: Town) -> OpenAnswers:
    return OpenAnswers(*files(town))


def recut(town: Town, *rows: str) -> OpenAnswers:
    """Cut again from a table of these rows."""
    town.write("people.csv", "".join([PEOPLE.splitlines(keepends=True)[0], *(f"{row}\n" for row in rows)]))
    town.cut("answers")
    return answers(town)


@pytest.mark.parametrize(
    "asked",
    [
        WADA,
        ("わだ　しげる", "昭和6年8月28日", "６８８０１１８"),
        ("ﾜﾀﾞｼｹﾞﾙ", "S6.8.28", "〒688-0118"),
    ],
)
def test_a_person_is_found_in_every_spelling_of_the_reading(town: Town, asked: tuple[str, str, str]) -> None:
    assert answers(town).ask(*asked) == YES


def test_the_answer_is_the_first_that_holds(town: Town) -> None:
    opened = answers(town)
    assert opened.ask("イワタヨシ", "大正13年12月4日", "6880119") == NO
    assert opened.ask("イソベワタル", "1988/2/11", "6880119") == YES
    assert opened.question == Words(ja="対象ですか", en="Eligible?")


@pytest.mark.parametrize(
    "asked", [("ワダシゲル", "1931-08-29", "6880118"), ("ワダシゲル", "1931-08-28", "6880119"), ("ワダシゲ", *WADA[1:])]
)
def test_one_wrong_field_finds_nobody(town: Town, asked: tuple[str, str, str]) -> None:
    assert answers(town).ask(*asked) == "not_found"


@pytest.mark.parametrize(
    "asked", [("", *WADA[1:]), (WADA[0], "昨日", WADA[2]), (WADA[0], WADA[1], "688"), ("", "", "")]
)
def test_what_means_nothing_is_unclear(town: Town, asked: tuple[str, str, str]) -> None:
    assert answers(town).ask(*asked) == "unclear"


def test_twins_of_one_name_whose_answers_differ_cannot_be_told(town: Town) -> None:
    opened = recut(
        town,
        "1,山,ヤマ,688-0001,住所,2000-01-01,,R4-1",
        "2,山,ヤマ,688-0001,住所,2000-01-01,,",
        "3,川,カワ,688-0001,住所,2000-01-01,,R4-2",
        "4,川,カワ,688-0001,住所,2000-01-01,,R4-3",
    )
    assert opened.ask("ヤマ", "2000-01-01", "6880001") == "cannot_tell"
    assert opened.ask("カワ", "2000-01-01", "6880001") == YES
    assert (town.cuts[-1].undecided, town.cuts[-1].people) == (1, 4)


def test_whoever_cannot_be_asked_about_is_counted_and_not_in_the_index(town: Town) -> None:
    recut(
        town,
        "1,山,,688-0001,住所,2000-01-01,,R4-1",
        "2,山,ヤマ,,住所,2000-01-01,,R4-1",
        "3,山,ヤマ,688-0001,住所,不明,,R4-1",
        "4,山,ヤマ,688-0001,住所,2000-01-01,,R4-1",
    )
    cut = town.cuts[-1]
    assert (cut.rows_out, cut.unanswerable, cut.people) == (4, 3, 1)


def test_who_is_in_the_table_without_being_anybody_is_counted(town: Town) -> None:
    """They can be asked about, so that at most so many more people are concerned if the table is lost."""
    recut(
        town,
        "1,山,ヤマ,688-0001,住所,2000-01-01,,R4-1",
        ",川,カワ,688-0001,住所,2000-01-01,,R4-1",
        "－,海,ウミ,688-0001,住所,2000-01-01,,",
        ",空,,688-0001,住所,2000-01-01,,",
    )
    cut = town.cuts[-1]
    assert (cut.people, cut.unresolved, cut.unanswerable) == (1, 2, 1)


def test_a_table_of_nobody_answers_nobody(town: Town) -> None:
    assert recut(town).ask(*WADA) == "not_found"
    assert town.cuts[-1].people == 0


def test_the_files_hold_nobodys_name_and_no_two_tables_share_a_token(town: Town) -> None:
    first = files(town)
    town.cut("answers")
    again = files(town)
    assert not any(text.encode() in first[0] + first[1] for text in ("ワダ", "和田", "0000000031", "688"))
    rows = [{table[start : start + 12] for start in range(7, len(table), 13)} for table, _ in (first, again)]
    assert len(rows[0]) == len(rows[1]) == 4
    assert not rows[0] & rows[1]


def test_the_key_of_another_table_finds_nobody(town: Town) -> None:
    table, _ = files(town)
    town.cut("answers")
    _, question = files(town)
    assert OpenAnswers(table, question).ask(*WADA) == "not_found"


# Damaged files.


def said(**changes: object) -> bytes:
    document: dict[str, Any] = {
        "v": 1, "purpose": "p", "version": "1", "key": base64.b64encode(bytes(32)).decode(),
        "question": {"ja": "か", "en": "?"}, "answers": [{"ja": "はい", "en": "yes"}],
    }  # fmt: skip
    return msgspec.json.encode(document | changes)


def test_a_question_of_the_right_form_is_read() -> None:
    assert OpenAnswers(b"SKANS1\n", said()).question == Words(ja="か", en="?")


@pytest.mark.parametrize(
    "question",
    [
        b"", b"\xff", b"{}", said(v=2), said(extra=1), said(key="!" * 44), said(key="あ" * 44), said(key="A" * 44),
        said(key=base64.b64encode(bytes(31)).decode()), said(key=""), said(purpose="p" * 70_000), said(answers="はい"),
    ],
)  # fmt: skip
def test_a_damaged_question_is_said_to_be_damaged(question: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        OpenAnswers(b"SKANS1\n", question)
    assert caught.value.key == "desk.damaged_table"


def test_a_question_with_fewer_answers_than_its_table_cannot_tell(town: Town) -> None:
    table, question = files(town)
    short = msgspec.structs.replace(msgspec.json.decode(question, type=QuestionFile), answers=[])
    assert OpenAnswers(table, msgspec.json.encode(short)).ask(*WADA) == "cannot_tell"


@given(st.integers(0, 300), st.integers(1, 255), st.booleans())
@settings(deadline=None, max_examples=100)
def test_no_damage_yields_anything_but_a_refusal_or_an_answer(at: int, by: int, in_table: bool) -> None:
    parts = [bytearray(b"SKANS1\n" + bytes(13) + bytes([1] * 13)), bytearray(said())]
    part = parts[0 if in_table else 1]
    part[at % len(part)] ^= by
    try:
        found = OpenAnswers(bytes(parts[0]), bytes(parts[1])).ask(*WADA)
    except SekishoError:
        return
    assert isinstance(found, Words) or found in ("not_found", "cannot_tell")


def test_names_of_the_files_are_what_the_opener_looks_for(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    town.carry(slip, "officer", "carrier")
    opened = town.open(slip)
    assert OpenAnswers(opened.read(TABLE), opened.read(QUESTION)).ask(*WADA) == YES
    assert ANSWERS.count("[[query.answer]]") == 2

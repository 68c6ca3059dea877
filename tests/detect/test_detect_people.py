import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.headers import read_header
from sekisho.detect.packs import built_in_rules
from sekisho.detect.people import Counting, Distinct, PersonKey, choose_counting, counting_by_header, distinct
from sekisho.readers.blocks import Block
from sekisho.readers.structure import measure

_RULES = built_in_rules()


def _block(*rows: str) -> Block:
    text = "".join(f"{row}\n" for row in rows).encode()
    width = rows[0].count(",") + 1
    ends = measure(text, delimiter=",", width=width)
    assert ends is not None
    return Block(text=text, ends=ends, width=width, first_row=0)


def _people(block: Block, *columns: int) -> Distinct:
    return distinct(block, Counting(PersonKey(columns, ("name",) * len(columns)), None))[0]


def _counting(*headers: str) -> Counting:
    return counting_by_header([read_header(header, _RULES) for header in headers], _RULES)


@pytest.mark.parametrize(
    ("headers", "people", "households"),
    [
        (("氏名", "個人番号", "統一コード"), ("resident_code",), None),
        (("氏名", "個人番号"), ("my_number",), None),
        (("住所", "生年月日", "氏名"), ("name", "birth_date", "address"), None),
        (("氏名",), ("name",), None),
        (("氏名", "生年月日", "電話番号", "メールアドレス"), ("name", "birth_date"), None),
        (("氏名", "住所", "電話番号"), ("name", "address"), None),
        (("氏名", "メールアドレス", "電話番号"), ("name", "phone", "email"), None),
        (("世帯主の統一コード", "申請受付日"), None, ("household",)),
        (("統一コード", "世帯番号"), ("resident_code",), ("household",)),
        (("続柄", "金額"), None, None),
    ],
)
def test_what_tells_people_apart(
    headers: tuple[str, ...], people: tuple[str, ...] | None, households: tuple[str, ...] | None
) -> None:
    counting = _counting(*headers)

    assert (counting.people.kinds if counting.people else None) == people
    assert (counting.households.kinds if counting.households else None) == households


def test_values_may_say_more_than_headers() -> None:
    assert choose_counting(["my_number", None], [None, None], _RULES).people == PersonKey((0,), ("my_number",))


def test_people_are_counted_once() -> None:
    block = _block("0001,a", '"0001",b', "0002,c", ",d", "0003,e")

    assert len(_people(block, 0)) == 3


def test_a_row_that_names_nobody_is_counted_apart() -> None:
    """A dash or NULL in the person's column is no person, whatever else the row says."""
    block = _block("0001,a", "-,b", "NULL,c", "－,d", ",e")

    for columns in ((0,), (0, 1)):
        found = _people(block, *columns)
        assert (len(found), found.untold) == (1, 4)


def test_a_person_is_all_parts_of_the_key_together_and_an_empty_one_is_a_part() -> None:
    block = _block("山田,1950-01-01", "山田,1980-01-01", "山田,1950-01-01", "山田,", "山田,-", "山田,NULL")

    found = _people(block, 0, 1)

    assert (len(found), found.untold) == (3, 0)


_PART = st.sampled_from(["", "-", "a", "b", "ab", "NULL", "山田"])


@given(rows=st.lists(st.tuples(_PART, _PART, _PART), min_size=1, max_size=30), cut=st.integers(0, 30))
def test_counting_agrees_with_sets(rows: list[tuple[str, str, str]], cut: int) -> None:
    blank = {"-": "", "NULL": ""}
    told = [tuple(blank.get(cell, cell) for cell in row) for row in rows if blank.get(row[0], row[0])]

    blocks = [_block(*(",".join(row) for row in some)) for some in (rows[:cut], rows[cut:]) if some]
    found = sum((_people(block, 0, 1, 2) for block in blocks), Distinct())

    assert (len(found), found.untold) == (len(set(told)), len(rows) - len(told))


def test_parts_of_a_table_add_up_in_any_order() -> None:
    parts = [_people(_block(*(f"{n % 700:04d}," for n in range(a, a + 100))), 0) for a in range(0, 2_000, 100)]

    forward, backward = sum(parts, Distinct()), sum(reversed(parts), Distinct())

    assert len(forward) == len(backward) == 700
    assert len(forward.runs) < 8


def test_no_key_counts_nobody() -> None:
    people, households = distinct(_block("a,b"), Counting(None, None))

    assert (len(people), len(households)) == (0, 0)


def test_households_are_counted_beside_people() -> None:
    block = _block("1,a", "2,a", "3,b")

    people, households = distinct(block, Counting(PersonKey((0,), ("resident_code",)), PersonKey((1,), ("household",))))

    assert (len(people), len(households)) == (3, 2)

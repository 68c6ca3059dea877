"""A person is found under every spelling of a key, never under somebody else's, and whoever finds nobody is counted."""

from pathlib import Path

import polars as pl
import pytest
from cut_tables import ANSWER, BENEFIT, REGISTER, ROWS, Row, answered, carry_out, changed, refusal, write_city
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.number import code
from sekisho.cut.look_up import LookUp, Partners, in_one_form, without_zeros
from sekisho.cut.parts import Join
from sekisho.errors import Refused
from sekisho.readers import tables as readers

JOIN = Join(source="b", on="a", to="k")
SPELLINGS = ["0002", "２", "０００２", "0002 ", "　0002", "2", "00 02", "000２", "0002\u200b"]


def found(mine: list[str | None], theirs: list[str | None]) -> tuple[list[int | None], Partners]:
    """Return the place of each key's partner, and the counts."""
    others = pl.DataFrame({"k": theirs, "v": range(len(theirs))}, schema={"k": pl.String, "v": pl.Int64})
    look_up = LookUp(JOIN, others)
    rows = look_up.onto(pl.DataFrame({"a": mine}, schema={"a": pl.String}))
    assert rows.columns == ["a", "b.k", "b.v"]
    assert rows["a"].to_list() == mine
    return rows["b.v"].to_list(), look_up.partners


# --- spellings


@pytest.mark.parametrize("mine", SPELLINGS)
@pytest.mark.parametrize("theirs", SPELLINGS)
def test_one_key_in_two_spellings_is_one_key(mine: str, theirs: str) -> None:
    places, partners = found([mine, "0001"], ["0007", theirs])
    assert places == [1, None]
    assert (partners.rows, partners.unmatched, partners.partners, partners.unclaimed) == (2, 1, 2, 1)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("12-3", "1-23"),
        ("R4-1", "R41"),
        ("0002", "20"),
        ("00A2", "A2"),
        ("1.5", "15"),
        ("", "0"),
        ("-", "ー"),
        ("　", ""),
    ],
)
def test_two_keys_are_not_made_one(mine: str, theirs: str) -> None:
    places, partners = found([mine], [theirs])
    assert (places, partners.unmatched, partners.unclaimed) == ([None], 1, 1)


def test_an_amount_that_was_paid_is_known_whatever_the_other_office_writes(tmp_path: Path) -> None:
    """The answer would be `not eligible`, to somebody who was paid."""
    benefit: list[Row] = [BENEFIT[0], ("0001 ", *BENEFIT[1][1:]), ("０００２", *BENEFIT[2][1:]), ("3", *BENEFIT[3][1:])]
    write_city(tmp_path, benefit=benefit)
    assert carry_out(tmp_path, ROWS).column("振込済") == ["0", "1", "0"]
    assert answered(tmp_path, ANSWER)["answer"].to_list() == [1, 0, 2]
    assert carry_out(tmp_path, ROWS).counters.joins[0].unmatched == 0


def test_zeros_count_where_they_are_all_that_keeps_two_keys_apart() -> None:
    places, _ = found(["001", "1", "01", "００１"], ["1", "001"])
    assert places == [1, 0, None, 1]


def test_two_spellings_of_one_key_are_refused(tmp_path: Path) -> None:
    write_city(tmp_path, benefit=[*BENEFIT, ("０００１", "却下", "0", "")])
    problem = refusal(lambda: carry_out(tmp_path, ROWS))
    assert (type(problem), problem.key) == (Refused, "cut.join_not_unique")
    assert problem.values == {"source": "benefit", "column": "コード", "rows": 1}


def test_rows_without_a_key_are_found_by_nobody_and_do_not_count_as_repeated(tmp_path: Path) -> None:
    """Nobody's benefit must not become that of whoever has no code."""
    write_city(
        tmp_path,
        register=[*REGISTER, ("", "ダレカ", "", "", "1", "99")],
        benefit=[
            *BENEFIT,
            ("", "返戻", "1", "2022-06-01"),
            ("", "返戻", "1", "2022-06-01"),
            ("－", "返戻", "1", "2022-06-01"),
        ],
    )
    made = carry_out(tmp_path, ROWS)
    assert made.column("振込済") == ["0", "1", "0", "0"]
    (partners,) = made.counters.joins
    assert (partners.rows, partners.unmatched, partners.partners, partners.unclaimed) == (4, 1, 6, 3)


# --- who found nobody


def test_both_sides_are_counted(tmp_path: Path) -> None:
    """Many residents have no benefit; a benefit whose resident is not found is what alarms."""
    write_city(tmp_path, benefit=[*BENEFIT[:2], ("0004", "発送済", "1", ""), ("0005", "発送済", "1", "")])
    (partners,) = carry_out(tmp_path, ROWS).counters.joins
    assert (partners.source, partners.rows, partners.unmatched) == ("benefit", 3, 2)
    assert (partners.partners, partners.unclaimed) == (3, 2)


def test_only_rows_that_fit_are_partners(tmp_path: Path) -> None:
    write_city(tmp_path)
    text = changed(ROWS, ('to = "コード"', 'to = "コード"\nwhere = "状態 == \'返戻\'"'))
    (partners,) = carry_out(tmp_path, text).counters.joins
    assert (partners.unmatched, partners.partners, partners.unclaimed) == (2, 1, 0)


def test_a_partner_found_by_a_row_that_does_not_leave_was_found(tmp_path: Path) -> None:
    """Which rows leave is asked after the look-up, and may be asked of its result."""
    write_city(tmp_path)
    made = carry_out(tmp_path, changed(ROWS, ("[rows]", "[rows]\nwhere = \"benefit.状態 == '返戻'\"")))
    (partners,) = made.counters.joins
    assert (made.counters.rows_out, partners.rows, partners.unmatched, partners.unclaimed) == (1, 3, 0, 0)


@pytest.mark.parametrize("size", [1, 30, 1000])
def test_blocks_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Some blocks are compared as they stand, others in one form; it does not show."""
    monkeypatch.setattr(readers, "_FRAME_BYTES", size)
    register: list[Row] = [
        REGISTER[0],
        *((key, "カナ", "", "", "", "") for key in ("0001", "0002", "３", "4", "0009", "")),
    ]
    write_city(tmp_path, register=register, benefit=[BENEFIT[0], *((f"{n:04d}", "", "", "x") for n in range(1, 7))])
    made = carry_out(tmp_path, ROWS)
    (partners,) = made.counters.joins
    assert made.column("振込済") == ["1", "1", "1", "1", "0", "0"]
    assert (partners.rows, partners.unmatched, partners.partners, partners.unclaimed) == (6, 2, 6, 2)


KEYS = st.none() | st.text("012０１ -ー－aA　", max_size=4)


@given(st.lists(KEYS, max_size=8), st.lists(KEYS, max_size=8, unique_by=lambda key: key and (code(key) or object())))
def test_a_look_up_is_what_comparing_every_pair_gives(mine: list[str | None], theirs: list[str | None]) -> None:
    forms = [key and code(key) for key in theirs]
    known = {form: place for place, form in enumerate(forms) if form}
    places, partners = found(mine, theirs)
    assert places == [known.get(code(key or "") or "") for key in mine]
    assert partners.unmatched == places.count(None)
    assert partners.unclaimed == len(theirs) - len({place for place in places if place is not None})


@given(st.lists(KEYS))
def test_both_forms_together_are_the_form_by_which_people_are_known(keys: list[str | None]) -> None:
    series = pl.Series(keys, dtype=pl.String)
    assert without_zeros(in_one_form(series)).to_list() == [None if key is None else code(key) or None for key in keys]

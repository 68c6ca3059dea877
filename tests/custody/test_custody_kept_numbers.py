"""A My Number does not leave under another name, however it is written; nothing else is taken for one."""

from pathlib import Path

import polars as pl
import pytest

from invented_office import ROWS, Town
from sekisho.custody.cutting import prepare
from sekisho.custody.kept_numbers import KeptNumbers
from sekisho.errors import Refused

pytest_plugins = ("office_fixtures",)

REAL = ["123456789018", "614106526000", "023456789013"]  # their check digits hold
OTHER = ["123456789012", "614106526001", "023456789014"]
HEADER = "統一コード,氏名,カナ,郵便番号,住所,生年月日,口座番号,申請書番号,番号"


def with_numbers(town: Town, *numbers: str, kind: str = "case_number", op: str = "keep") -> None:
    """Write a table in which a column whose header says nothing holds these, and a purpose that lets it out."""
    rows = [f'{place},氏,カナ,688-0001,住所,2000-01-01,,,"{number}"' for place, number in enumerate(numbers)]
    town.write("people.csv", "\n".join([HEADER, *rows]) + "\n")
    text = ROWS.replace('"申請書番号"]', '"申請書番号", "番号"]').replace("'case_number'", "'case_number', 'my_number'")
    field = f'[[field]]\nout = "番"\nfrom = "番号"\nkind = "{kind}"\nop = "{op}"\nwhy = "w"\n'
    town.write("rows.toml", text + field)


def test_a_column_of_my_numbers_that_is_called_case_numbers_stays_inside(town: Town) -> None:
    with_numbers(town, *REAL)
    before = sorted(town.home.rglob("*"))
    with pytest.raises(Refused) as caught:
        town.cut("rows")
    assert (caught.value.key, caught.value.values["fields"]) == ("cut.my_number_inside", "番")
    assert "123456789018" not in f"{caught.value.what('ja')}{caught.value.values}"
    assert sorted(town.home.rglob("*")) == before
    assert len(town.cuts) == 2


@pytest.mark.parametrize(
    "spelt",
    ["1234 5678 9018", "１２３４５６７８９０１８", "1234-5678-9018", "１２３４－５６７８－９０１８", " 123456789018　"],
)
def test_it_is_known_in_every_spelling(town: Town, spelt: str) -> None:
    with_numbers(town, spelt)
    with pytest.raises(Refused):
        town.cut("rows")


@pytest.mark.parametrize(
    "numbers",
    [
        OTHER,
        [REAL[0], OTHER[0]],
        ["111111111111", "000000000000", ""],
        ["12345678901", "1234567890128", "12345678901X"],
        ["R4-1", "", "０１"],
        [],
    ],
    ids=["wrong check digits", "no more than half", "dummies", "other lengths", "short", "nobody"],
)
def test_what_is_none_leaves(town: Town, numbers: list[str]) -> None:
    with_numbers(town, *numbers)
    assert town.cut("rows").rows_out == len(numbers)


def test_empty_cells_do_not_hide_the_filled_ones(town: Town) -> None:
    with_numbers(town, "", "", "", REAL[0])
    with pytest.raises(Refused):
        town.cut("rows")


def test_what_the_purpose_calls_by_its_name_or_masks_is_the_purposes_to_decide(town: Town) -> None:
    with_numbers(town, *REAL, kind="my_number")
    assert town.cut("rows").rows_out == 3
    with_numbers(town, *REAL, op="mask.last")
    assert town.cut("rows").rows_out == 3


def test_blocks_are_counted_together(town: Town, tmp_path: Path) -> None:
    with_numbers(town, *REAL)
    kept = KeptNumbers(prepare(tmp_path / "rows.toml").plan(town.office.today()))
    for block in (OTHER[:1], REAL[:1], REAL[1:]):
        kept.see(pl.DataFrame({"カナ": ["x"] * len(block), "住所": ["x"] * len(block), "番": block}))
    with pytest.raises(Refused):
        kept.must_be_none()

"""Whose keys are whose: a cut's own, the office's for joining, and those that nobody has afterwards."""

import csv
import io

import pytest

from invented_office import ROWS, Town
from sekisho.custody.cut_record import CutRecord

pytest_plugins = ("office_fixtures",)

FIELD = """
[[field]]
out = "形"
from = "COLUMN"
op = "OP"
why = "w"
"""


def column(town: Town, cut: CutRecord) -> list[str]:
    text = town.office.vault.read(town.home / "cuts" / cut.id / cut.files[0].stored).decode()
    return [row["形"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def two_cuts(town: Town, op: str, source: str, *, kind: str) -> tuple[list[str], list[str]]:
    text = ROWS.replace("kinds = [", f'kinds = ["{kind}", ', 1)
    town.write("rows.toml", text + FIELD.replace("COLUMN", source).replace("OP", op))
    first, second = town.cut("rows"), town.cut("rows")
    return column(town, first), column(town, second)


@pytest.mark.parametrize(
    ("op", "source", "kind"),
    [
        ("token.hmac", "統一コード", "case_number"),
        ("token.aes", "統一コード", "case_number"),
        ('date.shift"\ndays = 3000\n#"', "生年月日", "birth_date"),
    ],
)
def test_two_cuts_have_nothing_in_common_by_which_they_could_be_joined(
    town: Town, op: str, source: str, kind: str
) -> None:
    first, second = two_cuts(town, op, source, kind=kind)
    told = {cell for cell in first if cell}
    assert len(told) == 3
    assert told.isdisjoint(second)


def test_a_join_key_is_the_same_in_every_cut_of_its_name(town: Town) -> None:
    first, second = two_cuts(town, 'join.key"\njoin = "study"\n#"', "統一コード", kind="case_number")
    assert first == second
    assert len({cell for cell in first if cell}) == 3
    other, _ = two_cuts(town, 'join.key"\njoin = "another"\n#"', "統一コード", kind="case_number")
    assert set(first).isdisjoint({cell for cell in other if cell})


@pytest.mark.parametrize(("op", "kept"), [("token.hmac", False), ("token.aes", True)])
def test_only_a_key_that_must_lead_back_is_kept(town: Town, op: str, *, kept: bool) -> None:
    two_cuts(town, op, "統一コード", kind="case_number")
    assert [(town.home / "cuts" / cut.id / "key.age").exists() for cut in town.cuts[-2:]] == [kept, kept]
    keys = {town.office.vault.read(path) for path in (town.home / "cuts").glob("*/key.age")} | {bytes(32)}
    assert len(keys) == (3 if kept else 1)

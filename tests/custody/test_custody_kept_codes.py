"""A code under another name is still a code: where none may leave, the rows tell it."""

import pytest

from invented_office import Town
from sekisho.errors import Refused

pytest_plugins = ("office_fixtures",)

PURPOSE = """
schema = 1
purpose = { id = "study", title = "調査", BASIS, not_after = 2022-09-30, kinds = ["other", "case_number"], controller = { name = "汐見市", kind = "company" }, recipient = { id = "callcentre", contract = "R4-1234" } }
[source.list]
path = "list.csv"
columns = ["統一コード", "内部番号"]
subject = { column = "統一コード" }
[rows]
from = "list"
[[field]]
out = "番号"
from = "内部番号"
op = "keep"
kind = "other"
why = "突合"
"""


def cut(town: Town, basis: str, rows: list[str]) -> int:
    (town.root / "list.csv").write_text("統一コード,内部番号\n" + "\n".join(rows), encoding="utf-8")
    town.write("study.toml", PURPOSE.replace("BASIS", basis))
    return town.cut("study").rows_out


COPIES = [f"{place:010d},{place}" for place in range(1, 40)]


@pytest.mark.parametrize("rows", [COPIES, [f"{each} " for each in COPIES], [*COPIES, "0000000099,", "0000000098,x"]])
def test_the_subjects_code_under_another_name_stops_the_cut(town: Town, rows: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        cut(town, 'profile = "pseudonymous"', rows)
    assert (caught.value.key, caught.value.values["fields"]) == ("cut.subject_kept", "番号")


def test_other_numbers_and_other_bases_pass(town: Town) -> None:
    assert cut(town, 'profile = "pseudonymous"', [f"{place:010d},{place % 7}" for place in range(10, 40)]) == 30
    assert cut(town, 'profile = "rows", legal_basis = "entrustment"', COPIES) == 39

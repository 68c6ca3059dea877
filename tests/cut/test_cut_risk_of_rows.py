"""The risk of a cut: measured before and after, and brought down to the k that the purpose asks for."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from cut_tables import ROWS, changed, plan_of, problems, write_city

from sekisho.cut.risk.reported import TableRisk
from sekisho.cut.risk_of_rows import RiskOfRows
from sekisho.errors import Refused

FIELDS = """
[[field]]
out = "生年"
from = "生年月日"
op = "date.year"
why = "集計"

[[field]]
out = "地域"
from = "郵便番号"
op = "postcode.area"
why = "集計"

[[field]]
out = "状態"
from = "benefit.状態"
op = "keep"
why = "集計"
"""
RISK = """
[risk]
quasi = ["生年", "地域"]
sensitive = ["状態"]
"""


def town(folder: Path) -> None:
    register = [("統一コード", "氏名カナ", "生年月日", "郵便番号", "口座番号", "世帯番号")]
    benefit = [("コード", "状態", "金額", "振込日")]
    for number in range(40):
        day = f"19{60 + number % 20}-04-{1 + number % 28:02d}"
        register.append((f"{number:04d}", "ヤマダ", day, f"66{number % 4}00{number:02d}", "1", "1"))
        benefit.append((f"{number:04d}", ["発送済", "返戻", "却下"][number % 3], "1", ""))
    write_city(folder, register=register, benefit=benefit)


def risked(folder: Path, risk: str, *, blocks: int = 1) -> tuple[RiskOfRows, pl.DataFrame]:
    """Return what was told of a table, and the table as it would leave."""
    town(folder)
    rows = RiskOfRows(plan_of(folder, ROWS + FIELDS + risk))
    source = pl.read_csv(folder / "register.csv", infer_schema=False)
    for block in source.iter_slices(-(-source.height // blocks)):
        rows.before(block)
    table = source.select(
        生年=pl.col("生年月日").str.head(4), 地域=pl.col("郵便番号").str.head(3), 状態=pl.Series(["甲", "乙"] * 20)
    )
    people = pl.Series(range(40), dtype=pl.UInt32)
    if rows.changes:
        table, people = rows.finish(table, people)
    for block in table.iter_slices(-(-table.height // blocks)):
        rows.see(block)
    assert len(people) == table.height
    return rows, table


def told_of(rows: RiskOfRows) -> tuple[TableRisk, TableRisk]:
    report = rows.report()
    assert report is not None
    assert report.after is not None
    return report.before, report.after


@pytest.mark.parametrize("blocks", [1, 7])
def test_the_risk_is_told_before_and_after(tmp_path: Path, blocks: int) -> None:
    rows, table = risked(tmp_path, RISK, blocks=blocks)
    before, after = told_of(rows)
    sizes = Counter(table.select("生年", "地域").rows())
    assert (before.uniques, before.k) == (40, 1)
    assert (after.k, after.groups) == (min(sizes.values()), len(sizes))
    assert after.by_size[0] == sum(size for size in sizes.values() if size == 1)
    assert before.alone[0][1] == 40


@pytest.mark.parametrize("method", ["lattice", "mondrian", "local"])
@pytest.mark.parametrize("k", [3, 5, 11])
def test_every_group_has_its_k_people(tmp_path: Path, method: str, k: int) -> None:
    rows, table = risked(tmp_path, f'{RISK}k = {k}\nmethod = "{method}"\nsuppress = 0.2')
    sizes = Counter(table.select("生年", "地域").rows())
    assert min(sizes.values()) >= k
    assert table.height >= 32
    assert told_of(rows)[1].k == min(sizes.values())
    assert rows.recoding is not None
    assert 0 < rows.recoding.loss <= 1


def test_the_population_is_laid_beside_what_leaves(tmp_path: Path) -> None:
    """Of forty people five are in the table; whoever knows only the register finds nobody alone."""
    town(tmp_path)
    rows = RiskOfRows(plan_of(tmp_path, ROWS + FIELDS + RISK.replace('"生年", ', "") + 'population = "register"'))
    rows.see(pl.DataFrame({"地域": ["660", "661"], "状態": ["甲", "乙"]}))
    rows.before(pl.DataFrame({"郵便番号": ["6600000", "6610001"]}))
    _, after = told_of(rows)
    assert (after.k, after.k_map, after.journalist_max) == (1, 10, 0.1)


def test_what_cannot_be_alike_is_refused_by_line(tmp_path: Path) -> None:
    town(tmp_path)
    cases = {
        "cut.risk_field": ('quasi = ["生年", "地域"]', 'quasi = ["整理番号"]'),
        "cut.risk_both": ('sensitive = ["状態"]', 'sensitive = ["生年"]'),
        "cut.risk_without_sensitive": ('sensitive = ["状態"]', "l = 2"),
        "cut.risk_population": ('sensitive = ["状態"]', 'population = "benefit"'),
        "cut.unknown_source": ('sensitive = ["状態"]', 'population = "somebody"'),
    }
    for key, change in cases.items():
        text = ROWS + FIELDS + changed(RISK, change)
        found = [problem for problem in problems(tmp_path, text) if problem.key == key]
        assert found, key
        assert text.splitlines()[int(str(found[0].values["line"])) - 1] == "[risk]"


def test_a_k_that_nothing_reaches_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        risked(tmp_path, f"{RISK}k = 41")

from pathlib import Path

import pytest
from invented_tables import people, write_csv, write_xlsx

from sekisho.detect import spread, work
from sekisho.detect.packs import built_in_rules
from sekisho.detect.scan import scan_each
from sekisho.detect.spread import Asked, scan_all, scan_found
from sekisho.readers.folders import found_at
from sekisho.workers.executor import InProcess
from sekisho.workers.local import LocalWorkers


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A large table among small files, an empty one, a damaged one and a broken link."""
    monkeypatch.setattr(work, "PART_BYTES", 60_000)
    monkeypatch.setattr(spread, "PART_BYTES", 60_000)
    for name, rows in (("a.csv", 20), ("large.csv", 800), ("z.csv", 30)):
        write_csv(tmp_path / name, people(rows))
    write_xlsx(tmp_path / "book.xlsx", people(10))
    (tmp_path / "damaged.xlsx").write_bytes((tmp_path / "book.xlsx").read_bytes()[:-2000])
    (tmp_path / "empty.csv").touch()
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    return tmp_path


def test_the_reports_are_those_of_one_process_in_the_order_of_the_files(folder: Path) -> None:
    found = found_at(folder)
    expected = [scan_found(each, asked=Asked()) for each in found]
    seen = list[int]()
    with LocalWorkers(2) as workers:
        assert list(scan_all(found, executor=workers, progress=seen.append)) == expected
    assert sum(seen) == sum(each.size for each in found)
    assert [report.path for reports in expected for report in reports] == [each.path for each in found]


def test_rules_travel_to_the_workers(folder: Path) -> None:
    rules = built_in_rules().for_single_cells()
    asked = Asked(rules=rules)
    with LocalWorkers(1) as workers:
        reports = next(scan_all(found_at(folder / "a.csv"), executor=workers, asked=asked))
    assert reports == list(scan_each(folder / "a.csv", rules=rules))


def test_files_are_called_what_they_were_called_by_whoever_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    found = found_at(Path("damaged.xlsx")) + found_at(Path("a.csv"))
    executor = InProcess()
    monkeypatch.setattr(executor, "same_folder", False)
    damaged, table = (reports[0] for reports in scan_all(found, executor=executor))
    assert table.path == Path("a.csv")
    assert damaged.could_not_inspect is not None
    assert damaged.could_not_inspect.values["path"] == damaged.path == Path("damaged.xlsx")

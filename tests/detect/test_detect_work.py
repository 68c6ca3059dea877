import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import fsspec
import pytest
from invented_tables import people, write_csv, write_xlsx

from clusters import dask_cluster, ray_cluster
from sekisho.detect import work
from sekisho.detect.examine import Plan
from sekisho.detect.findings import TableReport
from sekisho.detect.scan import scan_tables
from sekisho.detect.work import Done, Unit, do, units_of
from sekisho.errors import Unreadable
from sekisho.readers.remote import Url
from sekisho.readers.tables import open_tables
from sekisho.workers.executor import Executor, InProcess
from sekisho.workers.local import LocalWorkers
from sekisho.workers.named import executor_of
from stores import s3_store
from workers_units import Signalling

_RAGGED = "7,町が一つ足りない\n"


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "PART_BYTES", 60_000)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of some twenty units, with two rows that have to be mended."""
    path = write_csv(tmp_path / "people.csv", people(2000))
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([head, *lines[:900], _RAGGED, *lines[900:1700], _RAGGED, *lines[1700:]]), encoding="utf-8")
    return path


def _must_be_the_same(path: Path, executor: Executor) -> None:
    expected = scan_tables(path)
    assert expected[0].findings
    assert scan_tables(path, executor=executor) == expected


def _with_a_worker_killed(path: Path, executor: Executor, folder: Path) -> list[TableReport]:
    folder.mkdir()
    signalling = Signalling(executor, folder)
    with ThreadPoolExecutor(1) as thread:
        scanned = thread.submit(partial(scan_tables, path, executor=signalling))
        signalling.kill_a_worker_at_work()
        return scanned.result()


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "utf-16"])
def test_the_units_of_a_table_add_up_to_the_report_of_one_process(tmp_path: Path, codec: str) -> None:
    path = write_csv(tmp_path / "people.csv", [row | {"氏名": "髙橋　花子"} for row in people(1000)], codec=codec)
    assert len(units_of(open_tables(path)[0])) > 5
    _must_be_the_same(path, InProcess())


def test_rows_that_were_mended_are_told_with_their_line(table: Path) -> None:
    _must_be_the_same(table, InProcess())
    problem = scan_tables(table, executor=InProcess())[0].problems[0]
    assert (problem.key, problem.count, problem.line) == ("readers.ragged_row", 2, 902)


def test_people_are_counted_anew_where_the_values_tell_them_apart_otherwise(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "nameless.csv", people(1500), header=False)
    _must_be_the_same(path, InProcess())
    assert scan_tables(path)[0].people == 1500


def test_a_sample_is_of_the_same_rows(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = scan_tables(table)[0]
    plan = next(iter(_plans(table, monkeypatch)))
    parts = [do(unit, plan).part for unit in units_of(open_tables(table)[0])]
    total = sum(parts[1:], parts[0])
    backwards = sum(parts[-2::-1], parts[-1])
    assert original.rows == total.rows == backwards.rows
    assert total.sample.rows == backwards.sample.rows


def _plans(table: Path, monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Return the plans that a scan of a table made."""
    seen: list[Plan] = []

    def keep(unit: Unit, plan: Plan) -> Done:
        seen.append(plan)
        return do(unit, plan)

    with monkeypatch.context() as patched:
        patched.setattr(work, "do", keep)
        scan_tables(table, executor=InProcess())
    return seen


def test_a_unit_is_small_and_holds_nobody(table: Path) -> None:
    unit = units_of(open_tables(table)[0])[3]
    travelling = pickle.dumps(unit)
    assert pickle.loads(travelling) == unit  # noqa: S301 - written one line above
    assert len(travelling) < 5000
    assert "汐見市".encode() not in travelling


def test_what_cannot_be_cut_is_read_as_a_whole(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "people.xlsx", people(30))
    assert units_of(open_tables(path)[0]) == []
    _must_be_the_same(path, InProcess())


def test_a_file_that_changes_under_the_workers_could_not_be_inspected(table: Path) -> None:
    opened = open_tables(table)[0]
    table.write_text(table.read_text(encoding="utf-8") + _RAGGED, encoding="utf-8")
    reason = scan_tables(opened, executor=InProcess())[0].could_not_inspect
    assert reason is not None
    assert reason.key == "readers.changed"


def test_the_path_in_a_reason_is_the_one_that_was_asked_for(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(unit: Unit, plan: Plan) -> Done:
        del plan
        raise Unreadable("readers.changed", path=unit.rows.file.path)

    monkeypatch.chdir(table.parent)
    monkeypatch.setattr(work, "do", changed)
    reason = scan_tables(Path(table.name), executor=InProcess())[0].could_not_inspect
    assert reason is not None
    assert reason.values == {"path": Path(table.name)}


def test_in_local_workers_findings_are_the_same_and_a_killed_one_loses_nothing(table: Path, tmp_path: Path) -> None:
    with LocalWorkers(2) as workers:
        _must_be_the_same(table, workers)
        assert _with_a_worker_killed(table, workers, tmp_path / "seen") == scan_tables(table)


@pytest.mark.parametrize("cluster", [dask_cluster, ray_cluster])
def test_on_a_cluster_findings_are_the_same_and_a_killed_worker_loses_nothing(
    table: Path, tmp_path: Path, cluster: Callable[[Path], AbstractContextManager[str]]
) -> None:
    with cluster(tmp_path) as address, executor_of(address) as workers:
        _must_be_the_same(table, workers)
        assert _with_a_worker_killed(table, workers, tmp_path / "seen") == scan_tables(table)


def test_a_table_in_a_store_is_read_by_every_worker_for_itself(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_store(monkeypatch) as bucket, LocalWorkers(2) as workers:
        with fsspec.open(f"{bucket}/people.csv", "wb") as file:
            file.write(table.read_bytes())
        url = Url(f"{bucket}/people.csv")
        assert len(units_of(open_tables(url)[0])) > 5
        _must_be_the_same(url, workers)
        assert [each.findings for each in scan_tables(url)] == [each.findings for each in scan_tables(table)]

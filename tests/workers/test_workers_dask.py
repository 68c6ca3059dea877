import os
from pathlib import Path

import pytest

from clusters import dask_cluster
from sekisho.errors import Missing, Unreadable
from sekisho.workers import dask
from sekisho.workers.named import executor_of
from workers_units import be_wrong_with, die_at_two, double, fail_at_three, process_id


def test_work_is_done_by_the_workers_in_order_and_what_kills_them_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "_LOOKS_EVERY", 0.2)
    monkeypatch.setattr(dask, "_WORKERS_COME_BACK_WITHIN", 1)
    with dask_cluster(tmp_path, failures=0) as address, executor_of(address) as workers:
        assert list(workers.map(double, range(30))) == [2 * number for number in range(30)]
        found = set(workers.map(process_id, range(6)))
        assert len(found) == 2
        assert os.getpid() not in found
        *before, error, after = workers.map(fail_at_three, range(5))
        assert (before, after) == ([0, 1, 2], 4)
        assert isinstance(error, Unreadable)
        with pytest.raises(RuntimeError, match="ValueError in a worker"):
            list(workers.map(be_wrong_with, ["汐崎花子"]))
        assert "汐崎花子" not in (tmp_path / "cluster.log").read_text(encoding="utf-8")
        (killer,) = workers.map(die_at_two, [2])
        assert isinstance(killer, Unreadable)
        assert killer.key == "workers.lost"
        assert list(workers.map(double, range(3))) == [0, 2, 4]
        (killer,) = workers.map(die_at_two, [2])
        with pytest.raises(Missing) as caught:
            list(workers.map(double, range(3)))
        assert caught.value.key == "workers.no_workers"

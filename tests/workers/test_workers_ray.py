import os
from pathlib import Path

import pytest

from clusters import ray_cluster
from sekisho.errors import Unreadable
from sekisho.workers.named import executor_of
from workers_units import be_wrong_with, die_at_two, double, fail_at_three, process_id


def test_work_is_done_by_the_workers_in_order_and_what_kills_them_is_told(tmp_path: Path) -> None:
    with ray_cluster(tmp_path, nodes=1) as address, executor_of(address) as workers:
        assert list(workers.map(double, range(30))) == [2 * number for number in range(30)]
        assert os.getpid() not in set(workers.map(process_id, range(2)))
        *before, error, after = workers.map(fail_at_three, range(5))
        assert (before, after) == ([0, 1, 2], 4)
        assert isinstance(error, Unreadable)
        with pytest.raises(RuntimeError, match="ValueError in a worker"):
            list(workers.map(be_wrong_with, ["汐崎花子"]))
        found = list(workers.map(die_at_two, range(4)))
        killer = found.pop(2)
        assert found == [0, 1, 3]
        assert isinstance(killer, Unreadable)
        assert killer.key == "workers.lost"

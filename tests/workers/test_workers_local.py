import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sekisho.errors import Unreadable
from sekisho.workers.local import LocalWorkers
from workers_units import be_wrong_with, die_at_two, die_once, double, fail_at_three, process_id


def test_results_come_in_the_order_of_the_units() -> None:
    with LocalWorkers(2) as workers:
        assert list(workers.map(double, range(50))) == [2 * number for number in range(50)]


def test_work_is_spread_over_other_processes() -> None:
    with LocalWorkers(2) as workers:
        found = set(workers.map(process_id, range(4)))
    assert len(found) == 2
    assert os.getpid() not in found


def test_units_are_taken_as_they_are_needed() -> None:
    units = iter(range(1000))
    with LocalWorkers(1) as workers:
        assert next(workers.map(double, units)) == 0
    assert next(units) < 20


def test_an_error_for_people_is_a_result_in_its_place() -> None:
    with LocalWorkers(2) as workers:
        found = list(workers.map(fail_at_three, range(5)))
    error = found.pop(3)
    assert found == [0, 1, 2, 4]
    assert isinstance(error, Unreadable)
    assert (error.key, error.values) == ("readers.changed", {"path": Path("three.csv")})


def test_a_fault_of_ours_is_raised_and_says_nothing_of_the_data() -> None:
    with LocalWorkers(1) as workers, pytest.raises(RuntimeError) as caught:
        list(workers.map(be_wrong_with, ["汐崎花子"]))
    assert "ValueError in a worker" in str(caught.value)
    assert "workers_units.py" in str(caught.value)
    assert "汐崎花子" not in str(caught.value)


def test_a_unit_whose_worker_died_is_done_again(tmp_path: Path) -> None:
    with LocalWorkers(2) as workers:
        found = workers.map(die_once, [(number, tmp_path / "died") for number in range(6)])
        assert list(found) == list(range(6))
    assert (tmp_path / "died").exists()


def test_a_unit_that_kills_two_workers_is_told_and_the_others_are_done() -> None:
    with LocalWorkers(2) as workers:
        found = list(workers.map(die_at_two, range(6)))
    killer = found.pop(2)
    assert found == [0, 1, 3, 4, 5]
    assert isinstance(killer, Unreadable)
    assert killer.key == "workers.lost"


def test_what_is_not_asked_for_any_more_is_not_waited_for() -> None:
    with LocalWorkers(2) as workers:
        results = workers.map(process_id, range(100))
        next(results)
        results.close()  # type: ignore[attr-defined]  # it is a generator
        assert list(workers.map(double, [1, 2])) == [2, 4]


def test_nothing_is_started_before_there_is_work() -> None:
    with LocalWorkers(2) as workers:
        assert list(workers.map(double, [])) == []
        assert workers._workers == []


_INTERRUPTED = """
import sys
from pathlib import Path
from sekisho.workers.local import LocalWorkers
from workers_units import wait_for_ever
if __name__ == "__main__":
    with LocalWorkers(2) as workers:
        try:
            list(workers.map(wait_for_ever, [Path(sys.argv[1])]))
        except KeyboardInterrupt:
            print("interrupted")
"""


def test_ctrl_c_ends_every_process_and_prints_no_trace(tmp_path: Path) -> None:
    program, mark = tmp_path / "program.py", tmp_path / "worker"
    program.write_text(_INTERRUPTED)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        [sys.executable, str(program), str(mark)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        while not (mark.exists() and mark.read_text()):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out, err) == (b"interrupted\n", b"")
    assert not Path(f"/proc/{mark.read_text()}").exists()

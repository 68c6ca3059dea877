import sys

import pytest

from sekisho.errors import Missing, Misuse
from sekisho.workers.executor import InProcess
from sekisho.workers.local import LocalWorkers
from sekisho.workers.named import WORTH_WORKERS, default_executor, executor_of


def test_a_place_of_work_has_a_name() -> None:
    assert isinstance(executor_of("none"), InProcess)
    assert isinstance(executor_of("local"), LocalWorkers)
    assert isinstance(executor_of("local:3"), LocalWorkers)


@pytest.mark.parametrize(
    "text", ["", "local:0", "local:x", "dask://", "dask://host", "spark://host:1", "ray://host:port"]
)
def test_what_names_no_place_is_refused(text: str) -> None:
    with pytest.raises(Misuse) as caught:
        executor_of(text)
    assert caught.value.key == "workers.address"


def test_nobody_at_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.workers.dask._ANSWERS_WITHIN", 1)
    with pytest.raises(Missing) as caught:
        executor_of("dask://127.0.0.1:9")
    assert caught.value.key == "workers.unreachable"


def test_few_bytes_start_no_processes() -> None:
    assert isinstance(default_executor(WORTH_WORKERS - 1), InProcess)
    assert isinstance(default_executor(WORTH_WORKERS), LocalWorkers)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Missing) as caught:
        executor_of("dask://127.0.0.1:9")
    assert caught.value.values == {"package": "distributed", "extra": "dask"}

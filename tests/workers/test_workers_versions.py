from importlib.metadata import PackageNotFoundError, version

import pytest

from sekisho.errors import Missing
from sekisho.workers.versions import must_be_ours

_HERE = version("sekisho")


def test_workers_of_our_version_may_work() -> None:
    must_be_ours({"one": _HERE, "two": _HERE}, "dask://office:8786")


@pytest.mark.parametrize(
    ("found", "key"),
    [
        ({"one": _HERE, "two": "0.0.9"}, "workers.version"),
        ({"one": PackageNotFoundError("sekisho")}, "workers.not_installed"),
        ({}, "workers.no_workers"),
    ],
)
def test_others_are_refused_by_name(found: dict[str, object], key: str) -> None:
    with pytest.raises(Missing) as caught:
        must_be_ours(found, "dask://office:8786")
    assert caught.value.key == key
    assert caught.value.values.get("worker", "two") in {"one", "two"}
    assert caught.value.hint()

"""The city at two sizes: small for every run, as large as the case under the mark ``city``.

A plugin of the tests that name it in ``pytest_plugins``, because there is one ``conftest`` for all rooms.
"""

from collections.abc import Mapping

import polars as pl
import pytest

from sekisho.demo.city import City, make_city

Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return make_city(tmp_path_factory.mktemp("demo") / "city", people=5_000)


@pytest.fixture(scope="session")
def case_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return make_city(tmp_path_factory.mktemp("demo") / "city")


@pytest.fixture(scope="session", params=["small_city", pytest.param("case_city", marks=pytest.mark.city)])
def city(request: pytest.FixtureRequest) -> City:
    made: City = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="session")
def tables(city: City) -> Tables:
    return {name: pl.read_csv(path, infer_schema=False) for name, path in city.paths.items()}


@pytest.fixture(scope="session")
def register(tables: Tables) -> pl.DataFrame:
    return tables["register"]

"""The back-ends of key-encryption keys as fixtures; a plugin of the tests that name it in ``pytest_plugins``."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import boto3
import pytest
from kek_benches import KINDS, Bench, bench_of, nobody
from moto import mock_aws

from openbao_server import BaoServer, openbao
from sekisho.custodian.keks.choice import Surroundings
from soft_token import SoftToken, soft_token


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    """A token for the run; offices differ by their scope."""
    with soft_token(tmp_path_factory.mktemp("token")) as made:
        yield made


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaoServer]:
    """A server for the run."""
    with openbao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key of what moto takes for KMS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        key = boto3.client("kms", region_name="ap-northeast-1").create_key()["KeyMetadata"]["KeyId"]
        yield f"awskms:{key}?region=ap-northeast-1"


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    folder = tmp_path / "keks"
    folder.mkdir()
    return Surroundings(folder=folder, scope=token_hex(8), ask=nobody)


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, around: Surroundings) -> Bench:
    """Every back-end, one after the other."""
    return bench_of(request.param, request, around)

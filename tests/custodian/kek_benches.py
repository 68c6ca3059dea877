"""Every back-end of key-encryption keys on its bench: opened as another process would, looked at, and taken down."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import boto3
import pytest
from moto import mock_aws

from openbao_server import BaoServer, openbao
from sekisho.custodian.kek import Kek
from sekisho.custodian.keks.choice import Surroundings, open_kek
from sekisho.custodian.keks.passphrase import Cost, PassphraseKek
from soft_token import SoftToken, soft_token

KINDS = ("file", "passphrase", "pkcs11", "openbao", "awskms")
PASSPHRASE = "the tea is cold by now"  # noqa: S105  of throw-away keys


@dataclass(frozen=True, slots=True)
class Bench:
    """One back-end.

    Attributes:
        kind: which.
        address: as office.toml would have it.
        open: returns the back-end anew, as another process has it.
        down: takes away what it needs, for a time.
    """

    kind: str
    address: str
    open: Callable[[], Kek]
    down: Callable[[], contextlib.AbstractContextManager[None]]


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
    return Surroundings(folder=folder, scope=token_hex(8), ask=_nobody)


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, around: Surroundings) -> Bench:
    """Every back-end, one after the other."""
    return bench_of(request.param, request, around)


def bench_of(kind: str, request: pytest.FixtureRequest, around: Surroundings) -> Bench:
    """Return the bench of one kind."""
    match kind:
        case "file":
            return Bench(kind, kind, lambda: open_kek("file", around), lambda: _away(around.folder))
        case "passphrase":
            return Bench(kind, kind, lambda: cheap(around.folder), lambda: _away(around.folder))
        case "pkcs11":
            token: SoftToken = request.getfixturevalue("token")
            address = token.address
            return Bench(kind, address, lambda: open_kek(address, around), lambda: _away(token.pin_file))
        case "openbao":
            server: BaoServer = request.getfixturevalue("bao")
            address = server.address
            return Bench(kind, address, lambda: open_kek(address, around), lambda: _sealed(server))
    address = request.getfixturevalue("kms")
    return Bench(kind, address, lambda: open_kek(address, around), lambda: _away(around.folder))


def cheap(folder: Path, passphrase: str = PASSPHRASE) -> PassphraseKek:
    """Return keys under a passphrase that costs nothing to guess; what a guess costs has a test of its own."""
    return PassphraseKek(folder, lambda: passphrase, cost=Cost(mebibytes=1, passes=1, lanes=1))


def _nobody(what: str) -> str:
    raise AssertionError(f"somebody was asked: {what}")


@contextlib.contextmanager
def _away(path: Path) -> Iterator[None]:
    aside = path.with_name(f"{path.name}.away")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


@contextlib.contextmanager
def _sealed(server: BaoServer) -> Iterator[None]:
    server.seal()
    try:
        yield
    finally:
        server.unseal()

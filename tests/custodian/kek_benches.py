"""Every back-end of key-encryption keys on its bench: opened as another process would, looked at, and taken down."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from custodian_office import PASSPHRASE

from openbao_server import BaoServer
from sekisho.custodian.kek import Kek
from sekisho.custodian.keks.choice import Surroundings, open_kek
from sekisho.custodian.keks.passphrase import Cost, PassphraseKek

KINDS = ("file", "passphrase", "pkcs11", "openbao", "awskms")


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


def bench_of(kind: str, request: pytest.FixtureRequest, around: Surroundings) -> Bench:
    """Return the bench of one kind."""
    match kind:
        case "file":
            return Bench(kind, kind, lambda: open_kek("file", around), lambda: _away(around.folder))
        case "passphrase":
            return Bench(kind, kind, lambda: cheap(around.folder), lambda: _away(around.folder))
        case "pkcs11":
            token = request.getfixturevalue("token")
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


def nobody(what: str) -> str:
    """Stand in for a person where nobody may be asked."""
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

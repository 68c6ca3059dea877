"""A copy of an office to rehearse on: it has the office's people and copies, and can neither release, nor send, nor sign for it.

The copy's ledger has a name and a key of its own, under which every checkpoint is signed anew: two histories under the office's
key would be a fork. Key-encryption keys stay where they are, so nothing of the copy opens a capsule; the ways out of alarms and the
witnesses are left behind, so nobody is called. It lies in the office's own folder, which nobody else can enter, and is gone
afterwards; what a kill leaves of one goes with the next.
"""

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import Clock, from_text
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Refused
from sekisho.files import private_folder, write_whole
from sekisho.ledger import store
from sekisho.ledger.anchor import exclusive
from sekisho.ledger.checkpoint import TreeHead, sign_head
from sekisho.store.home import Home

_PREFIX = "drill-"
_FILES = ("incident.toml",)
_FOLDERS = ("records", "people", "laws", "templates")
_LOG_KEY = "ledger.key"
_GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('checkpoint', 'cosignature')"


@contextlib.contextmanager
def copied_office(office: Office, clock: Clock) -> Iterator[Office]:
    """Open a copy of an office, and remove it afterwards.

    Raises:
        Refused: its database is on a server.
        Busy: another program is writing.
        MediumError: the disk refused.
    """
    if not isinstance(office.ledger.connection, sqlite3.Connection):
        raise Refused("loss.drill_on_server")
    forget_copies(office.home.root)
    try:
        root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=office.home.root))
    except OSError as error:
        raise MediumError("store.disk_failed", path=office.home.root) from error
    try:
        try:
            _copy(office, Home(root / "home"))
        except (OSError, shutil.Error) as error:
            raise MediumError("store.disk_failed", path=root) from error
        copy = Office.open(root / "home", clock, finish=False)
        try:
            yield copy
        finally:
            copy.close()
    finally:
        forget_copies(office.home.root)


def forget_copies(root: Path) -> None:
    """Remove every copy that lies in an office's folder."""
    for folder in root.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _copy(office: Office, home: Home) -> None:
    for folder in (home.root, home.keys, home.keks, home.records, home.cuts, home.people):
        private_folder(folder)
    source = office.home
    with exclusive(source.lock):
        assert isinstance(office.ledger.connection, sqlite3.Connection), "asked above"
        with contextlib.closing(sqlite3.connect(home.database)) as target:
            office.ledger.connection.backup(target)
        for name in _FOLDERS:
            if (source.root / name).is_dir():
                shutil.copytree(source.root / name, home.root / name, dirs_exist_ok=True)
        for name in (path.name for path in source.keys.iterdir() if path.name.startswith("vault")):
            shutil.copy2(source.keys / name, home.keys / name)
    for name in _FILES:
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(source.root / name, home.root / name)
    home.database.chmod(0o600)
    origin = f"{office.settings.origin}/drill"
    settings = msgspec.structs.replace(
        office.settings, origin=origin, kek="file", url="", witness=(), quorum=0, database=""
    )
    write_whole(home.settings, settings.to_toml().encode())
    _sign_anew(home, origin)


def _sign_anew(home: Home, origin: str) -> None:
    """Give the copy's ledger a key and a name of its own."""
    signer = Ed25519PrivateKey.generate()
    pem = signer.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_whole(home.keys / _LOG_KEY, pem)
    with contextlib.closing(sqlite3.connect(home.database, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        rows = connection.execute("SELECT size, at FROM checkpoint ORDER BY size").fetchall()
        guards = connection.execute(_GUARDS).fetchall()  # they keep checkpoints from being removed, as they must
        for name, _ in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("DELETE FROM cosignature")
        connection.execute("DELETE FROM checkpoint")
        for size, at in rows:
            head = TreeHead(origin=origin, size=size, root=store.root_at(connection, size))
            store.add_checkpoint(connection, sign_head(head, signer), at=from_text(at))
        for _, statement in guards:
            connection.execute(statement)
        connection.execute("DELETE FROM job")
        connection.execute("COMMIT")
        tree = store.load_tree(connection)
        head = TreeHead(origin=origin, size=tree.size, root=tree.root())
        write_whole(home.anchor, head.text().encode())

"""The office: one folder, one database, and everything that works on them, put together in one place.

The composition root of the embedded Sekisho. Opening it finishes what a kill left unfinished: partial files, and
destructions that were begun, unless something more urgent comes first.
"""

import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said
from sekisho.clock import Clock
from sekisho.custodian import devices, epochs, escrow, factor, tickets
from sekisho.custodian.custodian import Custodian
from sekisho.custodian.destruction import Destruction
from sekisho.custodian.epochs import EpochKeks, Move
from sekisho.custodian.escrow import Escrows
from sekisho.custodian.factor import OneTimeCodes
from sekisho.custodian.keks.choice import Surroundings, open_kek
from sekisho.custodian.releases import Releases
from sekisho.custodian.shredding import Shredding
from sekisho.custody import (
    alarm_records,
    certificate_records,
    counters,
    incident_records,
    jobs,
    media_records,
    peer_records,
    pin_records,
    records,
)
from sekisho.custody.register import Register, parse_register
from sekisho.custody.signatures import DEFAULT_LEVELS, Level
from sekisho.custody.vault import Vault, make_vault, open_vault
from sekisho.domain import DOMAIN
from sekisho.errors import Busy, MediumError, Missing, Misuse, Refused, Unreadable
from sekisho.files import Leftovers, write_whole
from sekisho.ledger import lease, personal
from sekisho.ledger import store as ledger_store
from sekisho.ledger.anchor import exclusive
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.quorum import Quorum
from sekisho.ledger.record_keys import RecordKeys
from sekisho.ledger.writer import Ledger, Transaction, Trust
from sekisho.sql import Connection
from sekisho.store.database import create_database, open_database, translated
from sekisho.store.home import Home, find_home, make_home

_SECOND = (
    ledger_store.SCHEMA_2,
    tickets.SCHEMA_2,
    tickets.SCHEMA_2_EXPIRY,
    epochs.SCHEMA_2,
    devices.SCHEMA_2,
    factor.SCHEMA_2,
    escrow.SCHEMA_2,
    peer_records.SCHEMA_2,
    records.SCHEMA_2,
)
_THIRD = (
    personal.SCHEMA_3,
    lease.SCHEMA_3,
    media_records.SCHEMA_3,
    pin_records.SCHEMA_3,
    counters.SCHEMA_3,
    jobs.SCHEMA_3,
    alarm_records.SCHEMA_3,
    certificate_records.SCHEMA_3,
)
_FOURTH = (incident_records.SCHEMA_4,)
_MIGRATIONS = (
    f"{ledger_store.SCHEMA}\n{tickets.SCHEMA}\n{records.SCHEMA}",
    "\n".join(_SECOND),
    "\n".join(_THIRD),
    "\n".join(_FOURTH),
)
_ADDRESS = r"^(https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[!-~]*)?)?\Z"
_LOG_KEY = "ledger.key"
_FILE = "file"
_NOBODY = "0" * 16
_KEK_LINE = re.compile(r"^kek[ \t]*=.*$", re.MULTILINE)
_CUT_ID = re.compile(r"[0-9a-f]{10}")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``office.toml``.

    Attributes:
        name: of the office, as people know it.
        phone: the number on slips and labels, answered at night too.
        zone: IANA time zone of its clocks on the wall.
        origin: the name of its log.
        url: where its custodian answers requests for releases; empty where nobody asks over a network.
        kek: which back-end keeps its key-encryption keys (:mod:`sekisho.custodian.keks.address`).
        database: address of the PostgreSQL database, without a password; empty for the file in the office's folder.
        grace: how long after its window a copy's share is kept: ``due`` (until it is due back), or hours or days such as
            ``12h`` or ``3d``.
        witness: who must cosign a release before it is given, each ``vkey url``; none in an office that stands alone.
        quorum: how many of them.
        levels: the least level of a signature under a hand-over, for kinds of data of sensitivity 1 to 4.
    """

    name: Annotated[str, msgspec.Meta(min_length=1)]
    phone: str
    zone: str
    origin: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)*\Z")]
    url: Annotated[str, msgspec.Meta(pattern=_ADDRESS)] = ""
    kek: str = _FILE
    database: str = ""
    grace: Annotated[str, msgspec.Meta(pattern=r"^(due|[0-9]{1,4}[hd])\Z")] = "due"
    witness: tuple[str, ...] = ()
    quorum: Annotated[int, msgspec.Meta(ge=0)] = 0
    levels: tuple[Level, Level, Level, Level] = DEFAULT_LEVELS

    @property
    def witnesses(self) -> Quorum:
        """Who must cosign; one of those named, where no number is.

        Raises:
            Unreadable, Misuse: just as :meth:`Quorum.parse`.
        """
        return Quorum.parse(self.witness, needed=self.quorum or min(1, len(self.witness)))

    def kept_until(self, not_after: datetime, *, due: datetime) -> datetime:
        """Return until when the share of a copy is kept."""
        if self.grace == "due":
            return due
        number = int(self.grace[:-1])
        return not_after + (timedelta(hours=number) if self.grace[-1] == "h" else timedelta(days=number))

    def to_toml(self) -> str:
        """Return the settings as the file has them."""
        return "".join(f"{name} = {_quoted(value)}\n" for name, value in msgspec.to_builtins(self).items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """What of an office is there before its ledger is trusted; for whoever recovers one."""

    home: Home
    settings: Settings
    signer: Ed25519PrivateKey = field(repr=False)
    connection: Connection

    @property
    def register(self) -> Register:
        """Who is who, as the database has it.

        Raises:
            Missing: it has no register.
        """
        text = records.newest_register(self.connection)
        if text is None:
            raise Missing("custody.no_register")
        return _parsed_register(text, self.home.root / "register")


def settings_of(root: Path) -> Settings:
    """Return the settings of an office without opening it.

    Raises:
        Missing: there is none.
        Unreadable: they are damaged.
    """
    return _read_settings(find_home(root))


@contextlib.contextmanager
def unopened(root: Path) -> Iterator[Unopened]:
    """Open an office's database without its ledger, even where that has forked.

    Raises:
        Missing: there is none.
        Unreadable: its database, settings or keys are damaged.
    """
    home = find_home(root)
    settings, signer = _read_settings(home), _read_key(home.keys / _LOG_KEY)
    with contextlib.closing(_open_database(home, settings.database)) as connection, translated(home.database):
        yield Unopened(home=home, settings=settings, signer=signer, connection=connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An open office; everything on one connection, so that a change and its leaf are one commit."""

    home: Home
    settings: Settings
    clock: Clock
    ledger: Ledger
    cosigning: Cosigning
    signer: Ed25519PrivateKey = field(repr=False)
    custodian: Custodian
    releases: Releases
    destruction: Destruction
    shredding: Shredding
    move: Move
    codes: OneTimeCodes
    escrows: Escrows
    vault: Vault
    leftovers: Leftovers

    @classmethod
    def make(
        cls, root: Path, settings: Settings, clock: Clock, *, first: Callable[[Transaction], None] | None = None
    ) -> Self:
        """Make a new office.

        Args:
            root: its folder.
            settings: of the office.
            clock: the time.
            first: writes what stands before everything else in its ledger.

        Raises:
            Misuse: there is one already, or some of one; or the settings are none of an office.
            MediumError: the disk refused, or what keeps the key-encryption keys does not answer.
            Missing, NoKey, Refused: that cannot be used; only where this shows no sooner than with the first key is the office made.
        """
        text = _text_of(settings)
        open_kek(settings.kek, Surroundings(folder=Home(root).keks, scope=_NOBODY)).has(1)
        _must_be_fit(settings.database)
        home = make_home(root)
        with _disk(root):
            _make_key(home.keys / _LOG_KEY)
            make_vault(home.keys)
            _create_database(home, settings.database).close()
            write_whole(home.settings, text.encode())
        office = cls.open(root, clock)
        with office.ledger.transaction() as tx:
            if first:
                first(tx)
            tx.append("office.made", fields={"schema": len(_MIGRATIONS)})
        if settings.kek != _FILE:  # where the first key may fail, that shall not be while somebody seals
            with contextlib.ExitStack() as if_it_fails:
                if_it_fails.callback(office.close)
                with office.ledger.transaction() as tx:
                    office.custodian.prepare(tx)
                if_it_fails.pop_all()
        return office

    @classmethod
    def open(cls, root: Path, clock: Clock, *, finish: bool = True) -> Self:
        """Open an office and finish what a kill left unfinished.

        Args:
            root: its folder.
            clock: the time.
            finish: whether destructions are finished now; who has none to wait for calls :meth:`finish_destructions` later.

        Raises:
            Missing: there is none.
            LedgerBroken: its ledger has forked; nothing is written.
            Unreadable: its database, settings or keys are damaged.
            MediumError: the disk refused to finish a destruction.
        """
        home = find_home(root)
        leftovers = home.leftovers
        with contextlib.suppress(OSError):  # on a full disk a loss must still be reported; the next start tries again
            leftovers.sweep()
        settings, signer, vault = _read_settings(home), _read_key(home.keys / _LOG_KEY), open_vault(home.keys)
        connection = _open_database(home, settings.database)
        with contextlib.ExitStack() as if_it_fails, translated(home.database):
            if_it_fails.callback(connection.close)
            record_keys = RecordKeys(home.records)
            ledger = Ledger(
                connection,
                origin=settings.origin,
                signer=signer,
                anchor=home.anchor,
                lock=home.lock,
                clock=clock,
                records=record_keys,
            )
            around = _surroundings(home, ledger.key.public)
            keks = EpochKeks(
                connection, chosen=lambda: _read_settings(home).kek, build=lambda text: open_kek(text, around)
            )
            cosigning = Cosigning(ledger, settings.witnesses)
            office = cls(
                home=home,
                settings=settings,
                clock=clock,
                ledger=ledger,
                cosigning=cosigning,
                signer=signer,
                custodian=Custodian(connection, ledger, keks),
                releases=Releases(connection, ledger, keks, cosigning),
                destruction=Destruction(connection, ledger, keks),
                shredding=Shredding(connection, ledger, record_keys),
                move=Move(connection, keks),
                codes=OneTimeCodes(keks),
                escrows=Escrows(ledger, keks, cosigning),
                vault=vault,
                leftovers=leftovers,
            )
            if finish:
                office.finish_destructions()
            office.sweep_cuts()
            if_it_fails.pop_all()
        return office

    def finish_destructions(self) -> None:
        """Finish every destruction that was begun, and a move of the keys, as far as can be done now.

        Somebody who reads the database for long holds up the clearing of its log, and so the leaf that says that it is done;
        the shares and their key are gone by then. The next start goes on.

        Raises:
            MediumError: the disk, or what keeps the keys, refused one.
            Missing, NoKey: what keeps the keys cannot be used as it stands.
        """
        try:
            self._settle_address()
            self.destruction.finish()
            self.shredding.finish()
            if epochs.pending_move(self.ledger.connection):
                with self.ledger.transaction(Trust.STOPPING) as tx:
                    self.move.end(tx)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise

    def _settle_address(self) -> None:
        """Write where the keys have moved into the settings, while the database still says so."""
        pending = epochs.pending_move(self.ledger.connection)
        if pending is None or _read_settings(self.home).kek == pending[1]:
            return
        text = self.home.settings.read_text(encoding="utf-8-sig")
        line = f"kek = {_quoted(pending[1])}"
        changed, found = _KEK_LINE.subn(lambda _: line, text)
        try:
            write_whole(self.home.settings, (changed if found else f"{text}{line}\n").encode(), overwrite=True)
        except OSError as error:
            raise MediumError("store.disk_failed", path=self.home.settings) from error

    def tell_witnesses(self) -> None:
        """Have witnesses cosign what is in the ledger by now, as far as they answer; nothing waits for those who do not.

        Raises:
            LedgerBroken: one of them has seen another history of this ledger, and too few vouch for this one.
        """
        size = self.ledger.checkpoint().size
        if size and self.cosigning.quorum.witnesses:
            with contextlib.suppress(Refused, Busy):
                self.cosigning.cover(size - 1)

    @property
    def people_lock(self) -> Path:
        """The lock file of whoever makes a cut: the population grows with it."""
        return self.home.people / "lock"

    def sweep_cuts(self) -> None:
        """Remove what a kill or a fault left of a cut before it was recorded: nobody would list, seal or miss it.

        While somebody is cutting, and on a disk that refuses, it is left to the next start.
        """
        with contextlib.suppress(OSError, sqlite3.Error, Busy, MediumError):
            if self._unrecorded_cuts():
                with exclusive(self.people_lock, patience=0):
                    for folder in self._unrecorded_cuts():
                        shutil.rmtree(folder)

    def _unrecorded_cuts(self) -> list[Path]:
        recorded = records.cut_ids(self.ledger.connection)
        folders = [path for path in self.home.cuts.iterdir() if _CUT_ID.fullmatch(path.name) and path.is_dir()]
        return [folder for folder in folders if folder.name not in recorded]

    def note(self, folder: Path) -> None:
        """Remember that an unfinished file may lie in a folder; whoever makes one there says so first.

        Raises:
            MediumError: the disk refused.
        """
        try:
            self.leftovers.note(folder)
        except OSError as error:
            raise MediumError("custody.vault_disk", path=self.home.root) from error

    def day(self, time: datetime) -> date:
        """Return which day it is at a time, by the clock on the office's wall: contracts begin and end by that."""
        return time.astimezone(ZoneInfo(self.settings.zone)).date()

    def today(self) -> date:
        """Return which day it is; never one before the ledger's last entry."""
        return self.day(self.ledger.time())

    @property
    def register(self) -> Register:
        """Who is who.

        Raises:
            Missing: no register was imported yet.
        """
        text = records.newest_register(self.ledger.connection)
        if text is None:
            raise Missing("custody.no_register")
        return _parsed_register(text, self.home.root / "register")

    def close(self) -> None:
        """Close the database, and what it keeps of unfinished files."""
        self.leftovers.close()
        self.ledger.connection.close()


def _must_be_fit(address: str) -> None:
    if address:
        with _driver():
            from sekisho.store.postgresql import must_be_fit  # noqa: PLC0415 - an extra
        must_be_fit(address)


def _create_database(home: Home, address: str) -> Connection:
    """Make the database; a server's driver is imported only where there is one."""
    if not address:
        return create_database(home.database, _MIGRATIONS)
    with _driver():
        from sekisho.store.postgresql import create_postgresql  # noqa: PLC0415 - an extra
    return create_postgresql(address, _MIGRATIONS)


def _open_database(home: Home, address: str) -> Connection:
    if not address:
        if not home.database.exists():
            raise Missing("store.no_office", path=home.root)
        return open_database(home.database, _MIGRATIONS)
    with _driver():
        from sekisho.store.postgresql import open_postgresql  # noqa: PLC0415 - an extra
    return open_postgresql(address, _MIGRATIONS)


@contextlib.contextmanager
def _driver() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise Missing("store.no_driver") from error


def _surroundings(home: Home, public: bytes) -> Surroundings:
    """Say what a back-end may use: keys are named after the log's key, so that two offices may share a token or server."""
    return Surroundings(folder=home.keks, scope=hashlib.sha256(public).digest()[:8].hex())


@lru_cache(maxsize=1)
def _parsed_register(text: str, path: Path) -> Register:
    """Parse the register, once as long as it stays what it is: nobody changes one."""
    return parse_register(text, path)


def default_origin(name: str) -> str:
    """Return a log name for an office that has no domain of its own yet."""
    plain = "".join(character if character.isascii() and character.isalnum() else "-" for character in name.lower())
    return f"{DOMAIN}/{plain.strip('-') or 'office'}/ledger"


def _make_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_whole(path, pem)


def _read_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise Missing("custody.no_office_key", path=path) from None
    except (ValueError, TypeError, OSError):
        raise Unreadable("signing.not_a_signing_key", path=path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable("signing.not_a_signing_key", path=path)
    return key


def _text_of(settings: Settings) -> str:
    """Return the text of ``office.toml``, read back before anything is made."""
    if not _is_zone(settings.zone):
        raise Misuse("custody.no_such_zone", zone=settings.zone)
    text = settings.to_toml()
    try:
        _parse_settings(text.encode().decode())
    except ValueError:
        raise Misuse("custody.impossible_settings") from None
    return text


def _read_settings(home: Home) -> Settings:
    try:
        text = home.settings.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("custody.bad_settings", path=home.settings, where=Said("shape.no_text")) from None
    try:
        return _parse_settings(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("custody.bad_settings", path=home.settings, where=told(error, text)) from None


def _parse_settings(text: str) -> Settings:
    settings = msgspec.convert(tomllib.loads(text), Settings)
    if not _is_zone(settings.zone):
        raise Misshapen(Said("shape.no_zone"))
    return settings


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for "Asia", which is a folder
        return False
    return True


@contextlib.contextmanager
def _disk(root: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise Misuse("store.office_exists", path=root) from None
    except OSError as error:
        raise MediumError("store.disk_failed", path=root) from error


def _quoted(value: object) -> str:
    """Write a TOML basic string, a number or a list: as JSON does, but for one control character that may not stand in it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

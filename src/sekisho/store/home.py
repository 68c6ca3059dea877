"""Where an office keeps its things: one folder that only its owner can enter.

sekisho.db      tickets, custody, the ledger: one SQLite file, so that a change and its leaf are one commit
anchor          the last tree head, outside the database: an older database is noticed
lock            held by whoever writes
office.toml     name, telephone, time zone, log origin
keys/           the ledger's signing key, the vault key
keks/           key-encryption keys of the custodian, one file an epoch; in no backup
records/        keys of the personal values in the ledger; a backup of it is as old as what it brings back
cuts/           what was cut, encrypted to the vault
people/         the population, the index of people of every copy and of lost files, what is known of them; encrypted to the vault
leftovers       where unfinished files may lie after a kill
"""

from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import MediumError, Missing, Misuse
from sekisho.files import Leftovers, private_folder


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of an office's folder."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "sekisho.db"

    @property
    def anchor(self) -> Path:
        """The last tree head."""
        return self.root / "anchor"

    @property
    def lock(self) -> Path:
        """The writer's lock."""
        return self.root / "lock"

    @property
    def settings(self) -> Path:
        """The office's settings."""
        return self.root / "office.toml"

    @property
    def keys(self) -> Path:
        """The office's own keys."""
        return self.root / "keys"

    @property
    def keks(self) -> Path:
        """The custodian's key-encryption keys."""
        return self.root / "keks"

    @property
    def records(self) -> Path:
        """The keys of personal values in the ledger."""
        return self.root / "records"

    @property
    def cuts(self) -> Path:
        """What was cut."""
        return self.root / "cuts"

    @property
    def people(self) -> Path:
        """The population and the indexes."""
        return self.root / "people"

    @property
    def leftovers(self) -> Leftovers:
        """The journal of unfinished files."""
        return Leftovers(self.root / "leftovers", own=[self.keys, self.keks, self.records, self.cuts, self.people])


def make_home(root: Path) -> Home:
    """Make the folder of a new office.

    Raises:
        Misuse: an office is already there; it is never overwritten.
        MediumError: the folder cannot be made or entered.
    """
    home = Home(root)
    try:
        if home.database.exists() or home.settings.exists():
            raise Misuse("store.office_exists", path=root)
        for folder in (root, home.keys, home.keks, home.records, home.cuts, home.people):
            private_folder(folder)
    except OSError as error:
        raise MediumError("store.no_folder", path=root) from error
    return home


def find_home(root: Path) -> Home:
    """Return the folder of an office that was made before.

    Raises:
        Missing: there is none.
        MediumError: the folder cannot be entered.
    """
    home = Home(root)
    try:
        if not home.settings.exists():
            raise Missing("store.no_office", path=root)
    except OSError as error:
        raise MediumError("store.no_folder", path=root) from error
    return home

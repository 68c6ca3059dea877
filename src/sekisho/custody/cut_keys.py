"""The keys of cuts: one master for each cut, kept in its folder of the vault, and one for all cuts that are to be joined."""

from collections.abc import Callable
from pathlib import Path

from sekisho.custody.office import Office
from sekisho.cut.forms.form import Keys
from sekisho.cut.tokens.keys import KEY_BYTES, derive, derive_join

_MASTER, _JOIN_MASTER = "key.age", "join.age"


def new_token_keys(
    office: Office, folder: Path, *, cut: str, recipient: str, randomness: Callable[[int], bytes]
) -> Keys:
    """Return the keys of a new cut's tokens; the master is drawn and kept when the first key is asked for."""
    masters = list[bytes]()

    def key(field: str) -> bytes:
        if not masters:
            masters.append(randomness(KEY_BYTES))
            office.vault.write(folder / _MASTER, masters[0])
        return derive(masters[0], cut=cut, recipient=recipient, field=field)

    return key


def token_keys(office: Office, *, cut: str, recipient: str) -> Keys | None:
    """Return the keys of a cut's tokens; None if it has none that lead back by a key.

    Raises:
        Unreadable: the master is damaged.
    """
    path = office.home.cuts / cut / _MASTER
    if not path.exists():
        return None
    master = office.vault.read(path)
    return lambda field: derive(master, cut=cut, recipient=recipient, field=field)


def join_keys(office: Office, *, randomness: Callable[[int], bytes]) -> Keys:
    """Return the keys that cuts share, by name; their master is drawn and kept when the first is asked for.

    Raises:
        Unreadable: the master is damaged.
    """
    path = office.home.people / _JOIN_MASTER

    def key(name: str) -> bytes:
        if not path.exists():
            office.vault.write(path, randomness(KEY_BYTES))
        return derive_join(office.vault.read(path), name=name)

    return key

"""The key files under which the personal values of entries lie: one generation at a time, outside the database.

A deleted row may live on in file-system blocks, write-ahead logs, replicas and dumps. What makes it worthless is that the
key it was encrypted under is gone; so these files are kept beside the database and never in it, and a backup of them is
as old as the oldest value that it can bring back.
"""

import os
from collections.abc import Callable
from pathlib import Path

from sekisho.errors import MediumError, Unreadable
from sekisho.files import private_folder, shred, sync_folder, write_whole

KEY_BYTES = 32

_SUFFIX = ".key"


class RecordKeys:
    """A folder with one file a generation; what was read of it is remembered as long as this lives."""

    def __init__(self, folder: Path, *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        self._folder = folder
        self._randomness = randomness
        self._known: dict[int, bytes] = {}

    def make(self, generation: int) -> bytes:
        """Make the key of a generation, durably, and return it; where it was made before, that one.

        It is not remembered: until the generation is committed, another program may make it anew.

        Raises:
            MediumError: the disk refused.
            Unreadable: what stands there is no key.
        """
        path = self._path(generation)
        try:
            private_folder(self._folder)
            if path.exists():
                sync_folder(self._folder)  # whoever made it may have been killed before its name was durable
            else:
                write_whole(path, self._randomness(KEY_BYTES))
        except OSError as error:
            raise MediumError("ledger.record_key_disk", path=path) from error
        key = self._read(generation)
        if key is None:
            raise MediumError("ledger.record_key_disk", path=path)
        return key

    def get(self, generation: int) -> bytes | None:
        """Return the key of a generation, or None where it is not here.

        Raises:
            MediumError: the disk refused.
            Unreadable: what stands there is no key.
        """
        if generation not in self._known and (key := self._read(generation)) is not None:
            self._known[generation] = key
        return self._known.get(generation)

    def destroy_all_but(self, generation: int) -> None:
        """Destroy the keys of every other generation, for good; destroying again changes nothing.

        Raises:
            MediumError: the disk refused; the next call goes on.
        """
        self._known = {kept: key for kept, key in self._known.items() if kept == generation}
        try:
            for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
                if path != self._path(generation):
                    shred(path)
            sync_folder(self._folder)
        except OSError as error:
            raise MediumError("ledger.record_key_disk", path=self._folder) from error

    def _read(self, generation: int) -> bytes | None:
        path = self._path(generation)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MediumError("ledger.record_key_disk", path=path) from error
        if len(key) != KEY_BYTES:
            raise Unreadable("ledger.record_key_damaged", path=path)
        return key

    def _path(self, generation: int) -> Path:
        return self._folder / f"{generation:06d}{_SUFFIX}"

"""Several identities as one, for whoever takes one: a file of identities holds old keys beside the newest."""

from collections.abc import Iterable, Sequence

from sekisho.age.errors import PluginError
from sekisho.age.filekey import Identity
from sekisho.age.stanza import Stanza


class AnyOf:
    """Unwraps with the first of its identities that can, in their order."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._identities = tuple(identities)

    def unwrap(self, stanzas: Sequence[Stanza], /) -> bytes | None:
        """Return the file key, or none if no stanza is for any of them.

        Raises:
            HeaderError: a stanza of a type of theirs is malformed.
            PluginError: none of them can, and a plugin refused: its token may be the one that is missing.
        """
        refused: PluginError | None = None
        for identity in self._identities:
            try:
                if (file_key := identity.unwrap(stanzas)) is not None:
                    return file_key
            except PluginError as error:
                refused = refused or error
        if refused is not None:
            raise refused
        return None

"""What can be wrong with an age file or a key, in words and exit codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sekisho.age.errors import (
    AgeError,
    ArmorError,
    HeaderError,
    KeyTextError,
    MacError,
    MixedRecipientsError,
    NoMatchError,
    PassphraseError,
    PayloadError,
    PluginError,
)
from sekisho.errors import Misuse, NoKey, Refused, SekishoError, Unreadable

_ERRORS: dict[type[AgeError], tuple[type[SekishoError], str]] = {
    ArmorError: (Unreadable, "age.armor"),
    HeaderError: (Unreadable, "age.header"),
    MacError: (Unreadable, "age.altered"),
    PayloadError: (Unreadable, "age.damaged"),
    NoMatchError: (NoKey, "age.other_key"),
    PassphraseError: (NoKey, "signing.wrong_passphrase"),
    KeyTextError: (Unreadable, "age.bad_key"),
    MixedRecipientsError: (Misuse, "age.mixed"),
    PluginError: (Refused, "age.plugin"),
}


@contextmanager
def told(path: Path | str) -> Iterator[None]:
    """Say of what age refuses in the block that it was this file.

    Raises:
        SekishoError: just that.
    """
    try:
        yield
    except AgeError as error:
        kind, key = _ERRORS[type(error)]
        raise kind(key, path=path) from None

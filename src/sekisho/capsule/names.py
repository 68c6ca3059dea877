"""Names in a payload: such as every operating system can have, and each file one and the same on all of them.

A capsule is made in an office and opened on a contractor's machine, whatever that runs. A name that cannot be written
there, or that two systems take for two different files, would be found out on site, where nobody can seal again.
Sources: Microsoft, "Naming Files, Paths, and Namespaces"; PKWARE APPNOTE 6.3.10 section 4.4.17; Unicode 16, section
3.13, D145 for what counts as the same name.
"""

import re
import unicodedata

_LONGEST_PART = 255  # bytes on ext4 and APFS; NTFS and exFAT count UTF-16 units, which are never more
_LONGEST_NAME = 1024

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE)
# Controls, what Windows keeps for itself, and what turns the direction in which a name is shown.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"\\|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')


class Names:
    """The names that a payload has so far."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, name: str) -> None:
        """Take the next file's name.

        Raises:
            ValueError: the rule that it breaks; the name is not repeated.
        """
        if problem := _problem(name):
            raise ValueError(problem)
        same = _caseless(name)
        folders = {same[: slash.start()] for slash in re.finditer("/", same)}
        if same in self._files or same in self._folders or not folders.isdisjoint(self._files):
            raise ValueError("a name stands once, in whatever case, and is a file or a folder")
        self._files.add(same)
        self._folders |= folders


def _problem(name: str) -> str | None:
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        return "names are relative, without . and .."
    if _FORBIDDEN.search(name) or any(part[-1] in ". " or _DEVICE.fullmatch(part) for part in parts):
        return "names hold only what every operating system can"
    if unicodedata.normalize("NFC", name) != name:
        return "names are composed (NFC)"
    if len(name.encode()) > _LONGEST_NAME or any(len(part.encode()) > _LONGEST_PART for part in parts):
        return "names are short enough for every operating system"
    return None


def _caseless(name: str) -> str:
    """Return what every spelling of a name has in common."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())

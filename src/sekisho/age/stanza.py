"""A recipient stanza: the file key, wrapped for one recipient (C2SP ``age.md``, "Recipient stanza").

A stanza is a line of arguments, the first of them its type, and a body. What type and arguments mean is the business
of whoever makes and reads that type; here it is only made sure that a stanza can be written and read back.
"""

import re
from dataclasses import dataclass

from sekisho.age import unpadded

FILE_KEY_SIZE = 16
ARROW = "-> "
COLUMNS = 64

_ARGUMENT = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Stanza:
    """One wrapped file key.

    Attributes:
        type: the first argument, such as ``X25519``; other people's types bear a domain, ``example.com/enigma``.
        args: the arguments after it.
        body: the wrapped key.

    Raises:
        ValueError: an argument is empty or holds something other than printable ASCII without spaces.
    """

    type: str
    args: tuple[str, ...] = ()
    body: bytes = b""

    def __post_init__(self) -> None:
        if not all(_ARGUMENT.fullmatch(argument) for argument in (self.type, *self.args)):
            raise ValueError("an argument is empty or holds more than printable ASCII")

    def to_text(self) -> str:
        """Write the stanza as it stands in a header, with its last line feed.

        The body's last line is shorter than the others even if that leaves it empty: so a reader knows the end.
        """
        body = unpadded.encode(self.body)
        lines = (body[start : start + COLUMNS] for start in range(0, len(body) + 1, COLUMNS))
        return "\n".join((ARROW + " ".join((self.type, *self.args)), *lines, ""))

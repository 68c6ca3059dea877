"""A stanza that means nothing, so that readers stay used to passing over what they do not know.

Rust's age writes one into every file. Its type ends in ``-grease``, which no type that means something may (C2SP
``age-plugin.md`` uses the same for commands); everything else of it is random.
"""

import os

from sekisho.age import unpadded
from sekisho.age.filekey import Randomness
from sekisho.age.stanza import Stanza

SUFFIX = "-grease"

_MOST_ARGUMENTS = 4
_LONGEST_BODY = 100


def stanza(*, randomness: Randomness = os.urandom) -> Stanza:
    """Return a stanza that no identity knows."""
    arguments, body, *sizes = randomness(2 + _MOST_ARGUMENTS)
    texts = [unpadded.encode(randomness(1 + size % 12)) for size in sizes[: arguments % (_MOST_ARGUMENTS + 1)]]
    return Stanza(randomness(4).hex() + SUFFIX, tuple(texts), randomness(body % (_LONGEST_BODY + 1)))

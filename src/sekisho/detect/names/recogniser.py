"""The recognisers of names and the one way to get one: the seam ``sekisho.names``."""

from collections.abc import Callable, Mapping
from typing import cast

from sekisho import plugins
from sekisho.detect.names.spans import NameRecogniser

SEAM = "sekisho.names"

BUILT_IN: Mapping[str, str] = {
    "dictionary": "sekisho.detect.names.dictionary:open_recogniser",
    "tagger": "sekisho.detect.names.tagger:open_recogniser",
    "spacy": "sekisho.detect.names.adapters:open_spacy",
    "ginza": "sekisho.detect.names.adapters:open_ginza",
    "gliner": "sekisho.detect.names.adapters:open_gliner",
}


def load(name: str | None = None) -> NameRecogniser:
    """Return a recogniser of names.

    Args:
        name: ``dictionary``, ``tagger``, ``spacy:MODEL``, ``ginza``, ``gliner:MODEL``, or one that an installed package
            offers; without one the tagger if it has been trained here, otherwise the dictionary.

    Raises:
        LookupError: there is none of that name.
        Missing: what it needs is not installed, or has not been trained.
    """
    if name is None:
        from sekisho.detect.names.model import is_trained  # noqa: PLC0415 - numpy only where names are asked for

        name = "tagger" if is_trained() else "dictionary"
    kind, _, model = name.partition(":")
    opened = cast("Callable[[str], NameRecogniser]", plugins.load(SEAM, kind, BUILT_IN))
    return opened(model)

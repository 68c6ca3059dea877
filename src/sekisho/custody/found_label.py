"""What a finder reads on a medium: whom to call, and that there is nothing to see. Never what it holds or for whom."""

from sekisho.catalogue.words import LANGUAGES, say
from sekisho.custody.office import Settings
from sekisho.media.writing import Place, put

_NAME = "拾得した方へ_IF-FOUND.txt"


def found_label(settings: Settings) -> tuple[str, str]:
    """Return the label's name and text."""
    text = "\n\n".join(say("custody.if_found", language, phone=settings.phone) for language in LANGUAGES)
    return _NAME, f"{text}\n"


def write_found_label(place: Place, settings: Settings) -> None:
    """Put the label on a medium; one that is there already is renewed.

    Raises:
        MediumError, OSError: as :func:`~sekisho.media.writing.put`.
    """
    name, text = found_label(settings)
    put(place, name, text.encode())

"""QR codes on a terminal, or in a file to print."""

from io import StringIO
from pathlib import Path

from sekisho.errors import MediumError


def qr_code(text: str) -> str:
    """Return a QR code as a terminal shows it."""
    import segno

    out = StringIO()
    segno.make(text, micro=False).terminal(out, compact=True)
    return out.getvalue()


def write_qr(text: str, path: Path) -> None:
    """Write a QR code as a picture, of the kind that the file's name says.

    Raises:
        MediumError: the disk refused.
    """
    import segno

    try:
        segno.make(text, micro=False, error="l").save(str(path), scale=4)
    except OSError as error:
        raise MediumError("cli.disk", path=path) from error

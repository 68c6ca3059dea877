"""An ordinary medium was lost, which nobody sealed: an incident about files that still lie in the office.

The files are read first: a name that was misspelt opens no incident. Who is in them is known as exactly as from a sealed
index; what became of the medium is not, and nothing here says otherwise: the verdict is unknown, and the line is "we cannot
exclude that it was read".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sekisho.clock import to_text
from sekisho.custody.office import Office
from sekisho.errors import Misuse
from sekisho.loss.affected.columns import Said
from sekisho.loss.affected.files import FilesIndexed, index_files
from sekisho.loss.affected.people import attach_files
from sekisho.loss.facts.fact import Value
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.computing import compute
from sekisho.loss.incident.declaring import declare
from sekisho.loss.incident.opening import open_plain
from sekisho.loss.incident.stating import Stated, state
from sekisho.progress import Progress, silent
from sekisho.signing.keys import SigningKey

_SOURCE = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainReport:
    """What whoever reports it says; what nobody knows yet is None, and can be stated later.

    Attributes:
        known_at: when the office learned of it.
        noticed_at: when its holder noticed; the same where nobody says otherwise.
        last_seen: when it was last seen.
        event: ``lost`` or ``stolen``.
        medium: its kind, of the vocabulary.
        media: how many, all with the same data.
        outside: whether it was lost outside of the premises.
        title: what the data are called.
    """

    known_at: datetime
    noticed_at: datetime | None = None
    last_seen: datetime | None = None
    event: str = "lost"
    medium: str = "usb_stick"
    media: int = 1
    outside: bool | None = True
    title: str = ""

    def facts(self) -> Iterator[tuple[str, Value]]:
        """Yield what it says as facts."""
        yield "event", self.event
        yield "medium_kind", self.medium
        yield "media_count", self.media
        yield "noticed_at", to_text(self.noticed_at or self.known_at)
        if self.last_seen:
            yield "occurred_from", to_text(self.last_seen)
        if self.outside is not None:
            yield "lost_outside", self.outside
        if self.title:
            yield "title", self.title


def report_plain_loss(
    office: Office,
    paths: Sequence[Path],
    report: PlainReport,
    *,
    said: Sequence[Said] = (),
    key: SigningKey | None = None,
    progress: Progress = silent,
) -> tuple[int, FilesIndexed]:
    """Make the index of people of files that were on a lost medium, open the incident, declare it and compute what is due.

    Args:
        office: whose it is.
        paths: the files that were on it, as they still are in the office; and folders with everything below them.
        report: what is said of the loss.
        said: what kind of data single columns hold, where their headers do not say it.
        key: of the person who says so.
        progress: told after each block how many rows it had.

    Returns:
        The incident's number, and the index.

    Raises:
        Misuse: a time that has not come.
        NotFound: nothing is there, or nobody is in it.
        Unreadable: a file broke while it was read.
        MediumError: the disk refused.
    """
    now = office.ledger.time()
    for moment in (report.known_at, report.noticed_at, report.last_seen):
        if moment and moment > now:
            raise Misuse("loss.not_come_yet", time=moment)
    files = index_files(office, paths, said=said, progress=progress)
    number = open_plain(office)
    attach_files(office, number, files)
    collect(office, number)
    state(office, number, [Stated(name, value) for name, value in report.facts()], source=_SOURCE, key=key)
    declare(office, number, known_at=report.known_at, key=key)
    compute(office, number)
    return number, files

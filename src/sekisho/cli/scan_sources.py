"""Where a scan reads: files, folders, stores and databases, and what an earlier scan remembers of them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sekisho.cli.scan_asked import Asking
from sekisho.detect.database import scan_database
from sekisho.detect.memory import Memory
from sekisho.detect.spread import scan_all
from sekisho.errors import MediumError, NotFound, Unreadable
from sekisho.progress import Progress
from sekisho.readers.address import is_address
from sekisho.readers.changes import changed_since, since
from sekisho.readers.folders import Found, found_at
from sekisho.readers.remote import path_of
from sekisho.workers.named import default_executor, executor_of

if TYPE_CHECKING:
    from sekisho.detect.findings import Report

_TOGETHER = 1000  # files handed to the workers at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is scanned.

    Attributes:
        asking: the command line.
        files: what was found below the paths, changed since the time that was named.
        databases: addresses.
        memory: what an earlier scan remembers.
    """

    asking: Asking
    files: Sequence[Found]
    databases: Sequence[str]
    memory: Memory | None

    @classmethod
    def of(cls, asking: Asking) -> "Sources":
        """Find everything that is to be scanned.

        Raises:
            NotFound: there is no such file or folder.
            Misuse: a time that is none.
            Unreadable: the memory may not be read.
        """
        databases = [each for each in asking.sources if is_address(each)]
        files = [file for each in asking.sources if not is_address(each) for file in _files(each, asking.s3_endpoint)]
        memory = _memory(asking)
        own = {path.absolute() for path in asking.own_files}
        files = [file for file in files if file.path.absolute() not in own]
        if asking.changed_since is not None:
            moment = since(asking.changed_since, now=asking.session.clock.now())
            files = [file for file in files if changed_since(file, moment)]
        return cls(asking=asking, files=files, databases=databases, memory=memory)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to scan; that nothing has changed is no such case."""
        return not self.files and not self.databases and self.asking.changed_since is None

    @property
    def size(self) -> int:
        """How many bytes the files have together."""
        return sum(file.size for file in self.files)

    def reports(self, step: Progress) -> "Iterator[list[Report]]":
        """Yield the reports, a list for each file in its order, then those of the databases."""
        for start in range(0, len(self.files), _TOGETHER):
            yield from self._of_files(self.files[start : start + _TOGETHER], step)
        for address in self.databases:
            ask = self.asking.session.password
            rules = self.asking.table_rules
            for report in scan_database(address, full=self.asking.full, ask=ask, progress=step, rules=rules):
                yield [report]

    def finish(self) -> None:
        """Write the memory, and say how many files it spared.

        Raises:
            MediumError: the disk refused.
        """
        if self.memory is None:
            return
        try:
            self.memory.save()
        except OSError as error:
            raise MediumError("cli.disk", path=self.asking.remember) from error
        self.asking.session.note("scan.remembered", count=f"{self.memory.taken:,}", of=f"{len(self.files):,}")

    def _of_files(self, files: Sequence[Found], step: Progress) -> "Iterator[list[Report]]":
        known = {place: reports for place, file in enumerate(files) if (reports := self._remembered(file)) is not None}
        left = [file for place, file in enumerate(files) if place not in known]
        size = sum(file.size for file in left)
        with (
            executor_of(self.asking.on) if self.asking.on else default_executor(size) as executor,
            # Closed before the place of work is left, so that nothing there is waited for afterwards.
            closing(scan_all(left, executor=executor, progress=step, asked=self.asking.of_files)) as scanned,
        ):
            for place, file in enumerate(files):
                if place in known:
                    step(file.size)
                    yield known[place]
                else:
                    reports = next(scanned)
                    if self.memory:
                        self.memory.put(file, reports)
                    yield reports

    def _remembered(self, file: Found) -> "list[Report] | None":
        return self.memory.get(file) if self.memory and not self.asking.reveal else None


def _files(text: str, endpoint: str | None) -> Iterable[Found]:
    """Return the file, or everything below the folder.

    Raises:
        NotFound: there is no such file or folder.
    """
    path = path_of(text, endpoint=endpoint)
    if not text:
        raise NotFound("cli.no_file", path=path)
    try:
        return found_at(path)
    except FileNotFoundError as error:
        raise NotFound("cli.no_file", path=path) from error


def _memory(asking: Asking) -> Memory | None:
    if asking.remember is None:
        return None
    try:
        memory = Memory.open(asking.remember, asking.digest, now=asking.session.clock.now(), verify=asking.verify)
    except OSError as error:
        raise Unreadable("readers.not_allowed", path=asking.remember) from error
    if memory.state in {"damaged", "other_rules"}:
        asking.session.note(f"scan.memory_{memory.state}")
    return memory

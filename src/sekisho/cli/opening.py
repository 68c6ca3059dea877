"""One opening: the way to a release that was asked for, what is acknowledged before it, and what is compared after."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sekisho.cli.asking import confirmed
from sekisho.cli.progress import progress
from sekisho.cli.session import Session
from sekisho.clock import from_text, to_machine_local
from sekisho.errors import Missing, Misuse, Refused, Unreadable

if TYPE_CHECKING:
    from sekisho.age.filekey import Identity
    from sekisho.capsule.opening import OpenCapsule, ShareSource, Use
    from sekisho.custody.release_sources import FileRelease, OnlineRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way to a release that was asked for; without one, the office on this machine gives it.

    Attributes:
        code: by telephone.
        online: over a network.
        qr: by a QR code.
        request: by files: where the request is written.
        release: where the answer will be.
        cards: of offices.
        witnesses: keys of witnesses that must have cosigned the release.
        purpose: what the person typed.
        keys: of the approvers, on the office's machine.
    """

    code: bool
    online: bool
    qr: bool
    request: Path | None
    release: Path | None
    cards: tuple[Path, ...]
    witnesses: tuple[str, ...]
    purpose: str
    keys: tuple[Path, ...]

    @property
    def names(self) -> list[str]:
        """What was asked for is called."""
        asked = {"code": self.code, "online": self.online, "qr": self.qr, "files": bool(self.request or self.release)}
        return [name for name, wanted in asked.items() if wanted]

    @property
    def name(self) -> str:
        """What it is called."""
        return next(iter(self.names), "here")

    def must_be_one(self) -> None:
        """Refuse several ways at once, and half of one.

        Raises:
            Misuse: just that.
        """
        if len(self.names) > 1 or bool(self.request) != bool(self.release) or (self.names and self.keys):
            raise Misuse("cli.open_one_way")


@dataclass(frozen=True, slots=True)
class Opening:
    """Gets a release, by the way that was asked for, and opens."""

    session: Session
    route: Route
    reader: "Identity" = field(repr=False)
    yes: bool

    def open(self, file: BinaryIO, *, save: bool) -> "OpenCapsule":
        """Open a capsule, once whoever opens has said yes to what is recorded.

        Raises:
            Refused: the answer was no; nothing was asked for.
            SekishoError: as :func:`sekisho.capsule.opening.open_capsule`.
        """
        from sekisho.capsule.opening import Use

        use = Use.SAVE if save else Use.ASK
        match self.route.name:
            case "here":
                opened = self._here(file, use)
            case "online" | "files":
                opened = self._proven(file, use)
            case _:
                opened = self._told(file, use)
        self.session.note("open.opened", **_facts(opened))
        return opened

    def _here(self, file: BinaryIO, use: "Use") -> "OpenCapsule":
        from sekisho.custody.releasing import open_here

        session = self.session
        try:
            with session.office() as office:
                approvers = tuple(session.key(path) for path in self.route.keys)
                self._acknowledge()
                with progress(session, "open.comparing", total=_size(file)) as step:
                    return open_here(office, file, self.reader, approvers, use=use, progress=step)
        except Missing as error:
            if error.key != "store.no_office":
                raise
            raise Missing("cli.no_office_here", path=session.home) from None

    def _proven(self, file: BinaryIO, use: "Use") -> "OpenCapsule":
        """Open with an answer that says what was sealed, and compare."""
        import hashlib

        from sekisho.capsule.opening import open_capsule
        from sekisho.custody.releasing import file_digest

        source = self._source()
        self._acknowledge()
        with progress(self.session, "open.comparing", total=_size(file)) as step:
            digest = file_digest(file, step)
        opened = open_capsule(file, self.reader, source)
        manifest = hashlib.sha256(opened.manifest.encode()).digest()
        if {(digest, manifest)} != {
            (said.capsule.hex(), said.manifest) for said in source.opened
        }:  # each custodian's word
            raise Unreadable("custody.other_content")
        _check(opened, use)
        return opened

    def _told(self, file: BinaryIO, use: "Use") -> "OpenCapsule":
        """Open with digits that were read aloud, for which this machine's clock stands in for the office's."""
        from sekisho.capsule.opening import check_window, open_capsule

        source = self._by_digits()
        self._acknowledge()
        opened = open_capsule(file, self.reader, source)
        check_window(opened.manifest, self.session.clock.now())
        _check(opened, use)
        return opened

    def _source(self) -> "OnlineRelease | FileRelease":
        from sekisho.cli.open_routes import file_release, make_asker, online_release, read_cards

        route = self.route
        asker = make_asker(
            self.session, read_cards(self.session, route.cards), purpose=route.purpose, witnesses=route.witnesses
        )
        if route.request is None or route.release is None:
            return online_release(self.session, asker)
        if os.path.lexists(route.request) or os.path.lexists(route.release):
            raise Misuse("cli.file_exists", path=route.request if os.path.lexists(route.request) else route.release)
        return file_release(self.session, asker, route.request, route.release)

    def _by_digits(self) -> "ShareSource":
        from sekisho.cli.open_routes import Telephone, code_release, read_cards

        if self.route.code:
            return Telephone(self.session)
        return code_release(self.session, read_cards(self.session, self.route.cards))

    def _acknowledge(self) -> None:
        """Say what is recorded and what the content is for, and have it acknowledged before a release is asked for."""
        self.session.note(f"open.recorded_{self.route.name}")
        if not confirmed(self.session, "open.acknowledge", yes=self.yes):
            raise Refused("cli.not_acknowledged")


def _check(opened: "OpenCapsule", use: "Use") -> None:
    from sekisho.capsule.opening import check_use

    check_use(use, allow_save=opened.manifest.allow_save, forms={each.form for each in opened.manifest.files})


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _facts(opened: "OpenCapsule") -> dict[str, object]:
    manifest = opened.manifest
    return {
        "purposes": " / ".join(purpose.title for purpose in manifest.purposes),
        "controller": manifest.controller,
        "people": f"{manifest.people:,}",
        "until": to_machine_local(from_text(manifest.not_after)),
        "due": to_machine_local(from_text(manifest.due)),
        "signer": opened.signer.id,
    }

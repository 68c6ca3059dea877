"""Meeting a medium: is what lies in a folder the one that somebody says it is?

Three things are compared: what the register has, what the device says of itself, and the mark that the office put on it. A
device's word is no identity, and a mark can be copied; a mark on another device than it names means that one of two is a
copy, and which one cannot be told, so the medium is kept apart. So is a stick that is none of the office's.
"""

import contextlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from sekisho.clock import to_text
from sekisho.codes import LOST_CODE_BYTES, lost_code, with_check_digit
from sekisho.custody import media_states
from sekisho.custody.media_records import (
    MediumRecord,
    MediumState,
    add_medium,
    get_medium,
    keeps_media,
    media,
    update_medium,
)
from sekisho.custody.media_states import Facts, MediumEvent
from sekisho.custody.office import Office
from sekisho.errors import MediumError, NoKey, NotFound, Refused, Unreadable
from sekisho.files import NotAFile
from sekisho.ledger.writer import Transaction
from sekisho.media.device import Device, Fingerprint, Platform
from sekisho.media.marker import MediumMark, read_mark, verify_mark
from sekisho.media.platform import SilentPlatform, this_platform
from sekisho.media.writing import Place, look
from sekisho.signing.keys import SigningKey

FOREIGN_LABEL = "Q-"
NO_DEVICE = Fingerprint(vendor_id="", product_id="", serial="", size=0)
"""The fingerprint of a folder that is no device of its own."""

_NUMBER_DIGITS = 6


class Reason(StrEnum):
    """Why a medium is kept apart: codes, as the ledger has them."""

    REPORTED = "reported"
    FOREIGN = "foreign"
    CLONE = "clone"
    FORGED = "forged"
    FAILED = "failed"
    PROBE = "probe"


class Finding(StrEnum):
    """What was met."""

    OURS = "ours"
    UNMARKED = "unmarked"
    ANOTHER = "another"
    CLONE = "clone"
    FORGED = "forged"
    FOREIGN = "foreign"


_WORDS = {
    Finding.UNMARKED: "custody.medium_unmarked",
    Finding.ANOTHER: "custody.medium_another",
    Finding.CLONE: "custody.medium_clone",
    Finding.FORGED: "custody.medium_forged",
    Finding.FOREIGN: "custody.medium_foreign_met",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was met, and which medium of the register that concerns; none for a foreign stick."""

    finding: Finding
    medium: MediumRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stick:
    """A medium that may be written to.

    Attributes:
        label: what it is called.
        place: where it is, and what that was when it was met.
        record: what the register has of it; None in an office that keeps no register of media.
    """

    label: str
    place: Place
    record: MediumRecord | None


def judge(
    said: MediumRecord,
    found: Fingerprint,
    mark: MediumMark | None,
    register: Sequence[MediumRecord],
    *,
    forged: bool = False,
) -> Judgement:
    """Decide what was met.

    Args:
        said: the medium that it is said to be.
        found: what the device says of itself; :data:`NO_DEVICE` for a folder.
        mark: the office's mark on it.
        register: every medium of the office.
        forged: something stands in the place of the mark that the office did not sign.
    """
    ours = [medium for medium in register if not medium.foreign]
    if mark is not None:
        named = next((medium for medium in ours if medium.id == mark.id), None)
        if named is None or named.state is MediumState.RETIRED:
            return Judgement(Finding.FOREIGN, None)
        if not found == mark.fingerprint == named.fingerprint:
            return Judgement(Finding.CLONE, named)
        return Judgement(Finding.OURS if named.id == said.id else Finding.ANOTHER, named)
    alike = [medium for medium in ours if medium.fingerprint == found and medium.state is not MediumState.RETIRED]
    if said.id in {medium.id for medium in alike}:
        return Judgement(Finding.FORGED if forged else Finding.UNMARKED, said)
    if alike and not forged and found != NO_DEVICE:
        return Judgement(Finding.ANOTHER, alike[0])
    return Judgement(Finding.FOREIGN, None)


def check_media(office: Office, labels: Sequence[str]) -> None:
    """Refuse labels that are none of the office's media in its store; where it keeps no register, any will do.

    Raises:
        NotFound: the office has no such medium.
        Refused: it is not in the store.
    """
    connection = office.ledger.connection
    if keeps_media(connection):
        for label in labels:
            _must_be_in_store(get_medium(connection, label), label)


def meet(office: Office, label: str, folder: Path, platform: Platform | None = None) -> Stick:
    """See that a folder lies on the medium that it is said to lie on; keep apart what must not be trusted.

    Args:
        office: whose medium it is.
        label: the medium's label.
        folder: where it is mounted.
        platform: the system's devices; this very system's if not given.

    Raises:
        NotFound: the office has no such medium.
        Refused: it is not in the store, bears no mark, is another one, a foreign one, or one of two with the same mark.
        MediumError: it failed.
    """
    connection = office.ledger.connection
    if not keeps_media(connection):
        return Stick(label=label, place=looked_at(folder, platform), record=None)
    record = get_medium(connection, label)
    _must_be_in_store(record, label)
    place = look(folder, platform or this_platform())
    mark, forged = _mark_on(office, label, place.folder)
    judgement = judge(record, fingerprint_of(place), mark, media(connection), forged=forged)
    if judgement.finding is not Finding.OURS:
        _keep_apart(office, judgement, place)
        raise _refusal(judgement, label, place)
    return Stick(label=label, place=place, record=record)


def marked_medium(office: Office, label: str, folder: Path) -> MediumRecord | None:
    """Return which of the office's media the mark in a folder names; None where there is no mark that the office signed.

    Args:
        office: whose media they are.
        label: what the medium is said to be, for the error.
        folder: where it is mounted.

    Raises:
        MediumError: it failed.
    """
    mark, _ = _mark_on(office, label, folder)
    named = (medium for medium in media(office.ledger.connection) if mark is not None and medium.id == mark.id)
    return next(named, None)


def unprobed(office: Office, labels: Iterable[str]) -> list[str]:
    """Return which of these registered media nobody has tried for the size that they say."""
    return [
        medium.label
        for medium in media(office.ledger.connection)
        if medium.label in set(labels) and medium.size and not medium.probed
    ]


def looked_at(folder: Path, platform: Platform | None = None) -> Place:
    """Note what a folder lies on, where nobody has registered media: a system that does not tell need not."""
    platform = platform or this_platform()
    try:
        return look(folder, platform)
    except MediumError:
        return Place(folder=folder, platform=SilentPlatform(), volume=None)


def fingerprint_of(place: Place) -> Fingerprint:
    """Return what the device under a place says of itself."""
    return place.volume.device.fingerprint if place.volume else NO_DEVICE


def quarantine(tx: Transaction, medium: MediumRecord, reason: Reason) -> MediumRecord:
    """Keep a medium apart, inside the caller's transaction; one that is kept apart already stays so, with no new entry.

    Raises:
        Refused: it is retired.
    """
    state = media_states.after(medium.state, MediumEvent.QUARANTINE, Facts(foreign=medium.foreign))
    if medium.state is state:
        return medium
    kept = msgspec.structs.replace(medium, state=state)
    update_medium(tx.connection, kept)
    tx.append("medium.quarantined", fields={"medium": medium.id, "reason": reason.value})
    return kept


def quarantine_foreign(tx: Transaction, device: Device) -> MediumRecord:
    """Note a stick that is none of the office's, inside the caller's transaction; once, however often it is met."""
    for medium in media(tx.connection):
        if medium.foreign and medium.state is MediumState.QUARANTINE and medium.fingerprint == device.fingerprint:
            return medium
    number = next_number(tx)
    met = new_medium(tx, number, f"{FOREIGN_LABEL}{number}", device, state=MediumState.QUARANTINE, foreign=True)
    add_medium(tx.connection, met)
    tx.append("medium.quarantined", fields={"medium": met.id, "reason": Reason.FOREIGN.value})
    return met


def next_number(tx: Transaction) -> str:
    """Return the next registration number: they are counted, and none is used twice."""
    return with_check_digit(len(media(tx.connection)) + 1, width=_NUMBER_DIGITS)


def new_medium(
    tx: Transaction,
    number: str,
    label: str,
    device: Device | None,
    *,
    state: MediumState = MediumState.IN_STORE,
    section: str = "",
    foreign: bool = False,
) -> MediumRecord:
    """Return the record of a medium, with a lost code that nobody can guess."""
    found = device.fingerprint if device else NO_DEVICE
    return MediumRecord(
        id=number,
        label=label,
        state=state,
        vendor_id=found.vendor_id,
        product_id=found.product_id,
        serial=found.serial,
        size=found.size,
        manufacturer=device.manufacturer if device else "",
        product=device.product if device else "",
        lost_code=lost_code(secrets.token_bytes(LOST_CODE_BYTES)),
        section=section,
        registered_at=to_text(tx.at),
        foreign=foreign,
    )


def _must_be_in_store(record: MediumRecord, label: str) -> None:
    if record.label != label:  # it was called by its number; approvers read labels
        raise NotFound("custody.no_such_medium", medium=label)
    if record.state is not MediumState.IN_STORE:
        raise Refused("custody.medium_not_in_store", medium=label, state=media_states.words(record.state))


def _mark_on(office: Office, label: str, folder: Path) -> tuple[MediumMark | None, bool]:
    """Return the mark on a medium, and whether something stands in its place that the office did not sign."""
    try:
        data = read_mark(folder)
        return (verify_mark(data, SigningKey(office.signer).public), False) if data is not None else (None, False)
    except (Unreadable, NoKey, NotAFile):
        return None, True
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=label, path=folder) from error


def _keep_apart(office: Office, judgement: Judgement, place: Place) -> None:
    """Quarantine what must not be trusted: a medium of which there are two, and a stick that is none of ours."""
    with contextlib.ExitStack() as one_commit:
        match judgement:
            case Judgement(Finding.CLONE | Finding.FORGED as finding, MediumRecord() as medium):
                tx = one_commit.enter_context(office.ledger.transaction())
                quarantine(tx, get_medium(tx.connection, medium.id), Reason(finding.value))
            case Judgement(Finding.FOREIGN) if place.volume:
                quarantine_foreign(one_commit.enter_context(office.ledger.transaction()), place.volume.device)
            case _:
                pass


def _refusal(judgement: Judgement, label: str, place: Place) -> Refused:
    other = judgement.medium.label if judgement.medium else ""
    if judgement.finding is Finding.FOREIGN and place.volume is None:
        return Refused("custody.medium_no_device", medium=label, path=place.folder)
    return Refused(_WORDS[judgement.finding], medium=label, other=other, path=place.folder)

"""Erasing a whole medium, and destroying one: what was on it is erased with it, and a certificate says how that was seen.

The device is the one that was registered, or nothing is touched: another disk of the machine is one letter away. Whoever erases
holds every copy that is still on the medium; whoever sees to it is somebody else.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sekisho.custody import copy as life
from sekisho.custody import records
from sekisho.custody.certificate_form import Destination, Manner
from sekisho.custody.certificates import Draft, Hands, Issued, issue
from sekisho.custody.certifying import facts_of, known_of
from sekisho.custody.handing import record_erasure
from sekisho.custody.media_meeting import Reason, quarantine
from sekisho.custody.media_records import MediumRecord, MediumState, get_medium
from sekisho.custody.media_register import live_copies, must_be_told_apart
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.statements import Hex
from sekisho.errors import NotFound, Refused
from sekisho.media.block_device import BlockDevice, RawDevice
from sekisho.media.device import Device, Platform
from sekisho.media.erasing import Category, Check, Method, Result, Verified, erase_device
from sekisho.media.erasing_tools import TOOLS, Run, Word, call, judge
from sekisho.media.platform import this_platform
from sekisho.progress import Progress, silent

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What erasing a device needs of the machine.

    Attributes:
        platform: the system's devices.
        opened: opens one past the memory of the system, for nobody else.
        run: runs the programs of others; None where none are to be run.
        randomness: for what is written, and for what is read back of a large device.
    """

    platform: Platform
    opened: Callable[[Device], BlockDevice]
    run: Run | None = None
    randomness: Randomness = secrets.token_bytes


def this_machine(run: Run | None = None) -> Surroundings:
    """Return those of this very machine."""

    def opened(device: Device) -> BlockDevice:
        return RawDevice(device.path, sequence=device.sequence)

    return Surroundings(platform=this_platform(), opened=opened, run=run)


def erase_medium(
    office: Office,
    label: str,
    path: Path,
    hands: Hands,
    *,
    around: Surroundings,
    zero: bool = False,
    tool: str = "",
    progress: Progress = silent,
) -> Issued:
    """Overwrite a whole medium, read it back, and issue what is due; what was on it is erased with it.

    Args:
        office: whose medium it is.
        label: the medium.
        path: the device, such as ``/dev/sdb``; it must say of itself what the medium said when it was registered.
        hands: who erases, and holds every copy that is still on it; and who sees to it.
        around: the machine.
        zero: zeros instead of random bytes, which show a device of a false size.
        tool: a program of others that erases; it is read back all the same.
        progress: told of each step, once written and once read.

    Raises:
        NotFound: there is no such medium, device or tool.
        Refused: it is another device, somebody else holds what is on it, or one person signs for both.
        MediumError: it is mounted, or may not be opened.
    """
    hands.signers(office)
    medium = get_medium(office.ledger.connection, label)
    rows = _held(office, medium, hands)
    must_be_told_apart(office, medium)
    found = _device(medium, path, around.platform)
    device = around.opened(found)
    try:
        if _device(medium, path, around.platform) != found:  # another stick took its letter before it was open
            raise Refused("custody.medium_another", medium=medium.label, other="", path=path)
        word, result = _erase(device, found, around, tool, zero=zero, progress=progress)
    finally:
        if isinstance(device, RawDevice):
            device.close()
    method = Method.TOOL if word else Method.OVERWRITE_DEVICE
    category = word.category if word else Category.CLEAR
    said = (word.tool, word.version) if word else None
    return _record(office, medium, rows, hands, method=method, category=category, result=result, tool=said)


def destroy_medium(office: Office, label: str, hands: Hands, *, manner: Manner, photos: Sequence[Hex] = ()) -> Issued:
    """Record that a medium was physically destroyed before a witness; what was on it is erased with it.

    The medium stays in the register until it is retired (:func:`~sekisho.custody.media_register.retire_medium`).

    Args:
        office: whose medium it was.
        label: the medium.
        hands: who destroyed it, and who saw it.
        manner: how.
        photos: SHA-256 of photographs.

    Raises:
        NotFound: there is no such medium.
        Refused: somebody else holds what is on it, or one person signs for both.
    """
    hands.signers(office)
    medium = get_medium(office.ledger.connection, label)
    rows = _held(office, medium, hands)
    return _record(
        office,
        medium,
        rows,
        hands,
        method=Method.PHYSICAL,
        category=Category.DESTROY,
        result=Verified(check=Check.INSPECTION),
        destination="disposed",
        manner=manner,
        photos=photos,
    )


def _erase(
    device: BlockDevice, found: Device, around: Surroundings, tool: str, *, zero: bool, progress: Progress
) -> tuple[Word | None, Result]:
    if not tool:
        return None, erase_device(device, zero=zero, randomness=around.randomness, progress=progress)
    if tool not in TOOLS or around.run is None:
        raise NotFound("media.no_tool", tool=tool)
    word = call(TOOLS[tool], found.path, run=around.run)
    return word, judge(word, device, randomness=around.randomness, progress=progress)


def _device(medium: MediumRecord, path: Path, platform: Platform) -> Device:
    """Return the device of a path, if it is the one that was registered."""
    path = path.resolve()
    found = next((each for each in platform.devices() if each.path.resolve() == path), None)
    if found is None:
        raise NotFound("custody.no_such_device", path=path)
    if found.fingerprint != medium.fingerprint or not medium.size:
        raise Refused("custody.medium_another", medium=medium.label, other="", path=path)
    if found.read_only:
        raise Refused("custody.device_read_only", path=path)
    return found


def _held(office: Office, medium: MediumRecord, hands: Hands) -> list[CopyRow]:
    """Return the copies that are still on a medium, after a look at whether who erases may erase each of them."""
    sanitiser, verifier = hands.signers(office)
    rows = [records.get_copy(office.ledger.connection, slip) for slip in live_copies(office, medium.label)]
    for row in rows:
        life.after(row.copy, life.Erase(sanitiser.person, verifier.person))
    return rows


def _record(
    office: Office,
    medium: MediumRecord,
    rows: Sequence[CopyRow],
    hands: Hands,
    *,
    method: Method,
    category: Category,
    result: Result,
    tool: tuple[str, str] | None = None,
    destination: Destination = "store",
    manner: Manner = "",
    photos: Sequence[Hex] = (),
) -> Issued:
    """Record the copies as erased, finish the destruction of their keys, and issue the certificate or record."""
    verified = isinstance(result, Verified)
    with office.ledger.transaction() as tx:
        for row in rows:
            record_erasure(
                tx,
                office,
                row.slip,
                holder=hands.sanitiser,
                witness=hands.verifier,
                method=method.value,
                verified=verified,
            )
        if not verified and medium.state is not MediumState.RETIRED:
            quarantine(tx, medium, Reason.FAILED)
    office.finish_destructions()
    copies = [(row, _erased(office, row), known_of(office, row)) for row in rows]
    facts = facts_of(
        office, medium.label, hands.signers(office), method=method, copies=copies, destination=destination, tool=tool
    )
    facts = msgspec.structs.replace(facts, manner=manner, photos=list(photos))
    return issue(office, Draft(facts=facts, result=result, category=category), hands.keys, place=hands.place)


def _erased(office: Office, row: CopyRow) -> int:
    """Return the ledger's last entry of a copy's erasure."""
    cid = row.cid.hex() if row.cid else None
    return [entry.index for entry in office.ledger.entries_of(cid) if entry.type == "copy.erased"][-1]

"""Probing a registered medium: has it the size that it says? A false one is kept apart."""

import os
from pathlib import Path

import msgspec

from sekisho.custody import media_states
from sekisho.custody.media_meeting import Reason, quarantine
from sekisho.custody.media_records import MediumRecord, MediumState, get_medium, update_medium
from sekisho.custody.media_register import live_copies, must_be_told_apart
from sekisho.custody.office import Office
from sekisho.errors import MediumError, Refused
from sekisho.media import probing
from sekisho.media.block_device import BlockDevice, RawDevice
from sekisho.media.device import Device, Platform
from sekisho.media.platform import this_platform
from sekisho.media.probing import Capacity
from sekisho.progress import Progress, silent


def probe_medium(
    office: Office,
    label: str,
    path: Path,
    *,
    full: bool = False,
    progress: Progress = silent,
    platform: Platform | None = None,
) -> Capacity:
    """Probe a medium that is plugged in and not mounted, and record what was found.

    Args:
        office: whose it is.
        label: the medium.
        path: its device node.
        full: try every block; what is on it is destroyed, so no live copy may be.
        progress: told after each step of a full test.
        platform: the system's devices; this very system's if not given.

    Raises:
        NotFound: there is no such medium.
        Refused: another device is there, it is retired, or a full test would destroy a live copy.
        MediumError: it is mounted, may not be opened, failed, or was plugged in again meanwhile.
    """
    platform = platform or this_platform()
    medium = get_medium(office.ledger.connection, label)
    device = _device(medium, path, platform)
    if full and (slips := live_copies(office, medium.label)):
        raise Refused("custody.medium_holds_copies", copies=len(slips))
    if full:
        must_be_told_apart(office, medium)
    with RawDevice(path, sequence=device.sequence) as raw:
        if _device(medium, path, platform) != device:  # another stick took its letter before it was open
            raise MediumError("media.unplugged")
        capacity = _tried(raw, medium.label, path, full=full, progress=progress)
    if _sequence(path, platform) != device.sequence:
        raise MediumError("media.unplugged")
    return _recorded(office, medium.id, capacity)


def _device(medium: MediumRecord, path: Path, platform: Platform) -> Device:
    if medium.state is MediumState.RETIRED:
        raise Refused("custody.medium_not_in_store", medium=medium.label, state=media_states.words(medium.state))
    for device in platform.devices():
        if device.path == path:
            if device.fingerprint != medium.fingerprint:
                raise Refused("custody.medium_other_device", medium=medium.label, path=path)
            return device
    raise Refused("custody.medium_no_device_here", path=path)


def _tried(device: BlockDevice, label: str, path: Path, *, full: bool, progress: Progress) -> Capacity:
    try:
        if full:
            return probing.full_test(device, randomness=os.urandom, progress=progress)
        return probing.probe(device, randomness=os.urandom)
    except OSError as error:
        raise MediumError("custody.medium_failed", medium=label, path=path) from error


def _sequence(path: Path, platform: Platform) -> int | None:
    return next((device.sequence for device in platform.devices() if device.path == path), None)


def _recorded(office: Office, number: str, capacity: Capacity) -> Capacity:
    with office.ledger.transaction() as tx:
        medium = msgspec.structs.replace(get_medium(tx.connection, number), probed=capacity.true)
        update_medium(tx.connection, medium)
        tx.append(
            "medium.probed",
            fields={
                "medium": number,
                "said": capacity.said,
                "good": capacity.good,
                "true": int(capacity.true),
                "blocks": capacity.blocks,
                "full": int(capacity.full),
            },
        )
        if not capacity.true:
            quarantine(tx, medium, Reason.PROBE)
    return capacity

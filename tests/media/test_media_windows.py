"""What Windows's control codes return, read as Microsoft documents it; the bytes are made after that, not recorded."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import MediumError
from sekisho.media.platform import this_platform
from sekisho.media.windows import WindowsPlatform, describe, is_invented, usb_ids
from sekisho.media.windows_disks import Disk, Mounted

INSTANCES = [
    r"USB\VID_0951&PID_1666\60A44C413FAE",
    r"USB\VID_0781&PID_5581\5&1A2B3C4D&0&2",
    r"USB\ROOT_HUB30\4&38D9FD2&0&0",
]


def descriptor(
    serial: bytes | None = b"60A44C413FAE", *, bus: int = 7, removable: int = 0, vendor: bytes = b"Kingston"
) -> bytes:
    """Return a STORAGE_DEVICE_DESCRIPTOR: the header of 36 bytes, then the texts it points to."""
    texts, offsets = b"", []
    for text in (vendor, b"DataTraveler 3.0", b"PMAP", serial):
        offsets.append(0 if text is None else 36 + len(texts))
        texts += b"" if text is None else text + b"\0"
    return struct.pack("<IIBBBBIIIIII", 40, 36 + len(texts), 0, 0, removable, 0, *offsets, bus, 0) + texts


class Recorded:
    """A Windows that says what it is told to."""

    def __init__(self, *disks: Disk, mounted: Mounted | None = None) -> None:
        self._disks, self._mounted = list(disks), mounted

    def disks(self) -> list[Disk]:
        return self._disks

    def mounted(self, folder: Path) -> Mounted | None:
        if folder == Path("/broken"):
            raise OSError("does not answer")
        return self._mounted

    def usb_instances(self) -> list[str]:
        return INSTANCES


def disk(number: int = 1, **options: object) -> Disk:
    data = descriptor(**options)  # type: ignore[arg-type]  # as the test names them
    return Disk(number=number, descriptor=data, size=8 << 30, writable=True)


def test_a_stick_that_says_it_is_fixed_is_a_stick() -> None:
    """Big ones do; the bus decides."""
    (device,) = WindowsPlatform(Recorded(disk(removable=0), disk(0, bus=17))).devices()
    found = device.fingerprint
    assert (found.vendor_id, found.product_id, found.serial, found.size) == ("0951", "1666", "60A44C413FAE", 8 << 30)
    assert (device.manufacturer, device.product, device.removable) == ("Kingston", "DataTraveler 3.0", False)
    assert (str(device.path), device.sequence) == (r"\\.\PhysicalDrive1", 0)


@pytest.mark.parametrize("serial", [None, b"5&1A2B3C4D&0&2"])
def test_a_serial_that_windows_made_up_is_none(serial: bytes | None) -> None:
    (device,) = WindowsPlatform(Recorded(disk(serial=serial))).devices()
    assert (device.fingerprint.serial, device.fingerprint.vendor_id) == ("", "")
    assert is_invented("5&1A2B3C4D&0&2")
    assert not is_invented("60A44C413FAE")


def test_two_devices_of_one_serial_are_not_told_apart() -> None:
    twins = [r"USB\VID_0951&PID_1666\0001", r"USB\VID_0781&PID_5581\0001"]
    assert usb_ids(twins, "0001") == ("", "")


def test_a_folder_is_traced_to_its_drive() -> None:
    mounted = Mounted(disk=1, root="E:\\", filesystem="FAT32", serial=0x1234ABCD)
    volume = WindowsPlatform(Recorded(disk(), mounted=mounted)).volume_of(Path("stick"))
    assert volume is not None
    assert (volume.filesystem, volume.volume_id, volume.device.fingerprint.serial) == (
        "vfat",
        "1234abcd",
        "60A44C413FAE",
    )


def test_a_share_and_an_internal_disk_are_no_media() -> None:
    assert WindowsPlatform(Recorded(disk())).volume_of(Path("share")) is None
    inner = Mounted(disk=0, root="C:\\", filesystem="NTFS", serial=1)
    assert WindowsPlatform(Recorded(disk(0, bus=17), mounted=inner)).volume_of(Path("c")) is None


def test_what_does_not_answer_is_told() -> None:
    short = Disk(number=1, descriptor=b"short", size=1, writable=True)
    for ask in (
        WindowsPlatform(Recorded(short)).devices,
        lambda: WindowsPlatform(Recorded()).volume_of(Path("/broken")),
        this_platform("win32").devices,  # here, where there is no Windows
    ):
        with pytest.raises(MediumError) as caught:
            ask()
        assert caught.value.key == "media.system_does_not_tell"


@given(st.binary(max_size=200))
def test_whatever_comes_back_is_read_or_refused(data: bytes) -> None:
    try:
        described = describe(data)
    except ValueError:
        assert len(data) < 36
    else:
        assert len(described.serial) <= len(data)

"""What Linux says of its devices, from a sysfs tree of the same form: sticks, a card reader, a disk, what maps a disk."""

import os
from pathlib import Path

import pytest

from conftest import ROOT
from sekisho.errors import MediumError
from sekisho.media.linux import LinuxPlatform, parse_mount
from sekisho.media.platform import this_platform

STICK = "devices/pci0000:00/0000:00:14.0/usb1/1-2"
"""As the QEMU rig shows it: usb-storage on a SuperSpeed port, Linux 6.1; names and numbers are QEMU's own."""


def write(folder: Path, **attributes: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in attributes.items():
        (folder / name).write_text(f"{value}\n", encoding="utf-8")
    return folder


def link(at: Path, target: Path) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(os.path.relpath(target, at.parent))


class Machine:
    """A machine's /sys, mount table and /dev in a folder."""

    def __init__(self, root: Path) -> None:
        self.sys, self.dev, self.mountinfo = root / "sys", root / "dev", root / "mountinfo"
        self.dev.mkdir()
        (self.sys / "block").mkdir(parents=True)
        self.mountinfo.write_text("22 1 254:1 / / rw,relatime - ext4 /dev/root rw\n")

    @property
    def platform(self) -> LinuxPlatform:
        return LinuxPlatform(sys=self.sys, mounts=self.mountinfo, dev=self.dev)

    def stick(self, name: str = "sda", *, usb: str = STICK, diskseq: str | None = "11", protocol: str = "50") -> Path:
        device = write(
            self.sys / usb,
            idVendor="46f4",
            idProduct="0001",
            bcdDevice="0000",
            serial="SEKISHO0001",
            manufacturer="QEMU",
            product="QEMU USB HARDDRIVE",
            speed="5000",
            devpath="2",
        )
        usb_interface = write(
            device / "1-2:1.0", bInterfaceClass="08", bInterfaceSubClass="06", bInterfaceProtocol=protocol
        )
        block = usb_interface / f"host6/target6:0:0/6:0:0:0/block/{name}"
        self.block(block, removable="1", size="131072", **({"diskseq": diskseq} if diskseq else {}))
        return block

    def block(self, block: Path, *, number: str = "8:0", **attributes: str) -> Path:
        write(block, ro="0", dev=number, **attributes)
        write(block / "queue", logical_block_size="512", discard_max_bytes="0")
        link(self.sys / "block" / block.name, block)
        link(self.sys / "dev" / "block" / number, block)
        return block

    def partition(self, block: Path, name: str, number: str) -> Path:
        part = write(block / name, partition="1", dev=number, size="129024")
        link(self.sys / "dev" / "block" / number, part)
        return part

    def mount(self, number: str, point: Path, filesystem: str = "vfat") -> Path:
        point.mkdir(parents=True, exist_ok=True)
        text = str(point).replace("\\", "\\134").replace(" ", "\\040")
        with self.mountinfo.open("a", encoding="utf-8") as table:
            table.write(f"90 22 {number} / {text} rw,relatime shared:3 - {filesystem} /dev/whatever rw,fmask=0022\n")
        return point


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_stick_is_told_with_its_usb_device(machine: Machine) -> None:
    machine.stick()
    (device,) = machine.platform.devices()
    found = device.fingerprint
    assert (found.vendor_id, found.product_id, found.serial, found.size) == ("46f4", "0001", "SEKISHO0001", 64 << 20)
    assert (device.manufacturer, device.product, device.port) == ("QEMU", "QEMU USB HARDDRIVE", "1-2")
    assert (device.interface, device.removable, device.read_only, device.sequence) == ("usb-bot", True, False, 11)
    assert (device.path.name, device.block_size, device.discards) == ("sda", 512, False)


def test_uas_is_told_apart(machine: Machine) -> None:
    machine.stick(protocol="62")
    assert machine.platform.devices()[0].interface == "usb-uas"


def test_a_kernel_before_5_15_has_no_sequence(machine: Machine) -> None:
    machine.stick(diskseq=None)
    assert machine.platform.devices()[0].sequence == 0


def test_the_disk_of_the_machine_is_no_medium(machine: Machine) -> None:
    machine.block(machine.sys / "devices/pci0000:00/nvme/nvme0/nvme0n1", number="259:0", size="999", removable="0")
    machine.block(machine.sys / "devices/virtual/block/loop0", number="7:0", size="999", removable="0")
    assert machine.platform.devices() == []
    assert machine.platform.volume_of(Path("/")) is None


def test_a_card_is_one_and_a_reader_without_a_card_is_none(machine: Machine) -> None:
    card = machine.block(machine.sys / "devices/platform/mmc0/mmc0:aaaa/block/mmcblk0", number="179:0", size="1024")
    write(machine.sys / "devices/platform/mmc0/mmc0:aaaa", serial="0x12345678", manfid="0x000003", name="SL16G")
    link(card / "device", card.parent.parent)
    machine.stick()
    (machine.sys / STICK / "1-2:1.0/host6/target6:0:0/6:0:0:0/block/sda/size").write_text("0\n")
    (device,) = machine.platform.devices()
    assert (device.fingerprint.serial, device.product, device.interface) == ("0x12345678", "SL16G", "other")


def test_a_folder_is_traced_through_its_partition(machine: Machine, tmp_path: Path) -> None:
    machine.partition(machine.stick(), "sda1", "8:1")
    (machine.dev / "sda1").write_bytes((ROOT / "tests/vectors/media/fat32.bin").read_bytes())
    point = machine.mount("8:1", tmp_path / "media" / "MY STICK")
    (point / "below").mkdir()
    volume = machine.platform.volume_of(point / "below")
    assert volume is not None
    assert (volume.filesystem, volume.volume_id, volume.mounted_at) == ("vfat", "1234abcd", point)
    assert (volume.device.path.name, volume.device.sequence) == ("sda", 11)


def test_a_stick_without_partitions_is_traced_too(machine: Machine, tmp_path: Path) -> None:
    machine.stick()
    volume = machine.platform.volume_of(machine.mount("8:0", tmp_path / "stick", "exfat"))
    assert volume is not None
    assert (volume.filesystem, volume.volume_id) == ("exfat", "")  # this process may not read the device


def test_an_encrypted_stick_is_traced_through_what_maps_it(machine: Machine, tmp_path: Path) -> None:
    part = machine.partition(machine.stick(), "sda1", "8:1")
    mapped = machine.block(machine.sys / "devices/virtual/block/dm-0", number="253:0", size="9")
    link(mapped / "slaves" / "sda1", part)
    volume = machine.platform.volume_of(machine.mount("253:0", tmp_path / "stick", "ext4"))
    assert volume is not None
    assert volume.device.fingerprint.serial == "SEKISHO0001"


def test_a_file_system_of_two_disks_is_no_medium(machine: Machine, tmp_path: Path) -> None:
    mapped = machine.block(machine.sys / "devices/virtual/block/dm-0", number="253:0", size="9")
    other = machine.stick("sdb", usb="devices/pci0000:00/0000:00:14.0/usb1/1-3")
    (machine.sys / "dev/block/8:0").unlink()
    link(mapped / "slaves" / "sda", machine.stick())
    link(mapped / "slaves" / "sdb", other)
    assert machine.platform.volume_of(machine.mount("253:0", tmp_path / "stick")) is None


def test_what_is_mounted_last_hides_what_was_there(machine: Machine, tmp_path: Path) -> None:
    machine.stick()
    point = machine.mount("8:0", tmp_path / "stick")
    assert machine.platform.volume_of(point) is not None
    machine.mount("0:44", point, "tmpfs")
    assert machine.platform.volume_of(point) is None


def test_a_stick_that_was_pulled_is_in_the_mount_table_and_nowhere_else(machine: Machine, tmp_path: Path) -> None:
    """As measured: the mount stays."""
    machine.stick()
    point = machine.mount("8:0", tmp_path / "stick")
    (machine.sys / "dev/block/8:0").unlink()
    assert machine.platform.volume_of(point) is None


def test_a_name_that_begins_like_another_is_another(machine: Machine, tmp_path: Path) -> None:
    machine.stick()
    machine.mount("8:0", tmp_path / "stick")
    (tmp_path / "stick-2").mkdir()
    assert machine.platform.volume_of(tmp_path / "stick-2") is None


def test_where_a_device_is_mounted_is_found(machine: Machine, tmp_path: Path) -> None:
    machine.stick()
    point = machine.mount("8:0", tmp_path / "stick")
    assert machine.platform.folders_on(machine.dev / "sda") == [point]
    assert machine.platform.folders_on(machine.dev / "sdz") == []


def test_no_sysfs_is_told(tmp_path: Path) -> None:
    platform = LinuxPlatform(sys=tmp_path / "none", mounts=tmp_path / "none")
    for ask in (platform.devices, lambda: platform.volume_of(tmp_path)):
        with pytest.raises(MediumError) as caught:
            ask()
        assert caught.value.key == "media.system_does_not_tell"


@pytest.mark.parametrize("line", ["", "1 2 3", "22 1 254:1 / / rw"])
def test_a_line_that_is_no_mount_is_none(line: str) -> None:
    assert parse_mount(line) is None


def test_this_machine_answers() -> None:
    platform = this_platform("linux")
    assert isinstance(platform.devices(), list)
    assert platform.volume_of(Path("/proc")) is None

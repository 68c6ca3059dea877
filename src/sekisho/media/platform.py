"""Which operating system is asked."""

import sys
from dataclasses import dataclass
from pathlib import Path

from sekisho.media.device import Device, Platform, Volume
from sekisho.media.linux import LinuxPlatform
from sekisho.media.macos import MacPlatform
from sekisho.media.windows import WindowsPlatform


@dataclass(frozen=True, slots=True)
class SilentPlatform:
    """A system that tells of no device: a container, or one that nobody has described yet."""

    def devices(self) -> list[Device]:
        """Return none."""
        return []

    def volume_of(self, folder: Path) -> Volume | None:  # noqa: ARG002 - the protocol's
        """Return none."""
        return None


def this_platform(name: str = sys.platform) -> Platform:
    """Return the devices of the system that this runs on."""
    match name:
        case "win32":
            return WindowsPlatform()
        case "darwin":
            return MacPlatform()
        case _:
            return LinuxPlatform()
